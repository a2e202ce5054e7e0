import { useState } from 'react';

import type { RecoveryPoint } from '../../../../src/api/chain/recovery.ts';
import type { Client } from '../../../bridge/client.ts';
import { useServices } from '../../../services.ts';
import { useRead, type Reading } from '../../../stores/use-read.ts';

/** Points that are read at a time. */
const PAGE_POINTS = 24;
/** An answer may hold few points, or none, where much else happened: so many are asked for before the page shows what there is. */
const ASKED_MAX = 8;

export interface Points {
  /** Oldest first. */
  readonly points: readonly RecoveryPoint[];
  /** There may be older ones. */
  readonly more: boolean;
}

export interface PointsReading {
  readonly reading: Reading<Points>;
  readonly readMore: (() => void) | undefined;
}

/** The newest points of the history that one may go back before, following the chain. */
export function usePoints(): PointsReading {
  const { client, reads } = useServices();
  const [pages, setPages] = useState(1);
  const reading = useRead(
    {
      queryKey: [...reads.chain.recoveryTimeline.key(), pages],
      queryFn: ({ signal }) => readPoints(client, pages * PAGE_POINTS, signal),
    },
    { keep: true },
  );
  const more = reading.data?.more === true && !reading.loading;
  return { reading, readMore: more ? () => setPages((count) => count + 1) : undefined };
}

async function readPoints(client: Client, wanted: number, signal: AbortSignal): Promise<Points> {
  const newestFirst: RecoveryPoint[] = [];
  let before: number | null = null;
  for (let asked = 0; asked < ASKED_MAX && newestFirst.length < wanted; asked++) {
    const answer: Awaited<ReturnType<Client['chain']['recoveryTimeline']>> = await client.chain.recoveryTimeline(
      { limit: PAGE_POINTS, ...(before === null ? {} : { before_log_index: before }) },
      { signal },
    );
    newestFirst.push(...answer.points);
    before = answer.next_before;
    if (before === null) break;
  }
  return { points: newestFirst.reverse(), more: before !== null };
}
