import { useEffect, useState } from 'react';

import { useServices } from '../services.ts';

const FIELDS = 'main .task-form :is(input, textarea, select):enabled';

/**
 * Another number where a task is asked for that the page is at already, and that has come to its review or its end: it begins
 * again. What is being filled in stays, and its first field has the focus.
 */
export function useAttempt(): number {
  const { router } = useServices();
  const [attempt, setAttempt] = useState(0);
  useEffect(
    () =>
      router.restarts.subscribe(() => {
        const field = document.querySelector<HTMLElement>(FIELDS);
        // The palette may be closing: it gives the focus back where it was.
        if (field !== null) requestAnimationFrame(() => field.focus());
        else setAttempt((count) => count + 1);
      }),
    [router],
  );
  return attempt;
}
