import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Hash } from '../../base/bytes.ts';
import { storageError } from '../storage/database.ts';

export interface SigningRecord {
  /** Unix milliseconds. */
  readonly time: number;
  readonly review_id: string;
  readonly digest: Hash;
  readonly key_id: string;
  readonly action: string;
}

/** Appends a line to `<data>/signing.log` and waits for the disk: what was signed is on record before the signature leaves. */
export function recordSigning(dataDirectory: string, record: SigningRecord): void {
  const path = join(dataDirectory, 'signing.log');
  try {
    const file = openSync(path, 'a', 0o600);
    try {
      writeSync(file, `${JSON.stringify(record)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw storageError(path, error);
  }
}
