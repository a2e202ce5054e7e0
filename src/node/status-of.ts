import type { Status } from '../api/chain/node.ts';
import type { QuantumLockError } from '../base/errors.ts';
import type { ClockReading } from './clock/sealing-clock.ts';
import type { EngineStats } from './engine/engine.ts';
import { alertOf, type FiringAlert } from './monitoring/alert-record.ts';
import { healthOf } from './monitoring/health.ts';
import type { QueryRemote } from './query/query.ts';

/** The window of the throughput that the status tells. */
export const RATE_WINDOW_MS = 60_000;

/** How the node is at one moment. */
export interface NodeLook {
  /** Null where no validator runs, or it does not answer. */
  readonly stats: EngineStats | null;
  readonly clock: ClockReading | null;
  readonly firing: readonly FiringAlert[];
}

/** What a status is made of. Times in Unix milliseconds. */
interface StatusParts extends NodeLook {
  readonly head: Awaited<ReturnType<QueryRemote['head']>>;
  readonly validators: Awaited<ReturnType<QueryRemote['validators']>>['validators'];
  readonly governed: Awaited<ReturnType<QueryRemote['governed']>>;
  /** In blocks of the last {@link RATE_WINDOW_MS}. */
  readonly transactions: number;
  readonly indexFailure: QuantumLockError | null;
  readonly verified: Status['verified'];
  readonly checkpoint: Status['checkpoint'];
  readonly startedAt: number;
  readonly now: number;
}

export function statusOf(parts: StatusParts): Status {
  const { head, validators, governed, transactions, stats, clock, firing, indexFailure, verified, startedAt, now } =
    parts;
  const summary = stats?.summary ?? { finality_p50_us: null, finality_p99_us: null };
  return {
    ...head,
    validators: validators.map(({ validator_id, public_key, status, blocks_sealed, last_seen }) => ({
      validator_id,
      public_key,
      active: status === 'active',
      blocks_sealed,
      last_seen,
    })),
    frozen:
      governed.frozen === null
        ? null
        : { reason: governed.frozen.reason, since: governed.frozen.since, member_id: governed.frozen.member_id },
    block_time: clock?.timestamp ?? head.head_time,
    clock: clock?.state ?? 'right',
    open_proposals: governed.openProposals,
    stale_proposals: governed.staleProposals,
    health: healthOf(firing),
    alerts: firing.map(alertOf),
    pending: stats?.pending ?? 0,
    index: { unchecked_after: governed.indexUncheckedAfter, failure: indexFailure?.toFailure() ?? null },
    verified,
    ...summary,
    transactions_per_second: clock?.state === 'behind' ? null : (transactions * 1_000) / RATE_WINDOW_MS,
    signature_verifier: stats?.signatureVerifier ?? 'native',
    checkpoint: parts.checkpoint,
    started_at: startedAt,
    uptime_ms: now - startedAt,
  };
}
