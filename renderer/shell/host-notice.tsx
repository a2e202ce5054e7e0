import type { ReactElement } from 'react';

import { UnlockForm } from '../first-run/unlock-form.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useNode } from '../stores/use-stores.ts';

/** A chain is open, but something keeps the node from working on it. */
export function HostNotice(): ReactElement | null {
  const problem = useNode((state) => state.host?.problem ?? null);
  if (problem === null) return null;
  return (
    <div className="stack">
      <ProblemNotice problem={problem} />
      {problem.code === 'PASSPHRASE_REQUIRED' ? <UnlockForm /> : null}
    </div>
  );
}
