import { useEffect, useRef, useState } from 'react';

/** The value, changing at most once in `intervalMs`: the first change at once, the last one never lost. */
export function useThrottled<T>(value: T, intervalMs: number): T {
  const [shown, setShown] = useState(value);
  const changedAt = useRef(0);
  useEffect(() => {
    const waitMs = Math.max(0, changedAt.current + intervalMs - performance.now());
    const timer = setTimeout(() => {
      changedAt.current = performance.now();
      setShown(value);
    }, waitMs);
    return () => clearTimeout(timer);
  }, [value, intervalMs]);
  return shown;
}
