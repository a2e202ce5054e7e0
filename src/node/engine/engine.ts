import type { Hash } from '../../base/bytes.ts';
import type { SubmitResult } from '../../ledger/transactions/receipt.ts';
import type { NextKey } from './sealer.ts';
import type { SimulationResult } from '../../ledger/effects/simulate.ts';
import type { MeterPoint } from './finality-meter.ts';
import type { ClockReading } from '../clock/sealing-clock.ts';
import type { Stage } from './stage-clock.ts';

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
  readonly log_size: number;
  /** That the next block is of, and the least time that it may have. */
  readonly next_era: number;
  readonly next_time: number;
}

export interface EngineStats {
  readonly clock: ClockReading;
  readonly pending: number;
  readonly stagesUs: Readonly<Record<Stage, number>>;
  readonly verifyUs: number;
  readonly blocks: number;
  readonly transactions: number;
  readonly recent: number;
  readonly signatureVerifier: 'native' | 'noble';
  readonly summary: {
    readonly finality_p50_us: number | null;
    readonly finality_p99_us: number | null;
  };
  /** The last failure to commit, while it lasts. */
  readonly failure: {
    readonly code: string;
    readonly message: string;
    readonly advice: string;
    readonly since: number;
  } | null;
}

/** Orders transactions and finalises blocks; the ledger executes them. */
export interface Engine {
  /** Answers once the transactions are on disk or refused, in order. @throws NODE_BUSY, NODE_STOPPED, STORAGE_FULL, STORAGE_FAILED */
  submit(transactions: readonly Uint8Array[]): Promise<SubmitResult[]>;
  /** Executes an unsigned transaction's bytes on a copy of the newest state; changes nothing. */
  simulate(unsigned: Uint8Array): SimulationResult;
  /** Lets a key seal that the chain may name next for this validator. */
  addKey(key: NextKey): void;
  /** Forgets such a key; the one in use stays. */
  dropKey(publicKey: string): void;
  clock(): ClockReading;
  stats(): EngineStats;
  metrics(minutes: number): MeterPoint[];
  /** Commits what was accepted, then stops. */
  close(): Promise<void>;
}
