import { QueryClient } from '@tanstack/react-query';

/** The hand-over from one component to the next; older answers are not kept, so what is opened again is read again. */
const UNSHOWN_KEPT_MS = 100;

/**
 * What the node answered, each answer once, for as long as something shows it. It never becomes old by time: what makes it
 * old is said in follow-reads.ts. Nothing is tried again by itself, because the connection does that, and nothing is stored.
 */
export function createReadCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        gcTime: UNSHOWN_KEPT_MS,
        staleTime: Infinity,
        networkMode: 'always',
        refetchIntervalInBackground: true,
        refetchOnReconnect: false,
        refetchOnWindowFocus: false,
        retry: false,
        structuralSharing: false,
      },
    },
  });
}

/**
 * Reads again what is shown; of one procedure, or of all. What is still under way is given up: it may have been read before
 * the change, and would stay as if it were newer.
 */
export async function renew(cache: QueryClient, path?: readonly string[]): Promise<void> {
  const of = path === undefined ? {} : { queryKey: [path] };
  await cache.cancelQueries(of);
  await cache.invalidateQueries(of);
}
