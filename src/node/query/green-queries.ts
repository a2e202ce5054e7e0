import type { GreenHolder, GreenHolders, GreenList } from '../../api/chain/green.ts';
import { decodeUtf8, type Hash } from '../../base/bytes.ts';
import { GREEN_HOLDERS_MAX, GREEN_RECALLS_SOUGHT_MAX } from '../../base/limits.ts';
import { GREEN_PROOF_FORMAT, type GreenProof } from '../../ledger/proofs/green-proof.ts';
import type { StateEntryProof } from '../../ledger/proofs/state-proof.ts';
import { asksForContent, greenAnswer, isAskedFor, type AskedContent } from '../../ledger/state/green-status.ts';
import { recallPlace, removedPlace } from '../../ledger/state/readers.ts';
import {
  isRecordKey,
  type EnvironmentRecord,
  type RecallRecord,
  type RemovedEnvironment,
} from '../../ledger/state/records.ts';
import type { ProvedBlock } from '../storage/stored-block.ts';
import { greenRecords } from './green-records.ts';
import { proveEntry } from './prove-entry.ts';
import { proveState } from './prove-state.ts';
import { sealedHeader, type Moment, type QueryContext } from './query-context.ts';

export interface GreenQuestion {
  readonly env_id: string;
  readonly at?: Moment;
  readonly state_hash?: Hash | undefined;
  readonly version?: number | undefined;
}

/** What was Green at a moment, with all that convinces somebody else; and which environments have a content. */
export class GreenQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  /**
   * In the state of the block of that moment; without one, of the newest that has its proof.
   * @throws NOT_FOUND before genesis, PROOF_PENDING
   */
  greenProof({ env_id, at, state_hash, version }: GreenQuestion): GreenProof {
    const { chain } = this.#context;
    const block = this.#context.provedBlockAt(at);
    const height = block.header.index;
    const asked = { state_hash: state_hash ?? null, version: version ?? null };
    const record = proveState(chain, block, { namespace: 'environments', key: env_id });
    const removed =
      record.value === null ? proveEntry(chain.tree, block.roots.environments, removedPlace(env_id)) : null;
    return {
      format: GREEN_PROOF_FORMAT,
      env_id,
      at: at !== undefined && 'time' in at ? at.time : null,
      ...asked,
      record,
      removed,
      recall: this.#earlierRecall(block, env_id, asked, { record, removed }),
      next: height < chain.provedHead().header.index ? sealedHeader(chain.provedBlock(height + 1)) : null,
    };
  }

  /** The newest recall of what is asked about, where the record names another one. The index finds it; the state proves it. */
  #earlierRecall(
    block: ProvedBlock,
    envId: string,
    asked: AskedContent,
    { record, removed }: Pick<GreenProof, 'removed'> & { readonly record: StateEntryProof },
  ): StateEntryProof | null {
    if (!asksForContent(asked)) return null;
    const there = record.value === null ? null : (JSON.parse(record.value) as EnvironmentRecord);
    const kept = (removed?.value ?? null) === null ? null : (JSON.parse(removed?.value ?? '') as RemovedEnvironment);
    const recalled = (there ?? kept)?.recalled ?? null;
    // Without a newest recall there is no earlier one.
    if (recalled === null || greenAnswer(asked, { green: there?.green ?? null, recalled }, null).status !== 'not_green')
      return null;
    const { chain } = this.#context;
    const { environments } = block.roots;
    const found = this.#stepsOf(envId, block.header.log_size).flatMap((logIndex) => {
      const key = recallPlace(envId, chain.id(logIndex));
      const bytes = chain.tree.get(environments, key);
      const recall = bytes === undefined ? null : (JSON.parse(decodeUtf8(bytes)) as RecallRecord);
      return recall !== null && isAskedFor(asked, recall) ? [{ key, recall }] : [];
    });
    const [newest] = found.toSorted((left, right) => right.recall.recalled_at - left.recall.recalled_at);
    return newest === undefined ? null : proveEntry(chain.tree, environments, newest.key);
  }

  /** Log indexes of what changed an environment, newest first: its promotions are among them. */
  #stepsOf(envId: string, before: number): number[] {
    return this.#context.index
      .prepare<[string, number], number>(
        `SELECT log_index FROM touches WHERE env_id = ? AND log_index < ? ORDER BY log_index DESC LIMIT ${GREEN_RECALLS_SOUGHT_MAX}`,
      )
      .pluck()
      .all(envId, before);
  }

  /**
   * All that was Green in a state: none is left out, as the tree is walked whole, each page and value checked against the root.
   * @throws NOT_FOUND before genesis, PROOF_PENDING
   */
  greenList({
    at,
    after = '',
    limit,
  }: {
    readonly at?: Moment;
    readonly after?: string | undefined;
    readonly limit: number;
  }): GreenList {
    const { header, hash, roots } = this.#context.provedBlockAt(at);
    const found = greenRecords(this.#context.chain, roots, (envId) => envId > after);
    const environments = found.slice(0, limit).map(({ env_id, green, blue, archived_at }) => {
      const isBlue = blue.version === green.version;
      return {
        env_id,
        green: { ...green, approved_by: [...green.approved_by] },
        archived_at,
        file_count: isBlue ? blue.file_count : null,
        size_bytes: isBlue ? blue.size_bytes : null,
      };
    });
    return {
      height: header.index,
      time: header.timestamp,
      hash,
      state_root: header.state_root,
      environments,
      next_after: found.length > limit ? (environments.at(-1)?.env_id ?? null) : null,
    };
  }

  /**
   * Which environments have a content in a state, and as what: every entry of that state is looked at, each page and value
   * checked against the root, so that none is left out.
   * @throws NOT_FOUND before genesis, PROOF_PENDING
   */
  greenHolders({ state_hash, at }: { readonly state_hash: Hash; readonly at?: Moment }): GreenHolders {
    const block = this.#context.provedBlockAt(at);
    const named = Buffer.from(state_hash);
    const found = new Map<string, GreenHolder>();
    this.#context.chain.tree.walk(block.roots.environments, ({ key, value }) => {
      if (!Buffer.from(value.buffer, value.byteOffset, value.byteLength).includes(named)) return true;
      const holder = holderIn(key, JSON.parse(decodeUtf8(value)) as EnvironmentRecord & RecallRecord, state_hash);
      const known = holder === null ? undefined : found.get(holder.env_id);
      if (holder !== null && (known === undefined || rankOf(holder) < rankOf(known))) found.set(holder.env_id, holder);
      return true;
    });
    const holders = [...found.values()].sort(
      (left, right) => rankOf(left) - rankOf(right) || (left.env_id < right.env_id ? -1 : 1),
    );
    return {
      height: block.header.index,
      time: block.header.timestamp,
      holders: holders.slice(0, GREEN_HOLDERS_MAX),
      truncated: holders.length > GREEN_HOLDERS_MAX,
    };
  }
}

const RANKS: readonly GreenHolder['as'][] = ['green', 'recalled', 'blue'];

function rankOf({ as }: GreenHolder): number {
  return RANKS.indexOf(as);
}

const RECALL_KEY = /^recall:(?<env_id>[^:]+):/;

/** As what an entry of the state has the content; null where it names it otherwise. */
function holderIn(key: string, value: EnvironmentRecord & RecallRecord, stateHash: Hash): GreenHolder | null {
  const recalledIn = RECALL_KEY.exec(key)?.groups?.['env_id'];
  if (recalledIn !== undefined)
    return value.state_hash === stateHash ? { env_id: recalledIn, as: 'recalled', version: value.version } : null;
  if (!isRecordKey(key)) return null;
  const { green, blue } = value;
  if (green?.state_hash === stateHash) return { env_id: key, as: 'green', version: green.version };
  return blue.state_hash === stateHash ? { env_id: key, as: 'blue', version: blue.version } : null;
}
