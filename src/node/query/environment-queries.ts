import { decodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import {
  environmentStageOf,
  type EnvironmentFacets,
  type EnvironmentOrder,
  type EnvironmentPage,
  type EnvironmentRows,
  type EnvironmentStage,
  type EnvironmentSummary,
  type EnvironmentView,
} from '../../api/chain/environments.ts';
import { partitionPoint } from '../../base/partition-point.ts';
import { FACETS_MAX } from '../../base/limits.ts';
import type { EnvironmentRecord, RemovedEnvironment } from '../../ledger/state/records.ts';
import type { StoredBlock } from '../storage/stored-block.ts';
import type { NamedEnvironment } from '../../ledger/governance/action.ts';
import { recallPlace, removedPlace } from '../../ledger/state/readers.ts';
import { greenStatusOf } from '../../ledger/state/green-status.ts';
import { inOrder, OrderedPage } from './environment-order.ts';
import { lookalikesOf, type LookalikeEnvironment } from './environment-names.ts';
import type { Moment, QueryContext } from './query-context.ts';

export interface EnvironmentFilter {
  readonly zone: 'blue' | 'green';
  readonly text?: string | undefined;
  readonly archived: boolean;
  readonly owner?: string | undefined;
  readonly tag?: string | undefined;
  readonly stage?: EnvironmentStage | undefined;
  readonly order: EnvironmentOrder;
}

export interface EnvironmentListQuery extends EnvironmentFilter {
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface EnvironmentRowsQuery extends EnvironmentFilter {
  readonly offset: number;
  readonly limit: number;
  readonly place_of?: string | undefined;
}

/** Lists of all that fit a filter that are kept, until an environment changes: of the two lanes of a few consoles. */
const LISTS_KEPT_MAX = 8;

/** Environments: the two lanes' lists, and one environment at any moment. */
export class EnvironmentQueries {
  readonly #context: QueryContext;
  /** By filter, the one that was asked for last at the end; each with the revision of the list that it is of. */
  readonly #listed = new Map<string, { readonly revision: number; readonly fitting: readonly EnvironmentSummary[] }>();

  constructor(context: QueryContext) {
    this.#context = context;
  }

  /** The state's own list: none is left out, and none is there that the chain does not have. @throws INPUT_INVALID */
  environments({ order, after, limit, ...query }: EnvironmentListQuery): EnvironmentPage {
    const page = new OrderedPage(order, after, limit);
    const sought = soughtOf(query);
    for (const one of this.#inOrder(order, after)) {
      if (!isSought(one, sought)) continue;
      page.offer(one);
      // Of those that come in their order, no later one belongs before these.
      if (order === 'id' && page.nextAfter !== null) break;
    }
    return { environments: page.environments, next_after: page.nextAfter, ...this.#counts() };
  }

  /** The same list by places. */
  rows({ offset, limit, place_of: envId, ...filter }: EnvironmentRowsQuery): EnvironmentRows {
    const fitting = this.#fitting(filter);
    const place = envId === undefined ? -1 : fitting.findIndex(({ env_id }) => env_id === envId);
    return {
      environments: fitting.slice(offset, offset + limit),
      offset,
      total: fitting.length,
      placed: envId === undefined || place === -1 ? null : { env_id: envId, place },
      ...this.#counts(),
    };
  }

  /** All that fit: each of the many questions of somebody who scrolls would else look through all that there are. */
  #fitting({ order, ...filter }: EnvironmentFilter): readonly EnvironmentSummary[] {
    const { environments } = this.#context.lists;
    const { keys, entries } = environments.inOrder();
    const { revision } = environments;
    const { zone, text, archived, owner, tag, stage } = filter;
    const name = JSON.stringify([order, zone, text, archived, owner, tag, stage]);
    const known = this.#listed.get(name);
    this.#listed.delete(name);
    if (known?.revision === revision) {
      this.#listed.set(name, known);
      return known.fitting;
    }
    const sought = soughtOf(filter);
    const found: EnvironmentSummary[] = [];
    for (const key of keys) {
      const one = entries.get(key);
      if (one !== undefined && isSought(one, sought)) found.push(one);
    }
    const fitting = order === 'id' ? found : inOrder(order, found);
    this.#listed.set(name, { revision, fitting });
    const [oldest] = this.#listed.keys();
    if (this.#listed.size > LISTS_KEPT_MAX && oldest !== undefined) this.#listed.delete(oldest);
    return fitting;
  }

  #counts(): Pick<EnvironmentPage, 'blue_count' | 'green_count' | 'recalled_count' | 'indexed_height'> {
    const { environments, environmentCounts } = this.#context.lists;
    return {
      blue_count: environments.entries().size,
      green_count: environmentCounts.of('green'),
      recalled_count: environmentCounts.of('recalled'),
      indexed_height: Math.max(0, this.#context.indexer.height),
    };
  }

  /** All that can be on a page; by their ids where that is the order. */
  *#inOrder(order: EnvironmentOrder, after = ''): Generator<EnvironmentSummary, void, undefined> {
    const { environments } = this.#context.lists;
    if (order !== 'id') {
      yield* environments.entries().values();
      return;
    }
    const { keys, entries } = environments.inOrder();
    const first = partitionPoint(keys.length, (place) => (keys[place] as string) <= after);
    for (let place = first; place < keys.length; place++) {
      const one = entries.get(keys[place] as string);
      if (one !== undefined) yield one;
    }
  }

  facets(): EnvironmentFacets {
    const { environments, environmentCounts } = this.#context.lists;
    environments.entries();
    const { owners, tags, more } = environmentCounts.most(FACETS_MAX);
    return {
      owners: owners.map(([memberId, count]) => ({
        member_id: memberId,
        member_name: this.#context.member(memberId)?.name ?? null,
        count,
      })),
      tags: tags.map(([tag, count]) => ({ tag, count })),
      more,
    };
  }

  /** Of environments that are made or named, those that look like another one. */
  lookalikes(made: readonly NamedEnvironment[]): LookalikeEnvironment[] {
    return lookalikesOf(made, this.#context.lists.environments.entries());
  }

  /** @throws NOT_FOUND where it did not exist at that moment */
  environment({ env_id, at }: { readonly env_id: string; readonly at?: Moment }): EnvironmentView {
    const block = this.#context.blockAt(at);
    const read = (): EnvironmentRecord | undefined => this.#read(block, env_id);
    const record = at === undefined ? this.#context.environments.getState(env_id, read) : read();
    if (record === undefined) throw this.#notThere(block, env_id);
    return {
      ...(record as Omit<EnvironmentView, 'green_status'>),
      green_status: greenStatusOf(record),
      green_recalled_since: at === undefined ? null : this.#recallSince(record),
      height: block.header.index,
      state_root: block.header.state_root,
    };
  }

  #notThere({ header, roots }: StoredBlock, envId: string): QuantumLockError {
    const kept = this.#context.chain.tree.get(roots.environments, removedPlace(envId));
    if (kept === undefined)
      return new QuantumLockError('NOT_FOUND', `there is no environment ${envId} at block ${header.index}`);
    const { rollback } = JSON.parse(decodeUtf8(kept)) as RemovedEnvironment;
    return new QuantumLockError(
      'NOT_FOUND',
      `there is no environment ${envId} at block ${header.index}: a rollback to block ${rollback.target_height} took it away`,
      { advice: `Its history is kept: dm env history --id ${envId}. A rollback can be rolled back.` },
    );
  }

  /** That what was Green in a past record was recalled since; null where it was not. */
  #recallSince({ env_id, green }: EnvironmentRecord): EnvironmentView['green_recalled_since'] {
    if (green === null) return null;
    const { chain } = this.#context;
    const text = chain.stateText(chain.height(), 'environments', recallPlace(env_id, green.transaction_id));
    return text === undefined ? null : (JSON.parse(text) as EnvironmentView['green_recalled_since']);
  }

  #read(block: StoredBlock, envId: string): EnvironmentRecord | undefined {
    const bytes = this.#context.chain.tree.get(block.roots.environments, envId);
    return bytes === undefined ? undefined : (JSON.parse(decodeUtf8(bytes)) as EnvironmentRecord);
  }
}

type Sought = Omit<EnvironmentFilter, 'order' | 'text'> & { readonly text: string };

function soughtOf({ text = '', ...query }: Omit<EnvironmentFilter, 'order'>): Sought {
  return { ...query, text: text.trim().toLowerCase() };
}

function isSought(one: EnvironmentSummary, { zone, archived, owner, tag, stage, text }: Sought): boolean {
  if (one.archived && !archived) return false;
  if (zone === 'green' && one.green_version === null) return false;
  if (owner !== undefined && one.owner !== owner) return false;
  if (tag !== undefined && !one.tags.includes(tag)) return false;
  if (stage !== undefined && environmentStageOf(one) !== stage) return false;
  return text === '' || [one.env_id, one.name, one.description].some((words) => words?.toLowerCase().includes(text));
}
