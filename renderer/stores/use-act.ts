import { useState } from 'react';

import { describeProblem, type Problem } from '../bridge/problem.ts';

export interface Act {
  readonly run: () => void;
  readonly busy: boolean;
  readonly problem: Problem | undefined;
}

/** Something that a person sets off and that may fail: busy while it runs, the problem next to the button after. */
export function useAct(act: () => Promise<void>): Act {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const run = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await act();
    } catch (error) {
      setProblem(describeProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return {
    run: () => {
      if (!busy) void run();
    },
    busy,
    problem,
  };
}
