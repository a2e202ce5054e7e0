import { useCallback, useEffect, useEffectEvent, useState } from 'react';

import { describeProblem, isAbandoned, type Problem } from '../bridge/problem.ts';
import { useConnection } from './use-stores.ts';

export interface Reading<T> {
  /** The last answer for this key; it stays while a newer one is read. */
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
}

interface Answer<T> {
  readonly key: string | null;
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
}

export interface ReadOptions {
  /** Reads again when this changes, keeping what is shown until the answer is there. */
  readonly refresh?: unknown;
  /** Keeps the previous answer while another key is read: for filters, where a blank list would jump. */
  readonly keep?: boolean;
}

/**
 * Reads something from the node for as long as `key` stands, again after every reconnection. `key` null reads nothing.
 */
export function useRead<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  { refresh, keep = false }: ReadOptions = {},
): Reading<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ key: null, data: undefined, problem: undefined, loading: true });
  const [attempt, setAttempt] = useState(0);
  const epoch = useConnection((state) => state.epoch);
  const run = useEffectEvent(load);
  const reload = useCallback(() => setAttempt((count) => count + 1), []);

  useEffect(() => {
    if (key === null) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    setAnswer((last) =>
      last.key === key || keep
        ? { ...last, key, loading: true }
        : { key, data: undefined, problem: undefined, loading: true },
    );
    run(signal).then(
      (data) => {
        if (!signal.aborted) setAnswer({ key, data, problem: undefined, loading: false });
      },
      (error: unknown) => {
        if (isAbandoned(error, signal)) return;
        setAnswer((last) => ({ ...last, problem: describeProblem(error), loading: false }));
      },
    );
    return () => controller.abort();
  }, [key, keep, refresh, attempt, epoch]);

  if (key === null) return { data: undefined, problem: undefined, loading: false, reload };
  if (answer.key !== key && !keep) return { data: undefined, problem: undefined, loading: true, reload };
  return { data: answer.data, problem: answer.problem, loading: answer.loading, reload };
}
