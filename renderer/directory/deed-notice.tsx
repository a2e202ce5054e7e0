import type { ReactElement } from 'react';

import { ProblemNotice } from '../parts/problem-notice.tsx';
import type { Deed } from './use-deed.ts';

/** What waits for the person elsewhere, or why it was not done. */
export function DeedNotice({ deed: { waiting, problem } }: { readonly deed: Deed }): ReactElement | null {
  if (waiting === null) return problem === undefined ? null : <ProblemNotice problem={problem} />;
  const { sentence, confirmUrl, blocked, withdraw } = waiting;
  return (
    <div className="notice" role="status">
      <b>Waiting for your confirmation.</b> {sentence}{' '}
      {confirmUrl === null ? 'The application asks in a separate window.' : 'The question is in a separate window.'}
      <div className="row">
        {blocked && confirmUrl !== null ? (
          <a className="button" href={confirmUrl} target="quantum-lock-confirm" rel="opener">
            The browser blocked the window: open it
          </a>
        ) : null}
        <button type="button" className="button" onClick={withdraw}>
          Cancel the request
        </button>
      </div>
    </div>
  );
}
