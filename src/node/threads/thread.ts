import { Worker } from 'node:worker_threads';
import { QuantumLockError } from '../../base/errors.ts';
import { connectPort, type PortClient } from './connect-port.ts';
import type { Handlers } from './port-messages.ts';

export interface ThreadOptions {
  readonly url: URL;
  /** What it is called in an error, as in "the query thread". */
  readonly name: string;
  /** What it is started with. */
  readonly workerData?: unknown;
  /** Room for what it forgets soon, MiB: what V8 would take of a large machine is a multiple of what the work needs. */
  readonly youngSizeMb?: number | undefined;
  readonly onEvent?: (event: string, data: unknown) => void;
  /** It ended without being asked to: a bug, or the machine's fault. Called once. */
  readonly onFailure?: (error: QuantumLockError) => void;
}

/**
 * A thread of this process that answers with `serveOwner`. It ends when it has let go of what it had open, and is never
 * terminated: an addon (SQLite, libsecp256k1) that is just being loaded or called would end the whole process with it.
 */
export class Thread<H extends Handlers> {
  readonly client: PortClient<H>;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #ending: Promise<void> | null = null;
  #hasFailed = false;

  constructor({ url, name, workerData, youngSizeMb, onEvent, onFailure }: ThreadOptions) {
    const limits = youngSizeMb === undefined ? {} : { resourceLimits: { maxYoungGenerationSizeMb: youngSizeMb } };
    this.#worker = new Worker(url, { workerData, ...limits });
    this.client = connectPort<H>(this.#worker, onEvent);
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    const fail = (message: string, cause?: Error): void => {
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      const error = new QuantumLockError('NODE_FAILED', message, { cause });
      this.client.fail(error);
      if (this.#ending === null) onFailure?.(error);
    };
    this.#worker.on('error', (cause: Error) => fail(`${name} failed: ${cause.message}`, cause));
    this.#worker.on('exit', () => fail(`${name} ended`));
  }

  get remote(): PortClient<H>['remote'] {
    return this.client.remote;
  }

  /** Whether the process waits for it. */
  hold(isHeld: boolean): void {
    if (isHeld) this.#worker.ref();
    else this.#worker.unref();
  }

  /**
   * Has it let go of what it has open, and waits for its end. @throws what letting go threw, and NODE_FAILED where it had
   * ended before
   */
  end(): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  async #end(): Promise<void> {
    this.#worker.ref();
    try {
      await this.client.call('close', []);
    } finally {
      await this.#exited;
    }
  }
}
