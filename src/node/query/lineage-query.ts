import type { Lineage, LineageNode } from '../../api/chain/environments.ts';
import type { Hash } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import type { Operation } from '../../ledger/governance/action.ts';
import type { EnvironmentRecord } from '../../ledger/state/records.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { QueryContext } from './query-context.ts';
import { BlockQueries } from './block-queries.ts';
import { findHistory } from './checked-audit.ts';
import { writtenBy } from './executed-block.ts';
import { doneOperations, isRollback } from './proposal-of.ts';

const NODES_MAX = 300;

type Edge = Lineage['edges'][number];

/** The graph of an environment's versions, promotions, checkpoints, merges, recalls and rollbacks, newest 300 steps. */
export function lineageOf(context: QueryContext, envId: string): Lineage {
  const { found } = findHistory(context, { envId, before: Number.MAX_SAFE_INTEGER, limit: NODES_MAX + 1 });
  const truncated = found.length > NODES_MAX;
  const builder = new LineageBuilder(context, envId);
  const steps = found.slice(0, NODES_MAX).map((logIndex) => ({
    logIndex,
    height: context.chain.heightOfLogIndex(logIndex),
  }));
  const inBlock = Map.groupBy(steps, ({ height }) => height);
  for (const step of steps.toReversed())
    builder.add(step.logIndex, recordAfter(context, envId, step, inBlock.get(step.height)?.length === 1));
  return { nodes: builder.nodes, edges: builder.edges, indexed_height: Math.max(0, context.indexer.height), truncated };
}

interface Step {
  readonly logIndex: number;
  readonly height: number;
}

/** An environment's record after one of its steps; undefined where it was taken away. */
function recordAfter(
  { chain }: QueryContext,
  envId: string,
  { logIndex, height }: Step,
  isOnlyOne: boolean,
): EnvironmentRecord | undefined {
  // As the block left it, where nothing else in it changed it.
  if (!isOnlyOne) return writtenBy(chain, height, logIndex).get(envId);
  const text = chain.stateText(height, 'environments', envId);
  return text === undefined ? undefined : (JSON.parse(text) as EnvironmentRecord);
}

class LineageBuilder {
  readonly nodes: LineageNode[] = [];
  readonly edges: Edge[] = [];
  readonly #context: QueryContext;
  readonly #blocks: BlockQueries;
  readonly #envId: string;
  #blueHead: string | null = null;
  #greenHead: string | null = null;
  /** The newest node of a lane that a transaction made. */
  readonly #made = new Map<string, string>();

  constructor(context: QueryContext, envId: string) {
    this.#context = context;
    this.#blocks = new BlockQueries(context);
    this.#envId = envId;
  }

  /** The next step, and the record as it left it. */
  add(logIndex: number, record: EnvironmentRecord | undefined): void {
    const row = this.#blocks.row(logIndex);
    const { chain } = this.#context;
    const transaction = chain.transaction(logIndex);
    const operations = doneOperations(chain, row.block_index, { id: row.id, transaction }).filter(
      (operation) => operation.envId === this.#envId || isRollback(operation),
    );
    for (const [position, operation] of operations.entries()) {
      const step = findAction(operation.action)?.lineage ?? null;
      if (step === null) continue;
      const { kind, lane } = step;
      const id = position === 0 ? row.id : `${row.id}#${position}`;
      this.nodes.push({
        id,
        kind,
        lane,
        label: labelOf(kind, record, operation),
        env_id: this.#envId,
        version: versionOf(kind, record, operation),
        state_hash: kind === 'rollback' ? (record?.blue.state_hash ?? null) : hashOf(operation),
        time: row.block_time,
        block_index: row.block_index,
        log_index: logIndex,
        member_id: row.member_id,
        member_name: row.member_name,
        metadata: (operation.payload['metadata'] as JsonObject | undefined) ?? null,
        note: step.makesVersion ? ((operation.payload['note'] as string | undefined) ?? null) : null,
      });
      this.#connect({ id, kind, operation, record, time: row.block_time });
      this.#made.set(`${lane} ${row.id}`, id);
    }
  }

  #connect({ id, kind, operation, record, time }: Connected): void {
    if (kind === 'promote') {
      if (this.#blueHead !== null) this.edges.push({ from: this.#blueHead, to: id, kind: 'promote' });
      if (this.#greenHead !== null) this.edges.push({ from: this.#greenHead, to: id, kind: 'next' });
      this.#greenHead = id;
      return;
    }
    if (kind === 'checkpoint') {
      if (this.#greenHead !== null) this.edges.push({ from: this.#greenHead, to: id, kind: 'checkpoint' });
      this.#greenHead = id;
      return;
    }
    if (kind === 'recall') {
      if (this.#greenHead !== null) this.edges.push({ from: this.#greenHead, to: id, kind: 'next' });
      this.#greenHead = null;
      return;
    }
    if (kind === 'rollback') return this.#goBack(id, record);
    if (this.#blueHead !== null) this.edges.push({ from: this.#blueHead, to: id, kind: 'next' });
    this.#blueHead = id;
    if (kind === 'merge')
      for (const source of operation.payload['source_envs'] as readonly string[]) this.#addSource(source, id, time);
  }

  /** What was there leads to it, and what it gave back; what comes afterwards continues it. */
  #goBack(id: string, record: EnvironmentRecord | undefined): void {
    const heads = [this.#blueHead, this.#greenHead].filter((head) => head !== null);
    const given = [
      this.#made.get(`blue ${record?.blue.transaction_id}`),
      this.#made.get(`green ${record?.green?.transaction_id}`),
    ].filter((made) => made !== undefined);
    for (const from of new Set(heads)) this.edges.push({ from, to: id, kind: 'next' });
    for (const from of new Set(given)) if (!heads.includes(from)) this.edges.push({ from, to: id, kind: 'restore' });
    this.#blueHead = record === undefined ? null : id;
    this.#greenHead = record === undefined || record.green === null ? null : id;
  }

  #addSource(envId: string, target: string, time: number): void {
    const id = `${envId}@${target}`;
    const targetNode = this.nodes.at(-1);
    this.nodes.push({
      id,
      kind: 'source',
      lane: 'blue',
      label: `from ${envId}`,
      env_id: envId,
      version: null,
      state_hash: null,
      time,
      block_index: targetNode?.block_index ?? 0,
      log_index: targetNode?.log_index ?? 0,
      member_id: null,
      member_name: null,
      metadata: null,
      note: null,
    });
    this.edges.push({ from: id, to: target, kind: 'merge' });
  }
}

interface Connected {
  readonly id: string;
  readonly kind: LineageNode['kind'];
  readonly operation: Operation;
  readonly record: EnvironmentRecord | undefined;
  readonly time: number;
}

/** The version that a step is about; Blue's after it where its payload names none. */
function versionOf(
  kind: LineageNode['kind'],
  record: EnvironmentRecord | undefined,
  { payload }: Operation,
): number | null {
  const named =
    kind === 'promote' ? payload['blue_version'] : NAMES_GREEN.has(kind) ? payload['green_version'] : undefined;
  return (named as number | undefined) ?? record?.blue.version ?? null;
}

const NAMES_GREEN: ReadonlySet<LineageNode['kind']> = new Set(['checkpoint', 'recall']);

function labelOf(kind: LineageNode['kind'], record: EnvironmentRecord | undefined, operation: Operation): string {
  const version = versionOf(kind, record, operation);
  if (kind === 'promote') return `Green v${version}`;
  if (kind === 'checkpoint') return `checkpoint ${operation.payload['version'] as string}`;
  if (kind === 'archive') return 'archived';
  if (kind === 'recall') return `recalled v${version}`;
  if (kind === 'rollback')
    return `back to block ${operation.payload['target_height'] as number}${record === undefined ? ': not there' : ''}`;
  return `v${version}`;
}

function hashOf({ payload }: Operation): Hash | null {
  return ((payload['state_hash'] ?? payload['checkpoint_hash']) as Hash | undefined) ?? null;
}
