import type { ReactElement } from 'react';

import type { Problem } from '../bridge/problem.ts';
import { sentence } from './sentence.ts';

/** What failed, where it failed: message, what to do next, and the code to quote. */
export function ProblemNotice({
  problem,
  onRetry,
}: {
  readonly problem: Problem;
  readonly onRetry?: (() => void) | undefined;
}): ReactElement {
  return (
    <div className="notice bad" role="alert">
      <b>{sentence(problem.message)}</b> {problem.advice} <code>{problem.code}</code>
      {onRetry === undefined ? null : (
        <div className="row">
          <button type="button" className="button" onClick={onRetry}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}
