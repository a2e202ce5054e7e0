import { join } from 'node:path';

import { isHash, type Hash } from '../../base/bytes.ts';
import { appendLines, readLines } from '../data-directory/durable-files.ts';

const FILE = 'stored.log';

/**
 * Which contents this node has ever stored, a state hash a line, outside the store itself: so that content which is
 * lost, with the whole store or part of it, can be distinguished from content that never was here.
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
    appendLines(this.#path, added);
    for (const stateHash of added) known.add(stateHash);
  }

  #read(): Set<Hash> {
    this.#known ??= new Set(readLines(this.#path).filter((line) => isHash(line)));
    return this.#known;
  }
}
