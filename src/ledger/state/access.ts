import type { Json } from '../../base/canonical.ts';
import type { Namespace } from './records.ts';

/** What is asked of a state, and nothing of how it is kept. */

/** The state as one transaction sees it: reads fall through to the block and the chain, writes stay its own. */
export interface StateAccess {
  get(namespace: Namespace, key: string): Json | undefined;
  put(namespace: Namespace, key: string, value: Json): void;
}

/** The namespaces that governance counts over: small enough to be read whole. */
export type ListedNamespace = 'members' | 'policies' | 'validators';

export interface GovernedState extends StateAccess {
  /** Every entry of the namespace, in no order. */
  list(namespace: ListedNamespace): ReadonlyMap<string, Json>;
}

/** A state whose entries can be counted. */
export type ListedState = Pick<GovernedState, 'list'>;

/** A state to tell from; where it has no `list` (a proposal's file), nothing is counted. */
export type ToldState = Pick<StateAccess, 'get'> & Partial<ListedState>;

/** The same state for counting; null where nothing can be counted. */
export function listed(state: ToldState): ListedState | null {
  const { list } = state;
  return list === undefined ? null : { list: list.bind(state) };
}
