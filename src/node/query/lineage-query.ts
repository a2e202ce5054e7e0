import type { Lineage, LineageNode } from '../../api/chain/environments.ts';
import type { Hash } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import type { Operation } from '../../ledger/governance/action.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { QueryContext } from './query-context.ts';
import { BlockQueries } from './block-queries.ts';
import { findHistory } from './checked-audit.ts';
import { indexEntryOf, versionAt } from './index-entry.ts';
import { doneOperations } from './proposal-of.ts';

const NODES_MAX = 300;

type Edge = Lineage['edges'][number];

/** The graph of an environment's versions, promotions, checkpoints and merges, newest 300 steps. */
export function lineageOf(context: QueryContext, envId: string): Lineage {
  const { found, height } = findHistory(context, { envId, before: Number.MAX_SAFE_INTEGER, limit: NODES_MAX + 1 });
  const truncated = found.length > NODES_MAX;
  const builder = new LineageBuilder(context, envId);
  const shown = found.slice(0, NODES_MAX);
  const versions = versionsOf(context, { envId, height, found: shown });
  for (const [place, logIndex] of [...shown.entries()].reverse()) builder.add(logIndex, versions[place] ?? 0);
  return { nodes: builder.nodes, edges: builder.edges, indexed_height: Math.max(0, context.indexer.height), truncated };
}

/** Blue's version after each step, counted back from what the state says. */
function versionsOf(
  { chain }: QueryContext,
  { envId, height, found }: { readonly envId: string; readonly height: number; readonly found: readonly number[] },
): number[] {
  let version = height < 0 ? 0 : versionAt(chain, chain.block(height), envId);
  return found.map((logIndex) => {
    const after = version;
    const step = { logIndex, transaction: chain.transaction(logIndex) };
    version -= indexEntryOf(chain, chain.heightOfLogIndex(logIndex), step).touched.get(envId) ?? 0;
    return after;
  });
}

class LineageBuilder {
  readonly nodes: LineageNode[] = [];
  readonly edges: Edge[] = [];
  readonly #context: QueryContext;
  readonly #blocks: BlockQueries;
  readonly #envId: string;
  #blueHead: string | null = null;
  #greenHead: string | null = null;

  constructor(context: QueryContext, envId: string) {
    this.#context = context;
    this.#blocks = new BlockQueries(context);
    this.#envId = envId;
  }

  add(logIndex: number, version: number): void {
    const row = this.#blocks.row(logIndex);
    const { chain } = this.#context;
    const transaction = chain.transaction(logIndex);
    const operations = doneOperations(chain, row.block_index, { id: row.id, transaction }).filter(
      ({ envId }) => envId === this.#envId,
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
        label: labelOf(kind, version, operation),
        env_id: this.#envId,
        version,
        state_hash: hashOf(operation),
        time: row.block_time,
        block_index: row.block_index,
        log_index: logIndex,
        member_id: row.member_id,
        member_name: row.member_name,
        metadata: (operation.payload['metadata'] as JsonObject | undefined) ?? null,
      });
      this.#connect(id, kind, operation, row.block_time);
    }
  }

  #connect(id: string, kind: LineageNode['kind'], operation: Operation, time: number): void {
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
    if (kind === 'recall' || kind === 'rollback') {
      if (this.#greenHead !== null) this.edges.push({ from: this.#greenHead, to: id, kind: 'next' });
      this.#greenHead = null;
      return;
    }
    if (this.#blueHead !== null) this.edges.push({ from: this.#blueHead, to: id, kind: 'next' });
    this.#blueHead = id;
    if (kind === 'merge')
      for (const source of operation.payload['source_envs'] as readonly string[]) this.#addSource(source, id, time);
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
    });
    this.edges.push({ from: id, to: target, kind: 'merge' });
  }
}

function labelOf(kind: LineageNode['kind'], version: number, operation: Operation): string {
  if (kind === 'promote') return `Green v${version}`;
  if (kind === 'checkpoint') return `checkpoint ${operation.payload['version'] as string}`;
  if (kind === 'archive') return 'archived';
  if (kind === 'recall') return `recalled v${version}`;
  if (kind === 'rollback') return 'rolled back';
  return `v${version}`;
}

function hashOf({ payload }: Operation): Hash | null {
  return ((payload['state_hash'] ?? payload['checkpoint_hash']) as Hash | undefined) ?? null;
}
