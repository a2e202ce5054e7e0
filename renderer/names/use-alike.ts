import { useEffect, useMemo, useSyncExternalStore } from 'react';

import { useServices } from '../services.ts';
import type { Named, NameKind } from './names-beside.ts';

/** Puts a name next to the others while it is shown, and says which of them look like it. */
export function useAlike(kind: NameKind, id: string, name: string): readonly Named[] {
  const { names } = useServices();
  const named = useMemo(() => ({ kind, id, name }), [kind, id, name]);
  useEffect(() => names.add(named), [names, named]);
  return useSyncExternalStore(names.subscribe, () => names.alike(named));
}

/** Names of rows that a list holds: what is scrolled out of sight, or shown by its id alone, is compared too. */
export function useNamesOf<Row>(
  kind: NameKind,
  rows: readonly Row[] | undefined,
  /** The same function each time. */
  calledOf: (row: Row) => { readonly id: string; readonly name: string | null },
): void {
  const { names } = useServices();
  useEffect(() => {
    const gone = (rows ?? []).map(calledOf).map(({ id, name }) => names.add({ kind, id, name: name ?? id }));
    return () => {
      for (const leave of gone) leave();
    };
  }, [names, kind, rows, calledOf]);
}
