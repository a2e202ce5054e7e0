import { statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';

/** A look costs a few microseconds; transactions may come by the thousand a second. */
const FRESH_MS = 250;

interface Watched {
  readonly path: string;
  readonly what: string;
  /** Null where it was not there when the watch began. */
  readonly found: Stats | null;
}

/**
 * Whether the files that this process has open are still the ones that the next start would find. A directory that is
 * deleted, moved or covered by another mount leaves the open files readable, and what is written to them is lost.
 */
export class StorageWatch {
  readonly #now: () => number;
  readonly #watched: readonly Watched[];
  #lookedAt = Number.NEGATIVE_INFINITY;
  #problem: { readonly error: QuantumLockError; readonly since: number } | null = null;

  constructor(dataDirectory: string, now: () => number) {
    this.#now = now;
    const { root, chain } = dataPaths(dataDirectory);
    this.#watched = [
      { path: root, what: 'the data directory' },
      { path: chain, what: 'the directory of the chain' },
      { path: join(chain, CHAIN_DATABASE), what: 'the database of the chain' },
    ].map((each) => ({ ...each, found: statusOf(each.path) }));
  }

  /** What is wrong now, and since when that was seen; null where everything is in its place. */
  problem(): { readonly error: QuantumLockError; readonly since: number } | null {
    const at = performance.now();
    if (at - this.#lookedAt < FRESH_MS) return this.#problem;
    this.#lookedAt = at;
    const error = this.#look();
    this.#problem = error === null ? null : { error, since: this.#problem?.since ?? this.#now() };
    return this.#problem;
  }

  /** @throws DATA_DIR_GONE */
  assertInPlace(): void {
    const problem = this.problem();
    if (problem !== null) throw problem.error;
  }

  #look(): QuantumLockError | null {
    for (const { path, what, found } of this.#watched) {
      if (found === null) continue;
      const now = statusOf(path);
      if (now === null) return new QuantumLockError('DATA_DIR_GONE', `${what}, ${path}, is no longer there`);
      if (now.ino !== found.ino || now.dev !== found.dev)
        return new QuantumLockError('DATA_DIR_GONE', `${what}, ${path}, was replaced by another one`);
    }
    return null;
  }
}

/** Null where there is nothing, or nothing that can be reached. */
function statusOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    // Whatever hides it (deleted, no permission, a disk that fails), the files are not where the next start looks.
    return null;
  }
}
