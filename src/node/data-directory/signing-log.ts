import { join } from 'node:path';
import type { Hash } from '../../base/bytes.ts';
import type { SeenHead } from './seen-head.ts';
import { appendLines, readLines } from './durable-files.ts';

/**
 * `<data>/signing.log`: what was signed and sealed here, and what an administrator accepted, a JSON object a line,
 * oldest first. What is there is never written over; a chain that ends before what is there has lost something.
 */
export const SIGNING_LOG = 'signing.log';

/** What a person confirmed, written before the signature leaves. */
export interface SigningRecord {
  /** Unix milliseconds. */
  readonly time: number;
  readonly review_id: string;
  readonly digest: Hash;
  readonly key_id: string;
  readonly action: string;
}

export type SigningEntry =
  | SigningRecord
  /** The newest block that this node sealed. */
  | { readonly time: number; readonly sealed: SeenHead }
  /** What another place had seen and will not keep, and the chain lacks: until the chain has it again, or is accepted without it. */
  | { readonly time: number; readonly seen: SeenHead; readonly source: string }
  /** What an administrator accepted instead of what was seen before. */
  | (Readonly<Record<string, unknown>> & { readonly accepted: Readonly<Record<string, unknown>> })
  /** Hash of the configuration that this program wrote. */
  | { readonly config: Hash };

/** @throws STORAGE_FULL, STORAGE_READ_ONLY, STORAGE_DENIED, STORAGE_FAILED: then nothing is signed */
export function appendToSigningLog(dataDirectory: string, entry: SigningEntry): void {
  appendLines(join(dataDirectory, SIGNING_LOG), [JSON.stringify(entry)]);
}

/** Its lines, oldest first; one may have been cut short. @throws STORAGE_DENIED, STORAGE_FAILED */
export function readSigningLog(dataDirectory: string): readonly string[] {
  return readLines(join(dataDirectory, SIGNING_LOG));
}
