import { useRead, type Reading } from './use-read.ts';
import { useNode } from './use-stores.ts';
import { useThrottled } from './use-throttled.ts';

const REFRESH_MS = 1_000;

/** Reads something of the chain, and reads it again as the chain grows: at most once in `intervalMs`. */
export function useLiveRead<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  { intervalMs = REFRESH_MS }: { readonly intervalMs?: number } = {},
): Reading<T> {
  const refresh = useThrottled(
    useNode((state) => state.indexedHeight),
    intervalMs,
  );
  return useRead(key, load, { refresh });
}
