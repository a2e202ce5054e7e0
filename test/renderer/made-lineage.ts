import type { Lineage, LineageNode } from '../../src/api/chain/environments.ts';
import { fakeHash } from './fake-values.ts';

type Step = Pick<LineageNode, 'kind' | 'lane' | 'label' | 'version'> & Partial<Pick<LineageNode, 'env_id'>>;

const STEPS: readonly Step[] = [
  { kind: 'create', lane: 'blue', label: 'v1', version: 1 },
  { kind: 'source', lane: 'blue', label: 'maze-lite v2', version: 2, env_id: 'maze-lite' },
  { kind: 'update', lane: 'blue', label: 'v2', version: 2 },
  { kind: 'promote', lane: 'green', label: 'Green v2', version: 2 },
  { kind: 'checkpoint', lane: 'green', label: '1.2.0', version: 2 },
  { kind: 'update', lane: 'blue', label: 'v3', version: 3 },
];

/** The lineage of an environment that was merged, promoted and checkpointed. */
export function madeLineage(): Lineage {
  const nodes = STEPS.map((step, order): LineageNode => ({
    env_id: 'grid-maze',
    ...step,
    id: step.kind === 'source' ? 'maze-lite@2' : fakeHash(1, order),
    state_hash: fakeHash(3, order),
    time: order,
    block_index: 100 + order,
    log_index: 1_200 + order,
    member_id: 'trainer-07',
    member_name: 'trainer-07',
    metadata: {},
    note: null,
  }));
  const edge = (from: number, to: number, kind: Lineage['edges'][number]['kind']): Lineage['edges'][number] => ({
    from: nodes[from]?.id ?? '',
    to: nodes[to]?.id ?? '',
    kind,
  });
  const edges = [
    edge(0, 2, 'next'),
    edge(1, 2, 'merge'),
    edge(2, 3, 'promote'),
    edge(3, 4, 'checkpoint'),
    edge(2, 5, 'next'),
  ];
  return { nodes, edges, indexed_height: 1, truncated: false };
}
