import {
  SCRUB_CELLS_MAX,
  type ScrubArea,
  type ScrubAreaView,
  type ScrubCell,
  type VerifyFinding,
} from '../../api/operator/integrity.ts';
import type { Passes, ScrubState } from './scrub-record.ts';

/** How far the checks of a process are: what a view is made of. */
export interface ScrubProgress {
  readonly record: ScrubState;
  /** Index of the newest sealed block, and of the newest that the index holds. */
  readonly height: number;
  readonly indexedHeight: number;
  /** The newest block that the pass which runs has looked at; null between two. */
  readonly chainReached: number | null;
  readonly indexReached: number | null;
  /** Null between two passes. */
  readonly content: { readonly done: number; readonly total: number } | null;
}

interface Extent {
  readonly area: ScrubArea;
  readonly unit: ScrubAreaView['unit'];
  readonly passes: Passes;
  /** Units that there are. */
  readonly total: number;
  /** Units that the pass which runs has looked at; null between two. */
  readonly running: number | null;
  /** Units in which damage stands. */
  readonly bad: readonly number[];
}

export function areaViews(progress: ScrubProgress): ScrubAreaView[] {
  const { record, height, content } = progress;
  const { damage } = record;
  const isOfState = damage !== null && damage.place.startsWith('state ');
  const at = damage === null ? [] : [Math.min(height, Math.max(0, damage.height ?? heightIn(damage) ?? 0))];
  const ofChain = {
    unit: 'block',
    passes: record.chain,
    total: height + 1,
    running: after(progress.chainReached),
  } as const;
  const extents: readonly Extent[] = [
    { area: 'blocks', ...ofChain, bad: isOfState ? [] : at },
    { area: 'state', ...ofChain, bad: isOfState ? at : [] },
    {
      area: 'index',
      unit: 'block',
      passes: record.index,
      total: progress.indexedHeight + 1,
      running: after(progress.indexReached),
      bad: [],
    },
    {
      area: 'content',
      unit: 'blob',
      passes: record.content,
      total: content?.total ?? record.content.reached + 1,
      running: content?.done ?? null,
      bad: [],
    },
  ];
  return extents.map((extent) => viewOf(extent));
}

function after(reached: number | null): number | null {
  return reached === null ? null : reached + 1;
}

/** Of a place such as "block 12". */
function heightIn({ place }: VerifyFinding): number | null {
  const found = /^block (\d+)$/.exec(place)?.[1];
  return found === undefined ? null : Number(found);
}

function viewOf(extent: Extent): ScrubAreaView {
  const { area, unit, passes, total, running, bad } = extent;
  return {
    area,
    unit,
    state: bad.length > 0 ? 'damaged' : running === null ? 'resting' : 'running',
    done: Math.min(total, running ?? passes.reached + 1),
    total,
    passes: passes.count,
    last_pass_at: passes.ended_at,
    cells: cellsOf(extent),
  };
}

/** The units in runs of nearly equal length, each with what is known of all of it. */
export function cellsOf({
  passes,
  total,
  running,
  bad,
}: Pick<Extent, 'passes' | 'total' | 'running' | 'bad'>): ScrubCell[] {
  const count = Math.min(total, SCRUB_CELLS_MAX);
  return Array.from({ length: count }, (_, cell) => {
    const from = Math.floor((cell * total) / count);
    const to = Math.floor(((cell + 1) * total) / count) - 1;
    const state = ((): ScrubCell['state'] => {
      if (bad.some((unit) => unit >= from && unit <= to)) return 'bad';
      if (running !== null && to < running) return 'verified';
      if (running !== null && from <= running) return 'checking';
      if (to <= passes.reached) return running === null ? 'verified' : 'earlier';
      return 'waiting';
    })();
    return { from, to, state };
  });
}
