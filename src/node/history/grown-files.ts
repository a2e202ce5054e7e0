import { createHash, type Hash as Hashing } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { encodeHash } from '../../base/bytes.ts';
import { hash } from '../../base/fields.ts';
import { SIGNING_LOG } from '../data-directory/signing-log.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { systemCodeOf } from '../../base/errors.ts';

/**
 * Files of a data directory that are only ever appended to: anyone who removes or changes something in them hides the
 * past.
 */
const GROWING = [SIGNING_LOG, 'stored.log', 'alerts.log'] as const;

/** How far a file had grown, and the hash of it up to there. */
const grownSchema = z.strictObject({ size: z.int().nonnegative(), hash });
export const grownFilesSchema = z.partialRecord(z.enum(GROWING), grownSchema);
export type GrownFiles = Readonly<z.infer<typeof grownFilesSchema>>;

const READ_SIZE_BYTES = 65_536;

interface Progress {
  readonly size: number;
  readonly hashing: Hashing;
}

/** Follows the files as they grow, and reads only what is new. */
export class GrownFilesWatch {
  readonly #directory: string;
  readonly #known = new Map<string, Progress>();

  constructor(chainDirectory: string) {
    this.#directory = dirname(chainDirectory);
  }

  /** A file that has become shorter stays known as it was. @throws STORAGE_DENIED, STORAGE_FAILED */
  measure(): GrownFiles {
    return Object.fromEntries(
      GROWING.map((name) => {
        const before = this.#known.get(name) ?? { size: 0, hashing: createHash('sha256') };
        const after = readOn(join(this.#directory, name), before, Infinity) ?? before;
        this.#known.set(name, after);
        return [name, { size: after.size, hash: encodeHash(after.hashing.copy().digest()) }];
      }),
    );
  }
}

/** Which files do not begin any more as they had grown. @throws STORAGE_DENIED, STORAGE_FAILED */
export function findShrunk(dataDirectory: string, grown: GrownFiles): readonly string[] {
  return GROWING.filter((name) => {
    const had = grown[name];
    if (had === undefined || had.size === 0) return false;
    const has = readOn(join(dataDirectory, name), { size: 0, hashing: createHash('sha256') }, had.size);
    return has === null || encodeHash(has.hashing.digest()) !== had.hash;
  });
}

/** Hashes a file further, up to an end; null where it has not that many bytes. */
function readOn(path: string, { size, hashing }: Progress, end: number): Progress | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return null;
    throw storageError(path, error);
  }
  try {
    const last = Math.min(end, fstatSync(file).size);
    if (last < size || (end !== Infinity && last < end)) return null;
    const grown = hashing.copy();
    const buffer = Buffer.alloc(READ_SIZE_BYTES);
    let at = size;
    while (at < last) {
      const count = readSync(file, buffer, 0, Math.min(buffer.length, last - at), at);
      if (count === 0) break;
      grown.update(buffer.subarray(0, count));
      at += count;
    }
    return { size: at, hashing: grown };
  } catch (error) {
    throw storageError(path, error);
  } finally {
    closeSync(file);
  }
}
