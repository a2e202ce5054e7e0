import type { ReactElement } from 'react';
import { useStore } from 'zustand';

import { formatCount } from '../parts/format.ts';
import { Link } from '../parts/link.tsx';
import { useServices } from '../services.ts';

const SHOWN_MAX = 3;

/** Says that something began to wait for the person. It stays until it is opened or put away, and takes no focus. */
export function WaitingCalls(): ReactElement {
  const { page } = useServices();
  const calls = useStore(page, (state) => state.calls);
  const dismiss = (proposalId: string): void =>
    page.setState((state) => ({ calls: state.calls.filter((call) => call.proposalId !== proposalId) }));
  return (
    <div className="calls" role="status" aria-label="Waits for you">
      {calls.slice(0, SHOWN_MAX).map(({ proposalId, title }) => (
        <div key={proposalId} className="call">
          <p className="grow">
            <b>{title}</b> waits for your approval.
          </p>
          <Link className="button" to={['approvals', proposalId]}>
            Look
          </Link>
          <button
            type="button"
            className="icon-button"
            aria-label={`Put away: ${title}`}
            onClick={() => dismiss(proposalId)}
          >
            ×
          </button>
        </div>
      ))}
      {calls.length > SHOWN_MAX ? (
        <div className="call">
          <p className="grow">and {formatCount(calls.length - SHOWN_MAX)} more</p>
          <Link className="button" to={['approvals']} onClick={() => page.setState({ calls: [] })}>
            All
          </Link>
        </div>
      ) : null}
    </div>
  );
}
