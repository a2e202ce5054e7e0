import { useState } from 'react';

import type { JobView } from '../../src/api/operator/jobs.ts';
import { useNow } from './clock.ts';

interface Seen {
  readonly jobId: string;
  /** Each part of the work has a total of its own. */
  readonly total: number | null;
  readonly done: number;
  readonly at: number;
}

/** Less says nothing of how long it takes. */
const SEEN_MS_MIN = 3_000;

/** Milliseconds until the present part of the work is over, by how fast it went while it was looked at; null while that is not known. */
export function useTimeLeft({ job_id: jobId, progress }: JobView): number | null {
  const now = useNow();
  const [first, setFirst] = useState<Seen | null>(null);
  if (progress === null || progress.total === null) return null;
  const { done, total } = progress;
  if (first === null || first.jobId !== jobId || first.total !== total || first.done > done) {
    setFirst({ jobId, total, done, at: now });
    return null;
  }
  const seenMs = now - first.at;
  if (seenMs < SEEN_MS_MIN || done <= first.done || done >= total) return null;
  return Math.ceil(((total - done) * seenMs) / (done - first.done) / 1_000) * 1_000;
}
