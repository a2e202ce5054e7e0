import { useEffect, useEffectEvent, useState, type ReactElement } from 'react';
import { useStore } from 'zustand';

import { formatCount } from '../parts/format.ts';
import { Link } from '../parts/link.tsx';
import { useServices } from '../services.ts';
import type { WaitingCall } from '../stores/page-state.ts';

const SHOWN_MAX = 3;
/** Long enough to read and reach for. It covers part of the page; the count in the navigation stays. */
const SHOWN_MS = 15_000;

/** Says that something began to wait for the person, and takes no focus. */
export function WaitingCalls(): ReactElement {
  const { page } = useServices();
  const calls = useStore(page, (state) => state.calls);
  return (
    <div className="calls" role="status" aria-label="Waits for you">
      {calls.slice(0, SHOWN_MAX).map((call) => (
        <Call
          key={call.proposalId}
          call={call}
          onDismiss={() =>
            page.setState((state) => ({
              calls: state.calls.filter(({ proposalId }) => proposalId !== call.proposalId),
            }))
          }
        />
      ))}
      {calls.length > SHOWN_MAX ? (
        <div className="call">
          <p className="grow">and {formatCount(calls.length - SHOWN_MAX)} more</p>
          <Link className="button" to={['approvals']}>
            All
          </Link>
        </div>
      ) : null}
    </div>
  );
}

function Call({
  call: { proposalId, title },
  onDismiss,
}: {
  readonly call: WaitingCall;
  readonly onDismiss: () => void;
}): ReactElement {
  const [held, setHeld] = useState(false);
  const dismiss = useEffectEvent(onDismiss);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => dismiss(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held]);
  return (
    <div
      className="call"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <p className="grow">
        <b>{title}</b> waits for your approval.
      </p>
      <Link className="button" to={['approvals', proposalId]}>
        Open
      </Link>
      <button type="button" className="icon-button" aria-label={`Dismiss: ${title}`} onClick={onDismiss}>
        ×
      </button>
    </div>
  );
}
