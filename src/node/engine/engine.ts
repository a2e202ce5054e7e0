import type { SealingFacts } from '../monitoring/facts.ts';
import type { SubmitResult } from '../../ledger/transactions/receipt.ts';
import type { ClockReading } from '../clock/sealing-clock.ts';
import type { Stage } from '../chain/stage-clock.ts';

export interface EngineStats extends SealingFacts {
  readonly clock: ClockReading;
  readonly pending: number;
  readonly stagesUs: Readonly<Record<Stage, number>>;
  readonly verifyUs: number;
  readonly blocks: number;
  readonly transactions: number;
  readonly recent: number;
  readonly summary: {
    readonly finality_p50_us: number | null;
    readonly finality_p99_us: number | null;
  };
}

/** Orders transactions and finalises blocks; the head of the chain executes them (src/node/chain). */
export interface Engine {
  /** Answers once the transactions are on disk or refused, in order. @throws NODE_BUSY, NODE_STOPPED, STORAGE_FULL, STORAGE_FAILED */
  submit(transactions: readonly Uint8Array[]): Promise<SubmitResult[]>;
  stats(): EngineStats;
  /** Commits what was accepted, then stops. */
  close(): Promise<void>;
}
