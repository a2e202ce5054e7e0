import { useEffect, useRef, useState } from 'react';

import type { DeedInput, DeedOutcome } from '../../src/api/operator/deeds.ts';
import { describeProblem, type Problem } from '../bridge/problem.ts';
import { useServices } from '../services.ts';

const CONFIRM_WINDOW = 'quantum-lock-confirm';
const CONFIRM_FEATURES = 'popup,width=560,height=560';

type Done = Extract<DeedOutcome, { readonly outcome: 'done' }>;

export interface Deed {
  /** What is asked, and where; null where nothing is. */
  readonly waiting: {
    readonly sentence: string;
    readonly confirmUrl: string | null;
    readonly blocked: boolean;
    readonly withdraw: () => void;
  } | null;
  readonly problem: Problem | undefined;
  /** Called from the click itself: only then may the page open a window. */
  readonly ask: (input: DeedInput) => void;
}

/** Asks for what a person has to confirm where this page cannot reach, and hears when it is done. No passphrase is typed here. */
export function useDeed(onDone: (done: Done, input: DeedInput) => void): Deed {
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

  const run = async (input: DeedInput): Promise<DeedOutcome> => {
    const { deed_id, sentence, confirm_url: confirmUrl } = await client.operator.requestDeed(input);
    const withdraw = (): void => void client.operator.withdrawDeed({ deed_id }).catch(() => undefined);
    const opened = confirmUrl === null ? null : globalThis.open(confirmUrl, CONFIRM_WINDOW, CONFIRM_FEATURES);
    if (alive.current) setWaiting({ sentence, confirmUrl, blocked: confirmUrl !== null && opened === null, withdraw });
    return client.operator.awaitDeed({ deed_id });
  };
  const ask = (input: DeedInput): void => {
    setProblem(undefined);
    run(input)
      .then((outcome) => {
        if (!alive.current) return;
        if (outcome.outcome === 'done') onDone(outcome, input);
        else setProblem(problemOf(outcome));
      })
      .catch((error: unknown) => setProblem(describeProblem(error)))
      .finally(() => setWaiting(null));
  };
  return { waiting, problem, ask };
}

function problemOf(outcome: Exclude<DeedOutcome, Done>): Problem {
  switch (outcome.outcome) {
    case 'failed':
      return outcome.error;
    case 'refused':
      return { code: 'REFUSED', message: 'You did not confirm it.', advice: 'Try again if you want it.' };
    case 'withdrawn':
      return { code: 'WITHDRAWN', message: 'The request was cancelled.', advice: 'Try again if you want it.' };
    case 'expired':
      return { code: 'EXPIRED', message: 'The question expired.', advice: 'Try again.' };
  }
}
