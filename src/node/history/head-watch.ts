import { QuantumLockError } from '../../base/errors.ts';
import { HEAD_COPY_INTERVAL_MS } from '../../base/limits.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { readHeadRecord } from './head-record.ts';
import type { HeadCopy } from './head-copies.ts';
import { seenHeadOf } from './history-check.ts';
import type { SeenHead } from '../data-directory/seen-head.ts';

/** What a copy remembers, as a report names it. */
export interface RememberedHead {
  readonly source: string;
  readonly seen: SeenHead;
  readonly isLasting: boolean;
}

/** Carries the newest head of a running node to its copies: at the start, every minute that brought a block, and at the end. */
export class HeadWatch {
  readonly #chainDirectory: string;
  readonly #copies: readonly HeadCopy[];
  readonly #written = new Map<HeadCopy, string>();
  readonly #failures = new Map<HeadCopy, QuantumLockError>();
  #timer: NodeJS.Timeout | null = null;

  constructor(chainDirectory: string, copies: readonly HeadCopy[]) {
    this.#chainDirectory = chainDirectory;
    this.#copies = copies;
  }

  /** What the copies remember. One that cannot be read remembers nothing now, and that is reported. */
  async remembered(): Promise<readonly RememberedHead[]> {
    const all: RememberedHead[] = [];
    for (const copy of this.#copies) {
      try {
        const seen = await copy.read();
        if (seen === null) continue;
        this.#written.set(copy, seen.hash);
        all.push({ source: copy.name, seen, isLasting: copy.isLasting });
      } catch (error) {
        this.#failures.set(copy, failureOf(copy, error));
      }
    }
    return all;
  }

  /** Copies that could not be read or written. */
  get failures(): readonly QuantumLockError[] {
    return [...this.#failures.values()];
  }

  async start(): Promise<void> {
    await this.write();
    this.#timer = setInterval(() => void this.write(), HEAD_COPY_INTERVAL_MS);
    this.#timer.unref();
  }

  async write(): Promise<void> {
    const record = readHeadRecord(this.#chainDirectory);
    if (typeof record === 'string') return;
    for (const copy of this.#copies) {
      if (this.#written.get(copy) === record.hash) continue;
      try {
        await copy.write(seenHeadOf(record));
        this.#written.set(copy, record.hash);
        this.#failures.delete(copy);
      } catch (error) {
        this.#failures.set(copy, failureOf(copy, error));
      }
    }
  }

  async stop(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    await this.write();
  }
}

function failureOf({ name }: HeadCopy, error: unknown): QuantumLockError {
  const cause = storageError(name, error);
  return new QuantumLockError('HEAD_COPY_FAILED', `the newest head cannot be stored in ${name}: ${cause.message}`, {
    cause,
    context: { place: name },
  });
}
