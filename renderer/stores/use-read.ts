import { hashKey, skipToken, useQuery, type QueryFunction, type QueryKey } from '@tanstack/react-query';
import { useCallback, useState } from 'react';

import { describeProblem, type Problem } from '../bridge/problem.ts';
import { useServices } from '../services.ts';

export interface Reading<T> {
  /** The last answer to this; it stays while a newer one is read. */
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
}

/** What is asked of the node, and the key under which its answer is shared. */
export interface Read<T> {
  readonly queryKey: QueryKey;
  readonly queryFn: QueryFunction<T>;
  /** For what changes by the clock alone. */
  readonly refetchInterval?: number;
}

interface Shown<T> {
  readonly key: string;
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly problem: Problem | undefined;
}

/**
 * Reads something from the node for as long as a component shows it, and again whenever it has become old (follow-reads.ts).
 * Null reads nothing. `keep` leaves the previous answer while another thing is read: for filters, where a blank list would jump.
 */
export function useRead<T>(read: Read<T> | null, { keep = false }: { readonly keep?: boolean } = {}): Reading<T> {
  const { cache } = useServices();
  const query = useQuery<T>(read ?? { queryKey: [], queryFn: skipToken }, cache);
  const { data, error, isPending, isFetching, refetch } = query;
  const key = read === null ? '' : hashKey(read.queryKey);
  const [last, setLast] = useState<Shown<T>>({ key: '', data: undefined, error: null, problem: undefined });
  const reload = useCallback(() => void refetch(), [refetch]);

  const known = keep || last.key === key ? last : { data: undefined, problem: undefined };
  // A problem stays in sight while the same is asked again.
  if (read === null) return { data: undefined, problem: undefined, loading: false, reload };
  if (isPending) return { data: known.data, problem: known.problem, loading: isFetching, reload };
  const problem = error === null ? undefined : error === last.error ? last.problem : describeProblem(error);
  const shown = { key, data: data === undefined && error !== null ? known.data : data, error, problem };
  if (shown.key !== last.key || shown.data !== last.data || shown.error !== last.error) setLast(shown);
  return { data: shown.data, problem: shown.problem, loading: isFetching, reload };
}
