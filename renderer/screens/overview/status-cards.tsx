import type { ReactElement, ReactNode } from 'react';

import type { Status } from '../../../src/api/chain/node.ts';
import {
  formatCount,
  formatDuration,
  formatMicroseconds,
  formatQuantity,
  formatRate,
  UNKNOWN,
} from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import { PostureCard } from '../../posture/posture-card.tsx';
import { useChainNow } from '../../stores/use-chain-now.ts';
import { useWaiting } from '../../stores/use-waiting.ts';

/** What is true now, each figure with its unit and its window. */
export function StatusCards({ status }: { readonly status: Status }): ReactElement {
  const active = status.validators.filter((validator) => validator.active);
  return (
    <div className="stats">
      <Stat name="Finality" value={formatMicroseconds(status.finality_p50_us)}>
        {status.finality_p99_us === null
          ? 'nothing committed in the last minute'
          : `p99 ${formatMicroseconds(status.finality_p99_us)}, last minute`}
      </Stat>
      <Stat
        name="Throughput"
        value={status.transactions_per_second === null ? UNKNOWN : `${formatRate(status.transactions_per_second)} tx/s`}
      >
        {status.transactions_per_second === null ? 'the chain’s time does not advance' : 'last minute'} ·{' '}
        {status.pending === 0 ? 'none waiting' : `${formatCount(status.pending)} waiting for a block`}
      </Stat>
      <Stat
        name={<Link to={['validators']}>Validators</Link>}
        value={active.length === 0 ? UNKNOWN : formatQuantity(active.length, 'active', 'active')}
      >
        {active
          .map(({ validator_id }) => validator_id)
          .slice(0, 3)
          .join(', ')}{' '}
        · {status.signature_verifier} signature checks
      </Stat>
      <WaitingStat />
      <PostureCard />
    </div>
  );
}

function WaitingStat(): ReactElement {
  const { mine, total, known } = useWaiting();
  const now = useChainNow();
  const [first] = mine;
  return (
    <Stat
      name={<Link to={['approvals']}>Waiting for you</Link>}
      value={known ? formatQuantity(mine.length, 'approval') : UNKNOWN}
    >
      {first !== undefined
        ? `the first expires in ${formatDuration(first.expires_at - now)}`
        : total > 0
          ? `${formatQuantity(total, 'proposal')} open, for others`
          : 'nothing is proposed'}
    </Stat>
  );
}

function Stat({
  name,
  value,
  children,
}: {
  readonly name: ReactNode;
  readonly value: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className="card stat">
      <h2>{name}</h2>
      <b className="figure">{value}</b>
      <p>{children}</p>
    </div>
  );
}
