import { closeSync, constants, fdatasyncSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { encodeUtf8, type Hash } from '../../base/bytes.ts';
import { hash } from '../../base/fields.ts';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { decodeHeader, encodeHeader, type BlockHeader } from '../../ledger/blocks/block.ts';
import { decodeProof, encodeProof, type BlockProof } from '../../ledger/blocks/block-proof.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { syncDirectory } from '../data-directory/sync-directory.ts';
import { GrownFilesWatch, grownFilesSchema, type GrownFiles } from './grown-files.ts';

/**
 * The newest block that this machine has sealed, and its seal: `head.record`, next to `chain/` and apart from it. It is
 * on disk before the seal reaches the chain, so a height that was signed is known whatever the database says.
 */
export interface HeadRecord {
  /** Hash of block 0: which chain it is of, whatever that is called. */
  readonly genesis: Hash;
  readonly header: BlockHeader;
  readonly hash: Hash;
  readonly proof: BlockProof;
  /** Rows of state_pages and state_values when it was written: those of blocks behind it that were there already too. */
  readonly pages: number;
  readonly values: number;
  /** How far the files that only grow had grown, as far as that was known when it was written. */
  readonly grown: GrownFiles;
}

export type StoredHeadRecord = HeadRecord | 'missing' | 'damaged';

const FILE = 'head.record';
const FORMAT = 'quantum-lock/head-record/v1';
/** One page of the disk: the newest two records take turns, so a write that is cut off leaves the one before. */
const SLOT_SIZE_BYTES = 4096;
const SLOTS = 2;

const recordSchema = z.strictObject({
  format: z.literal(FORMAT),
  genesis: hash,
  /** Records of before had none. */
  grown: grownFilesSchema.default({}),
  hash,
  header: z.string(),
  pages: z.int().nonnegative(),
  proof: z.string(),
  values: z.int().nonnegative(),
});

export function headRecordPath(chainDirectory: string): string {
  return join(dirname(chainDirectory), FILE);
}

/** The record next to a chain. Only its form is looked at: what it says is checked against the chain. */
export function readHeadRecord(chainDirectory: string): StoredHeadRecord {
  try {
    return newestOf(readFileSync(headRecordPath(chainDirectory)));
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return 'missing';
    throw storageError(headRecordPath(chainDirectory), error);
  }
}

function newestOf(bytes: Buffer): HeadRecord | 'damaged' {
  const records = Array.from({ length: SLOTS }, (_, slot) =>
    decodeSlot(bytes.subarray(slot * SLOT_SIZE_BYTES, (slot + 1) * SLOT_SIZE_BYTES)),
  ).filter((record) => record !== null);
  const [first, ...others] = records;
  if (first === undefined) return 'damaged';
  return others.reduce((newest, record) => (record.header.index > newest.header.index ? record : newest), first);
}

function decodeSlot(bytes: Buffer): HeadRecord | null {
  try {
    const { genesis, grown, hash, header, pages, proof, values } = recordSchema.parse(
      JSON.parse(bytes.toString('utf8')),
    );
    return { genesis, hash, header: decodeHeader(header), proof: decodeProof(proof), pages, values, grown };
  } catch {
    // Empty, cut off, or not ours: the other slot counts.
    return null;
  }
}

function encodeSlot({ genesis, grown, hash, header, pages, proof, values }: HeadRecord): Buffer {
  const text = JSON.stringify({
    format: FORMAT,
    genesis,
    grown,
    hash,
    header: encodeHeader(header),
    pages,
    proof: encodeProof(proof),
    values,
  } satisfies z.infer<typeof recordSchema>);
  const bytes = encodeUtf8(text);
  if (bytes.length >= SLOT_SIZE_BYTES)
    throw new QuantumLockError('LIMIT_EXCEEDED', `a head record has ${bytes.length} bytes; at most ${SLOT_SIZE_BYTES}`);
  const slot = Buffer.alloc(SLOT_SIZE_BYTES, ' ');
  slot.set(bytes);
  slot[SLOT_SIZE_BYTES - 1] = 0x0a;
  return slot;
}

/**
 * The one writer of a head record. Its file has its full size from the beginning, so that a write changes no metadata; it
 * is made at the first write and not before: that there is none says something.
 */
export class HeadRecordWriter {
  readonly #path: string;
  #opened: { readonly file: number; slot: number } | null = null;

  constructor(chainDirectory: string) {
    this.#path = headRecordPath(chainDirectory);
  }

  /** When this returns, the record is on disk. @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
  write(record: HeadRecord): void {
    const slot = encodeSlot(record);
    try {
      const opened = (this.#opened ??= openForWriting(this.#path));
      writeSync(opened.file, slot, 0, SLOT_SIZE_BYTES, opened.slot * SLOT_SIZE_BYTES);
      fdatasyncSync(opened.file);
      opened.slot = (opened.slot + 1) % SLOTS;
    } catch (error) {
      throw storageError(this.#path, error);
    }
  }

  /** Forgets what was recorded: for the first block, and where an administrator has accepted another history. */
  replace(record: HeadRecord): void {
    for (let slot = 0; slot < SLOTS; slot++) this.write(record);
  }

  close(): void {
    if (this.#opened !== null) closeSync(this.#opened.file);
    this.#opened = null;
  }
}

/**
 * Says of the same block how far the other files have grown since: at the end of a run, which is the last to write any.
 * @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED
 */
export function refreshHeadRecord(chainDirectory: string): void {
  const record = readHeadRecord(chainDirectory);
  if (typeof record === 'string') return;
  const writer = new HeadRecordWriter(chainDirectory);
  try {
    writer.replace({ ...record, grown: new GrownFilesWatch(chainDirectory).measure() });
  } finally {
    writer.close();
  }
}

/** `slot`: where the next record goes, which is not over the newest. */
function openForWriting(path: string): { readonly file: number; slot: number } {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  const bytes = Buffer.alloc(SLOTS * SLOT_SIZE_BYTES, ' ');
  if (readSync(file, bytes, 0, bytes.length, 0) < bytes.length) {
    writeSync(file, bytes, 0, bytes.length, 0);
    fsyncSync(file);
    syncDirectory(dirname(path));
  }
  const newest = newestOf(bytes);
  const first = decodeSlot(bytes.subarray(0, SLOT_SIZE_BYTES));
  return { file, slot: newest !== 'damaged' && first?.header.index === newest.header.index ? 1 : 0 };
}
