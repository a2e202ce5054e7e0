import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { isHash, type Hash } from '../../base/bytes.ts';
import { storageError } from './blob-errors.ts';

const FILE = 'stored.log';

/**
 * Which contents this node has ever stored, a state hash a line, outside the store itself: so that content which is lost, with
 * the whole store or part of it, is told from content that never was here.
 */
export class StoredContent {
  readonly #path: string;
  #known: Set<Hash> | null = null;

  constructor(dataDirectory: string) {
    this.#path = join(dataDirectory, FILE);
  }

  has(stateHash: Hash): boolean {
    return this.#read().has(stateHash);
  }

  /** @throws STORAGE_FULL, STORAGE_FAILED */
  add(stateHashes: readonly Hash[]): void {
    const known = this.#read();
    const added = stateHashes.filter((stateHash) => !known.has(stateHash));
    if (added.length === 0) return;
    try {
      const file = openSync(this.#path, 'a', 0o600);
      try {
        writeSync(file, added.map((stateHash) => `${stateHash}\n`).join(''));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (cause) {
      throw storageError(cause, 'noting what was stored');
    }
    for (const stateHash of added) known.add(stateHash);
  }

  #read(): Set<Hash> {
    this.#known ??= new Set(
      existsSync(this.#path)
        ? readFileSync(this.#path, 'utf8')
            .split('\n')
            .filter((line) => isHash(line))
        : [],
    );
    return this.#known;
  }
}
