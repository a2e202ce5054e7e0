import type { Hash } from '../../base/bytes.ts';
import type { RecoveryDeed } from './recovery-deeds.ts';

/** A block that was just committed, as subscribers hear of it. */
export interface CommittedBlock {
  readonly index: number;
  readonly hash: Hash;
  readonly timestamp: number;
  readonly validator: string;
  readonly transaction_count: number;
  readonly env_ids: readonly string[];
  readonly actions: readonly string[];
  /** Whether it may have changed who may do what, or what waits for whom. */
  readonly changes_governance: boolean;
  readonly changes_validators: boolean;
  readonly recovery: readonly RecoveryDeed[];
  readonly log_size: number;
  /** That the next block is of, and the least time that it may have. */
  readonly next_era: number;
  readonly next_time: number;
}
