import { readFileSync, statSync } from 'node:fs';
import { QuantumLockError } from '../../base/errors.ts';
import { MERGED_DATABASE_SIZE_BYTES_MAX } from '../../base/limits.ts';

/**
 * A database and its write-ahead log as one image in memory, for reading where SQLite can write nothing: it would make
 * an index of the log next to it first. The format is that of https://www.sqlite.org/fileformat2.html §4.
 */

const WAL_HEADER_SIZE = 32;
const FRAME_HEADER_SIZE = 24;
/** The last bit tells in which byte order the checksums are. */
const WAL_MAGIC = 0x377f0682;
/** Offsets of the database header that say by which journal it is written and read. 1 is the legacy journal, 2 is WAL. */
const JOURNAL_VERSION_OFFSETS = [18, 19] as const;

/** @throws STORAGE_READ_ONLY where it is too large to be held in memory */
export function readMerged(path: string): Buffer {
  const logSizeBytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const sizeBytes = statSync(path).size + logSizeBytes;
  if (sizeBytes > MERGED_DATABASE_SIZE_BYTES_MAX)
    throw new QuantumLockError('STORAGE_READ_ONLY', `${path} is too large to be read where nothing can be written`, {
      advice: 'Copy the data directory to a disk that can be written, and read it there.',
    });
  const image = mergeLog(readFileSync(path), logSizeBytes === 0 ? Buffer.alloc(0) : readFileSync(`${path}-wal`));
  for (const offset of JOURNAL_VERSION_OFFSETS) image[offset] = 1;
  return image;
}

/** Lays the committed pages of a log over the database. What follows the last commit that is whole is left out, as SQLite does. */
function mergeLog(database: Buffer, log: Buffer): Buffer {
  const magic = log.length < WAL_HEADER_SIZE ? 0 : log.readUInt32BE(0);
  if (magic !== WAL_MAGIC && magic !== WAL_MAGIC + 1) return database;
  const isBigEndian = magic === WAL_MAGIC + 1;
  const pageSize = log.readUInt32BE(8);
  let sum: Checksum = checksum(log.subarray(0, 24), { isBigEndian, before: [0, 0] });
  if (sum[0] !== log.readUInt32BE(24) || sum[1] !== log.readUInt32BE(28)) return database;
  const committed = new Map<number, Buffer>();
  const pending = new Map<number, Buffer>();
  let pageCount = 0;
  const frameSize = FRAME_HEADER_SIZE + pageSize;
  for (let offset = WAL_HEADER_SIZE; offset + frameSize <= log.length; offset += frameSize) {
    const header = log.subarray(offset, offset + FRAME_HEADER_SIZE);
    const page = log.subarray(offset + FRAME_HEADER_SIZE, offset + frameSize);
    // Frames of an earlier run of the log have other salts.
    if (!header.subarray(8, 16).equals(log.subarray(16, 24))) break;
    sum = checksum(header.subarray(0, 8), { isBigEndian, before: sum });
    sum = checksum(page, { isBigEndian, before: sum });
    if (sum[0] !== header.readUInt32BE(16) || sum[1] !== header.readUInt32BE(20)) break;
    pending.set(header.readUInt32BE(0), page);
    const sizeAfterCommit = header.readUInt32BE(4);
    if (sizeAfterCommit === 0) continue;
    for (const [number, content] of pending) committed.set(number, content);
    pending.clear();
    pageCount = sizeAfterCommit;
  }
  if (pageCount === 0) return database;
  const image = Buffer.alloc(pageCount * pageSize);
  database.copy(image);
  for (const [number, page] of committed) if (number <= pageCount) page.copy(image, (number - 1) * pageSize);
  return image;
}

type Checksum = readonly [number, number];

function checksum(
  bytes: Buffer,
  { isBigEndian, before }: { readonly isBigEndian: boolean; readonly before: Checksum },
): Checksum {
  let [first, second] = before;
  for (let offset = 0; offset < bytes.length; offset += 8) {
    const [left, right] = isBigEndian
      ? [bytes.readUInt32BE(offset), bytes.readUInt32BE(offset + 4)]
      : [bytes.readUInt32LE(offset), bytes.readUInt32LE(offset + 4)];
    first = (first + left + second) >>> 0;
    second = (second + right + first) >>> 0;
  }
  return [first, second];
}
