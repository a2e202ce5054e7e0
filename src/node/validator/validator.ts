import type { ClockReading } from '../clock/sealing-clock.ts';
import type { QuantumLockError } from '../../base/errors.ts';
import type { SimulationResult } from '../../ledger/effects/simulate.ts';
import type { SignedStatement, StatementToSign } from '../engine/statement.ts';
import type { EngineStats } from '../engine/engine.ts';
import type { CommittedBlock } from '../chain/committed-block.ts';
import type { SubmitResult } from '../../ledger/transactions/receipt.ts';
import { intervalsOf, type MeterPoint } from '../monitoring/finality-meter.ts';
import { packBytes } from '../engine/packed-bytes.ts';
import type { NextKey, SealingKey } from '../chain/seal-block.ts';
import { Thread } from '../threads/thread.ts';
import { workerUrl } from '../threads/worker-url.ts';
import { TOLD_METRICS_MINUTES } from './told-metrics.ts';
import type { ValidatorHandlers, ValidatorWorkerData } from './validator-worker.ts';

export interface ValidatorOptions {
  readonly chainDirectory: string;
  readonly verifyThreads: number;
  readonly onBlock: (block: CommittedBlock) => void;
  /** The thread ended on its own: a bug, or the machine's fault. */
  readonly onFailure: (error: QuantumLockError) => void;
}

/** Figures that the thread pushed. */
interface Told {
  readonly stats: EngineStats;
  readonly metrics: MeterPoint[];
  readonly at: number;
}

/** Two of the thread's intervals: older than that, it is idle and answers at once. */
const TOLD_FRESH_MS = 500;

interface Waiting {
  readonly bytes: Uint8Array;
  readonly resolve: (result: SubmitResult) => void;
  readonly reject: (error: unknown) => void;
}

/** The validator as the rest of the process sees it: calls to its thread. */
export class Validator {
  readonly #thread: Thread<ValidatorHandlers>;
  #waiting: Waiting[] = [];
  #told: Told | null = null;

  private constructor(options: ValidatorOptions) {
    const data: ValidatorWorkerData = { chainDirectory: options.chainDirectory, verifyThreads: options.verifyThreads };
    this.#thread = new Thread({
      url: workerUrl(import.meta.url, './validator-worker.ts'),
      name: "the validator's thread",
      workerData: data,
      onEvent: (event, told) => {
        if (event === 'block') options.onBlock(told as CommittedBlock);
        if (event === 'stats') this.#told = { ...(told as Omit<Told, 'at'>), at: performance.now() };
      },
      onFailure: options.onFailure,
    });
  }

  /** Starts the thread and opens the chain. The secrets are wiped here once the thread has its copies. */
  static async start(
    options: ValidatorOptions,
    key: SealingKey,
    nextKeys: readonly NextKey[] = [],
  ): Promise<Validator> {
    const validator = new Validator(options);
    try {
      await validator.#thread.remote.start(key, nextKeys);
      return validator;
    } catch (error) {
      // What it failed with is told.
      await validator.stop().catch(() => undefined);
      throw error;
    } finally {
      for (const { secret } of [key, ...nextKeys]) secret.fill(0);
    }
  }

  /** Lets a key seal that the chain may name next. The secret is wiped here once the thread has its copy. */
  async addKey(key: NextKey): Promise<void> {
    try {
      await this.#thread.remote.addKey(key);
    } finally {
      key.secret.fill(0);
    }
  }

  /** Forgets a key that the chain might have named next. */
  dropKey(publicKey: string): Promise<void> {
    return this.#thread.remote.dropKey(publicKey);
  }

  /** See {@link EmbeddedEngine.signStatement}. */
  signStatement(statement: StatementToSign): Promise<SignedStatement> {
    return this.#thread.remote.signStatement(statement);
  }

  /** Canonical bytes of a signed transaction; answers when it is on disk or refused. Those of one turn travel together. */
  submit(bytes: Uint8Array): Promise<SubmitResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => void this.#send());
    });
  }

  async #send(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      const results = await this.submitBatch(batch.map(({ bytes }) => bytes));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as SubmitResult);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async submitBatch(transactions: readonly Uint8Array[]): Promise<SubmitResult[]> {
    try {
      return await this.#thread.remote.submit(packBytes(transactions));
    } catch (error) {
      // What was reported before the failure is no longer true.
      this.#told = null;
      throw error;
    }
  }

  /** The state of the machine's clock, and the time that the next block would have. */
  clock(): Promise<ClockReading> {
    return this.#thread.remote.clock();
  }

  simulate(unsigned: Uint8Array): Promise<SimulationResult> {
    return this.#thread.remote.simulate(unsigned);
  }

  /** As they are now. */
  stats(): Promise<EngineStats> {
    return this.#thread.remote.stats();
  }

  /** As they were within the last half second: an answer that waits for no block. */
  recentStats(): Promise<EngineStats> {
    const told = this.#recentlyTold();
    return told === null ? this.stats() : Promise.resolve(told.stats);
  }

  recentMetrics(minutes: number): Promise<MeterPoint[]> {
    const told = this.#recentlyTold();
    if (told === null || minutes > TOLD_METRICS_MINUTES) return this.#thread.remote.metrics(minutes);
    return Promise.resolve(told.metrics.slice(-intervalsOf(0, minutes).count));
  }

  /** While blocks come one after the other, the thread pushes its figures; older ones are requested. */
  #recentlyTold(): Told | null {
    return this.#told !== null && performance.now() - this.#told.at < TOLD_FRESH_MS ? this.#told : null;
  }

  /** Commits what was accepted, closes the chain and ends the thread. @throws NODE_FAILED where that ended before */
  stop(): Promise<void> {
    return this.#thread.end();
  }
}
