import { createHmac, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { decodeHex, encodeHash, type Hash } from '../../base/bytes.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import { count, hash, publicKey } from '../../base/fields.ts';
import { jsonOrNull } from '../../base/json-or-null.ts';
import { IDS_RECORD_RUNS_MAX, IDS_RECORD_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { replaceFile } from '../data-directory/durable-files.ts';
import { readInputText } from '../read-input-file.ts';

/**
 * `chain/ids.record`: which rows of `block_ids` were checked against the transactions that they are of, under a MAC with the
 * secret of the key that seals. Nobody else makes such a record, and what one says is true of its blocks for ever, so a start need not hash
 * those transactions again.
 */

const FILE = 'ids.record';
const FORMAT = 'quantum-lock/ids-record/v1';

/** The rows of blocks that follow each other, from `first_height` to `last_height`. */
const runSchema = z.strictObject({
  /** SHA-256 over the SHA-256 of each row, so that no entry moves from one to the next. */
  entries_hash: hash,
  /** Era and time of the last block. */
  era: count,
  first_height: count,
  first_log_index: count,
  last_hash: hash,
  last_height: count,
  last_timestamp: count,
  /** Of the block before the first: what a run before this one must end with. */
  previous_hash: hash,
});
export type IdsRun = z.infer<typeof runSchema>;

/** HMAC-SHA256 (RFC 2104): a node says this to itself, so nobody else has to be able to check it, and its key signs nothing but blocks. */
const vouchedSchema = z.strictObject({ mac: hash, public_key: publicKey, run: runSchema });
/** A run, and by which key: the reader has to check that. */
export type VouchedRun = z.infer<typeof vouchedSchema>;

const recordSchema = z.strictObject({
  format: z.literal(FORMAT),
  runs: z.array(vouchedSchema).max(IDS_RECORD_RUNS_MAX),
});

export interface VouchingKey {
  readonly publicKey: VouchedRun['public_key'];
  readonly secret: Uint8Array;
}

export function vouchFor(run: IdsRun, genesis: Hash, { publicKey: public_key, secret }: VouchingKey): VouchedRun {
  return { mac: encodeHash(macOf(run, genesis, secret)), public_key, run };
}

/** Whether that key has vouched for the run. */
export function isVouchedBy({ mac, run }: VouchedRun, genesis: Hash, { secret }: Pick<VouchingKey, 'secret'>): boolean {
  return timingSafeEqual(macOf(run, genesis, secret), decodeHex(mac));
}

function macOf(run: IdsRun, genesis: Hash, secret: Uint8Array): Buffer {
  const text = `quantum-lock/ids/v1\0${genesis}${encodeCanonicalText(run)}`;
  return createHmac('sha256', secret).update(text).digest();
}

/** Only its form is looked at. None where it is missing or cannot be read: everything is then checked from the transactions. */
export function readIdsRecord(chainDirectory: string): readonly VouchedRun[] {
  try {
    const text = readInputText(join(chainDirectory, FILE), IDS_RECORD_SIZE_BYTES_MAX);
    return recordSchema.safeParse(jsonOrNull(text)).data?.runs ?? [];
  } catch {
    // Not there, or not to be read: nothing that a start depends on.
    return [];
  }
}

/** `runs`: oldest first, of which the newest are kept. @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function writeIdsRecord(chainDirectory: string, runs: readonly VouchedRun[]): void {
  const record: z.infer<typeof recordSchema> = { format: FORMAT, runs: runs.slice(-IDS_RECORD_RUNS_MAX) };
  replaceFile(join(chainDirectory, FILE), `${JSON.stringify(record)}\n`);
}
