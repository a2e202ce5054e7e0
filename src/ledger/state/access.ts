import type { Hash } from '../../base/bytes.ts';
import type { Json } from '../../base/canonical.ts';
import type { Namespace } from './records.ts';
import type { TreeRoot } from './tree.ts';

/** What is asked of a state, and nothing of how it is kept. */

/** The state as one transaction sees it: reads fall through to the block and the chain, writes stay its own. */
export interface StateAccess {
  get(namespace: Namespace, key: string): Json | undefined;
  put(namespace: Namespace, key: string, value: Json): void;
  /** Takes an entry out; nothing happens where there is none. */
  remove(namespace: Namespace, key: string): void;
}

/** What was written and not yet taken over, by namespace and key; undefined for an entry that was taken out. */
export type StateWrites = ReadonlyMap<Namespace, ReadonlyMap<string, Json | undefined>>;

/** The namespaces that governance counts over: small enough to be read whole. */
export type ListedNamespace = 'members' | 'policies' | 'validators';

/** A block of the chain, as far as one can go back to it. Its provider has checked the root against its header. */
export interface PastBlock {
  readonly hash: Hash;
  /** Of its state. */
  readonly environments: TreeRoot;
}

/** The blocks before the one that is made. */
export interface PastBlocks {
  /** Undefined where there is no such block. @throws STORAGE_CORRUPT */
  at(height: number): PastBlock | undefined;
}

export interface GovernedState extends StateAccess {
  /** Every entry of the namespace, in no order. */
  list(namespace: ListedNamespace): ReadonlyMap<string, Json>;
  /** A block before the one that is made; undefined where there is none. */
  past(height: number): PastBlock | undefined;
  /**
   * The records of environments that were otherwise in a past block's state, by env_id: as they were there, undefined where
   * there was none. Only those of `scope`, or all where it is null. Costs in proportion to what differs.
   */
  environmentsThen(block: PastBlock, scope: readonly string[] | null): ReadonlyMap<string, Json | undefined>;
}

/** A state that is read, and not written. */
export type ReadableState = Omit<GovernedState, 'put' | 'remove'>;

/** A state whose entries can be counted. */
export type ListedState = Pick<GovernedState, 'list'>;

/** A state that is read by key, and whose members and policies can be counted. */
export type CountedState = Pick<GovernedState, 'get' | 'list'>;

/** A state that knows the blocks before it. */
export type StateWithPast = Pick<GovernedState, 'get' | 'past' | 'environmentsThen'>;

/** A state to tell from. Where it has no `list` (a proposal's file), nothing is counted; where it has no past, none is told. */
export type ToldState = Pick<StateAccess, 'get'> & Partial<ListedState & StateWithPast>;

/** The same state for counting; null where nothing can be counted. */
export function listed(state: ToldState): ListedState | null {
  const { list } = state;
  return list === undefined ? null : { list: list.bind(state) };
}

/** The same state with its past; null where it knows none. */
export function withPast(state: ToldState): StateWithPast | null {
  const { past, environmentsThen } = state;
  return past === undefined || environmentsThen === undefined
    ? null
    : {
        get: state.get.bind(state),
        past: past.bind(state),
        environmentsThen: environmentsThen.bind(state),
      };
}
