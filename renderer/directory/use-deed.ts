import { useEffect, useRef, useState } from 'react';

import type { DeedKind, DeedOutcome } from '../../src/api/views/operator.ts';
import { describeProblem, type Problem } from '../bridge/problem.ts';
import { useServices } from '../services.ts';

const CONFIRM_WINDOW = 'quantum-lock-confirm';
const CONFIRM_FEATURES = 'popup,width=560,height=560';

export interface Deed {
  /** What is asked, and where; null where nothing is. */
  readonly waiting: { readonly sentence: string; readonly confirmUrl: string | null; readonly blocked: boolean } | null;
  readonly problem: Problem | undefined;
  /** Called from the click itself: only then may the page open a window. */
  readonly ask: (deed: DeedKind, path: string) => void;
}

/** Asks for what a person has to confirm where this page cannot reach, and hears when it is done. */
export function useDeed(onDone: (path: string) => void): Deed {
  const { client } = useServices();
  const [waiting, setWaiting] = useState<Deed['waiting']>(null);
  const [problem, setProblem] = useState<Problem>();
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);

  const run = async (deed: DeedKind, path: string): Promise<DeedOutcome> => {
    const asked = await client.operator.requestDeed({ deed, path });
    const opened =
      asked.confirm_url === null ? null : globalThis.open(asked.confirm_url, CONFIRM_WINDOW, CONFIRM_FEATURES);
    const { sentence, confirm_url: confirmUrl } = asked;
    if (alive.current) setWaiting({ sentence, confirmUrl, blocked: confirmUrl !== null && opened === null });
    return client.operator.awaitDeed({ deed_id: asked.deed_id });
  };
  const ask = (deed: DeedKind, path: string): void => {
    setProblem(undefined);
    run(deed, path)
      .then((outcome) => {
        if (!alive.current) return;
        if (outcome.outcome === 'done') onDone(path);
        else setProblem(problemOf(outcome));
      })
      .catch((error: unknown) => setProblem(describeProblem(error)))
      .finally(() => setWaiting(null));
  };
  return { waiting, problem, ask };
}

function problemOf(outcome: Exclude<DeedOutcome, { readonly outcome: 'done' }>): Problem {
  switch (outcome.outcome) {
    case 'failed':
      return outcome.error;
    case 'refused':
      return { code: 'REFUSED', message: 'You did not confirm it.', advice: 'Ask again if you meant to.' };
    case 'expired':
      return { code: 'EXPIRED', message: 'The question waited too long.', advice: 'Ask again.' };
  }
}
