import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonOrNull } from '../../base/json-or-null.ts';
import { decodeCheckpoint } from '../../ledger/checkpoints/checkpoint.ts';
import { decodeNote } from '../../ledger/checkpoints/signed-note.ts';
import { readText, replaceFile } from '../data-directory/durable-files.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';

/** A note as it was signed, with the cosignatures that came to it. */
export interface KeptCheckpoint {
  readonly note: string;
  readonly size: number;
  /** Unix milliseconds. */
  readonly signedAt: number;
}

export type WhichCheckpoint = 'newest' | 'witnessed';

const keptSchema = z.strictObject({ note: z.string(), signed_at: z.int() });
const seenSchema = z.record(z.string(), z.strictObject({ size: z.int().min(0), at: z.int() }));

/** What each witness cosigned last, by the name and id of its key: what it is asked to continue from. */
export type SeenByWitness = Readonly<z.infer<typeof seenSchema>>;

/**
 * `<data>/checkpoints/`: the newest checkpoint, the newest that enough witnesses cosigned, and what each witness saw last. All of
 * it can be made again: the log is in the chain, and a witness says itself what it saw.
 */
export class KeptCheckpoints {
  readonly #directory: string;

  constructor(dataDirectory: string) {
    this.#directory = join(dataDirectory, 'checkpoints');
  }

  /** Null where none was kept, or what is there is none. */
  read(which: WhichCheckpoint): KeptCheckpoint | null {
    const kept = keptSchema.safeParse(jsonOrNull(readText(this.#path(which)) ?? ''));
    if (!kept.success) return null;
    try {
      const { size } = decodeCheckpoint(decodeNote(kept.data.note).text);
      return { note: kept.data.note, size, signedAt: kept.data.signed_at };
    } catch {
      // Another hand's: it is signed again.
      return null;
    }
  }

  write(which: WhichCheckpoint, { note, signedAt }: KeptCheckpoint): void {
    this.#replace(which, { note, signed_at: signedAt });
  }

  seen(): SeenByWitness {
    const seen = seenSchema.safeParse(jsonOrNull(readText(this.#path('witnesses')) ?? ''));
    return seen.success ? seen.data : {};
  }

  writeSeen(seen: SeenByWitness): void {
    this.#replace('witnesses', seen);
  }

  #path(name: string): string {
    return join(this.#directory, `${name}.json`);
  }

  #replace(name: string, value: unknown): void {
    guardStorage(this.#directory, () => mkdirSync(this.#directory, { recursive: true, mode: 0o700 }));
    replaceFile(this.#path(name), `${JSON.stringify(value, null, 2)}\n`);
  }
}
