import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import type { z } from 'zod';

import { jsonOrNull } from '../src/base/json-or-null.ts';
import { readText, replaceFile } from '../src/node/data-directory/durable-files.ts';

/**
 * A small JSON file that this shell keeps for its own comfort. One that is missing, damaged or cannot be read is none, and one that
 * cannot be written is not kept: the log says so, and the console works without it.
 */
export class KeptFile<T> {
  readonly #path: string;
  readonly #schema: z.ZodType<T>;
  readonly #log: (line: string) => void;

  constructor(path: string, { schema, log }: { readonly schema: z.ZodType<T>; readonly log: (line: string) => void }) {
    this.#path = path;
    this.#schema = schema;
    this.#log = log;
  }

  read(): T | null {
    try {
      const text = readText(this.#path);
      const parsed = text === null ? null : this.#schema.safeParse(jsonOrNull(text));
      if (parsed?.success === false) this.#log(`${this.#path} is damaged: it is not used`);
      return parsed?.data ?? null;
    } catch (error) {
      this.#log(`${this.#path} is not read: ${String(error)}`);
      return null;
    }
  }

  write(value: T): void {
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      replaceFile(this.#path, `${JSON.stringify(value)}\n`);
    } catch (error) {
      this.#log(`${this.#path} is not kept: ${String(error)}`);
    }
  }
}
