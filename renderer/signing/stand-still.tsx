import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';

/** Notifies every place above that a review begins (true) or ends. */
const HoldContext = createContext<(holding: boolean) => void>(() => undefined);

/**
 * Shows what a task is about as it was when its review began, for as long as the review, or its result, is on the
 * screen. The chain changes by the very signature: without this, the page would take the answer away a moment after it
 * came, because the key was no longer there to be replaced.
 */
export function StandStill<T>({
  value,
  children,
}: {
  readonly value: T;
  readonly children: (value: T) => ReactNode;
}): ReactElement {
  const [held, setHeld] = useState<{ readonly value: T } | null>(null);
  const newest = useRef(value);
  const above = useContext(HoldContext);
  useEffect(() => {
    newest.current = value;
  }, [value]);
  const hold = useCallback(
    (holding: boolean) => {
      setHeld(holding ? { value: newest.current } : null);
      above(holding);
    },
    [above],
  );
  return <HoldContext value={hold}>{children(held === null ? value : held.value)}</HoldContext>;
}

/** While the calling component is there, everything above stands still. */
export function useStandStill(): void {
  const hold = useContext(HoldContext);
  useEffect(() => {
    hold(true);
    return () => hold(false);
  }, [hold]);
}
