import { setTimeout as sleep } from 'node:timers/promises';
import { QuantumLockError } from '../base/errors.ts';
import { DATA_DIR_WAIT_MS, DATA_DIR_WAIT_STEP_MS } from '../base/limits.ts';
import { isDataDirectoryFree } from '../node/data-directory/data-lock.ts';

/** Waiting for a data directory that another command has: up to a bound, and said once. */
export class DirectoryWait {
  readonly #directory: string;
  readonly #log: (line: string) => void;
  readonly #deadline = performance.now() + DATA_DIR_WAIT_MS;
  #isSaid = false;

  constructor(directory: string, log: (line: string) => void) {
    this.#directory = directory;
    this.#log = log;
  }

  /** @throws DATA_DIR_LOCKED when it took too long */
  async untilFree(): Promise<void> {
    while (!(await this.isFree()));
  }

  /** Whether nobody has it; where somebody has, one step of the wait later. @throws DATA_DIR_LOCKED when it took too long */
  async isFree(): Promise<boolean> {
    if (isDataDirectoryFree(this.#directory)) return true;
    await this.step(
      new QuantumLockError('DATA_DIR_LOCKED', `another command or node has used ${this.#directory} for too long`),
    );
    return false;
  }

  /** One step of the wait; after the last, `otherwise`. */
  async step(otherwise: QuantumLockError): Promise<void> {
    if (performance.now() > this.#deadline) throw otherwise;
    if (!this.#isSaid) this.#log(`Waiting for another command that uses ${this.#directory}.`);
    this.#isSaid = true;
    // Not all at the same moment.
    await sleep(DATA_DIR_WAIT_STEP_MS * (0.5 + Math.random()));
  }
}
