import type { Lineage, LineageNode } from '../../../src/api/chain/environments.ts';
import type { DrawnStep } from './lineage-runs.ts';

export interface PlacedNode extends DrawnStep {
  /** The newest of its steps. */
  readonly node: LineageNode;
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge {
  readonly path: string;
  readonly kind: Lineage['edges'][number]['kind'];
}

export interface LineageLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

const COLUMN_WIDTH = 92;
const MARGIN_X = 48;
const ROW_Y = { blue: 22, green: 78, source: 134 } as const;
const LABEL_HEIGHT = 30;

/** Places what is drawn from left to right, in its order: Blue above, Green below, merge sources at the bottom. */
export function layOutLineage(drawn: readonly DrawnStep[], edges: Lineage['edges']): LineageLayout {
  const placed = drawn.flatMap(({ steps }, column): PlacedNode[] => {
    const node = steps.at(-1);
    return node === undefined ? [] : [{ steps, node, x: MARGIN_X + column * COLUMN_WIDTH, y: ROW_Y[rowOf(node)] }];
  });
  const places = new Map(placed.flatMap((place) => place.steps.map((step) => [step.id, place] as const)));
  const lowest = Math.max(ROW_Y.blue, ...placed.map(({ y }) => y));
  return {
    width: MARGIN_X * 2 + Math.max(0, placed.length - 1) * COLUMN_WIDTH,
    height: lowest + LABEL_HEIGHT,
    nodes: placed,
    edges: edges.flatMap(({ from, to, kind }) => {
      const start = places.get(from);
      const end = places.get(to);
      // Where history was cut off, an edge may lead out of it; within a run none is drawn.
      return start === undefined || end === undefined || start === end ? [] : [{ kind, path: curve(start, end) }];
    }),
  };
}

function rowOf({ kind, lane }: LineageNode): keyof typeof ROW_Y {
  return kind === 'source' ? 'source' : lane;
}

function curve(start: PlacedNode, end: PlacedNode): string {
  if (start.y === end.y) return `M${start.x} ${start.y}H${end.x}`;
  const middle = (start.x + end.x) / 2;
  return `M${start.x} ${start.y}C${middle} ${start.y} ${middle} ${end.y} ${end.x} ${end.y}`;
}
