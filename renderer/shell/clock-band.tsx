import type { ReactElement } from 'react';

import { formatDuration, formatTime } from '../parts/format.ts';
import { Link } from '../parts/link.tsx';
import { useNow } from '../stores/clock.ts';
import { useInspection } from '../stores/use-inspection.ts';
import { useOpenProposal } from '../stores/use-open-proposal.ts';
import { useNode } from '../stores/use-stores.ts';

/** While the chain's time is ahead of this machine's: says so across every screen, with what follows and the way back. */
export function ClockBand(): ReactElement | null {
  const now = useNow();
  const blockTime = useNode((state) => (state.status?.clock === 'behind' ? state.status.block_time : null));
  const isFile = useInspection() !== null;
  const proposed = useOpenProposal('reset_clock');
  // Nothing is signed on a file, at no time.
  if (isFile || blockTime === null || blockTime <= now) return null;
  return (
    <section className="shell-band warn" aria-label="The chain’s time is ahead">
      <p className="grow">
        <b>The chain’s time is {formatDuration(blockTime - now)} ahead of this machine’s clock.</b> It stands at{' '}
        <b>{formatTime(blockTime)}</b>. What is signed now carries that time, and proposals expire by it. Compare this
        machine’s clock with one that you trust: if the machine is correct, set the chain’s clock back.
      </p>
      {proposed === null ? (
        <Link className="button" to={['approvals']} query={{ do: 'clock' }}>
          Set the chain’s clock back…
        </Link>
      ) : (
        <Link className="button" to={['approvals', proposed.proposal_id]}>
          Setting it back is proposed
        </Link>
      )}
    </section>
  );
}
