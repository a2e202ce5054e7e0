import type { ReactElement, ReactNode } from 'react';

import type { Status } from '../../../src/api/views/chain.ts';
import {
  formatCount,
  formatDuration,
  formatMicroseconds,
  formatQuantity,
  formatRate,
  UNKNOWN,
} from '../../parts/format.ts';
import { useConnection, useNode } from '../../stores/use-stores.ts';

const HEALTH_WORDS = { healthy: 'Healthy', degraded: 'Degraded', failed: 'Failed' } as const;

const HEALTH_TONES = { healthy: '', degraded: 'warn', failed: 'bad' } as const;

/** What is true now, each figure with its unit and its window. */
export function StatusCards({ status }: { readonly status: Status }): ReactElement {
  const height = useNode((state) => state.height) ?? status.height;
  const active = status.validators.filter((validator) => validator.active).length;
  return (
    <div className="stats">
      <Health status={status} />
      <Stat name="Height" value={formatCount(height)}>
        {formatQuantity(status.log_size, 'transaction')} in all
      </Stat>
      <Stat name="Finality" value={formatMicroseconds(status.finality_p50_us)}>
        {status.finality_p99_us === null
          ? 'nothing committed in the last minute'
          : `p99 ${formatMicroseconds(status.finality_p99_us)}, last minute`}
      </Stat>
      <Stat name="Throughput" value={`${formatRate(status.transactions_per_second)} tx/s`}>
        last minute · {status.pending === 0 ? 'none waiting' : `${formatCount(status.pending)} waiting for a block`}
      </Stat>
      <Stat
        name="Validator"
        value={status.validators.length === 0 ? UNKNOWN : `${active} of ${status.validators.length} active`}
      >
        {status.validators
          .map(({ validator_id }) => validator_id)
          .slice(0, 3)
          .join(', ')}{' '}
        · {status.signature_verifier} signature checks
      </Stat>
    </div>
  );
}

/** Health is said of now: while the node is away, it is not known. */
function Health({ status }: { readonly status: Status }): ReactElement {
  const online = useConnection((state) => state.phase === 'online');
  if (!online) {
    return (
      <Stat name="Health" value={UNKNOWN}>
        not connected; last seen {HEALTH_WORDS[status.health].toLowerCase()}
      </Stat>
    );
  }
  return (
    <Stat name="Health" value={HEALTH_WORDS[status.health]} tone={HEALTH_TONES[status.health]}>
      {status.alerts.length === 0 ? 'no alert is firing' : `${formatQuantity(status.alerts.length, 'alert')} firing`} ·
      up {formatDuration(status.uptime_ms)}
    </Stat>
  );
}

function Stat({
  name,
  value,
  tone = '',
  children,
}: {
  readonly name: string;
  readonly value: string;
  readonly tone?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className="card stat">
      <h2>{name}</h2>
      <b className={`figure ${tone}`}>{value}</b>
      <p>{children}</p>
    </div>
  );
}
