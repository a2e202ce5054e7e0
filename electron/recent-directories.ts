import { join } from 'node:path';

import { z } from 'zod';

import { RECENT_DIRECTORIES_MAX } from '../src/base/limits.ts';
import { KeptFile } from './kept-file.ts';

const recent = z.array(z.string().min(1)).max(RECENT_DIRECTORIES_MAX);

/** The data directories whose chains were open on this machine, newest first: their paths, and nothing of what is in them. */
export class RecentDirectories {
  readonly #file: KeptFile<string[]>;
  #paths: readonly string[];

  constructor(folder: string, log: (line: string) => void) {
    this.#file = new KeptFile(join(folder, 'recent.json'), { schema: recent, log });
    this.#paths = this.#file.read() ?? [];
  }

  get paths(): readonly string[] {
    return this.#paths;
  }

  add(path: string): void {
    // Another console, of another data directory, may have added its own.
    this.#paths = this.#file.read() ?? this.#paths;
    if (this.#paths[0] === path) return;
    this.#write([path, ...this.#paths.filter((one) => one !== path)].slice(0, RECENT_DIRECTORIES_MAX));
  }

  clear(): void {
    this.#write([]);
  }

  #write(paths: readonly string[]): void {
    this.#paths = paths;
    this.#file.write([...paths]);
  }
}
