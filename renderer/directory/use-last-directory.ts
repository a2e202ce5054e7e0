import { useCallback, useState } from 'react';

const STORAGE_KEY = 'quantum-lock:last-directory';

/** The directory that is chosen in a task: it begins where the last task of this window ended. */
export function useLastDirectory(): readonly [path: string, onPath: (path: string) => void] {
  const [path, setPath] = useState(() => globalThis.sessionStorage.getItem(STORAGE_KEY) ?? '');
  const onPath = useCallback((next: string) => {
    globalThis.sessionStorage.setItem(STORAGE_KEY, next);
    setPath(next);
  }, []);
  return [path, onPath];
}
