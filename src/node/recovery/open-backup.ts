import { randomBytes } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AGE_MAGIC } from '../../base/chain-file-beginnings.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { fileBeginning } from '../data-directory/file-beginning.ts';
import { readRange } from '../data-directory/read-range.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { readBackupDocument } from './backup-document.ts';
import {
  BACKUP_MAGIC,
  decodeSignedManifest,
  decodeTrailer,
  digestOf,
  invalidBackup,
  manifestHash,
  partOffsets,
  TRAILER_SIZE_BYTES,
} from './backup-format.ts';
import { decompress } from './compress.ts';
import type { OpenedBackup } from './opened-backup.ts';
import { decryptStream, type BackupKeys } from './encryption.ts';
import { rowsOf, type Cell } from './part-rows.ts';

export interface OpenBackupOptions {
  readonly keys: BackupKeys;
  /** A directory of the caller's own, in which an encrypted backup is decrypted: parts of it are read out of turn. */
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a backup in any of its forms: as it is, encrypted, or as one JSON document.
 * @throws BACKUP_INVALID, BACKUP_KEY_REQUIRED, PASSPHRASE_WRONG, NOT_FOUND, STORAGE_FULL, STORAGE_FAILED
 */
export async function openBackup(path: string, options: OpenBackupOptions): Promise<OpenedBackup> {
  const beginning = await readBeginning(path);
  if (beginning.startsWith(AGE_MAGIC)) {
    const plain = await decryptInto(path, options);
    try {
      return await openPlain(plain, path, () => rmSync(plain, { force: true }));
    } catch (error) {
      rmSync(plain, { force: true });
      throw error;
    }
  }
  if (beginning.startsWith('{')) return readBackupDocument(path);
  return openPlain(path, path);
}

/** Whether a file says about itself that it is encrypted; of what cannot be read nothing is said. */
export function isEncryptedBackup(path: string): boolean {
  try {
    return fileBeginning(path, AGE_MAGIC.length) === AGE_MAGIC;
  } catch {
    return false;
  }
}

/** The stanza of a passphrase is alone in an age header (https://age-encryption.org/v1). */
const PASSPHRASE_HEADER = `${AGE_MAGIC}-> scrypt `;

/** What an encrypted backup is opened with; null where it is not encrypted, or cannot be read. */
export function keyKindOf(path: string): 'passphrase' | 'identity' | null {
  if (!isEncryptedBackup(path)) return null;
  return fileBeginning(path, PASSPHRASE_HEADER.length) === PASSPHRASE_HEADER ? 'passphrase' : 'identity';
}

async function readBeginning(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      if (!(await file.stat()).isFile()) throw new QuantumLockError('INPUT_INVALID', `${path} is not a regular file`);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new QuantumLockError('NOT_FOUND', `there is no file at ${path}`, { cause: error });
    throw storageError(path, error);
  }
}

async function decryptInto(path: string, { keys, scratch, signal }: OpenBackupOptions): Promise<string> {
  const plain = join(scratch, `decrypted-${randomBytes(6).toString('hex')}.new`);
  try {
    const encrypted = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
    const decrypted = await decryptStream(encrypted, keys);
    await pipeline(
      Readable.fromWeb(decrypted as Parameters<typeof Readable.fromWeb>[0]),
      createWriteStream(plain, { flags: 'wx', mode: 0o600 }),
      ...(signal === undefined ? [] : [{ signal }]),
    );
    return plain;
  } catch (error) {
    rmSync(plain, { force: true });
    if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'it was stopped', { cause: error });
    const failure = storageError(plain, error);
    if (failure instanceof QuantumLockError) throw failure;
    // age authenticates each 64 KiB: what was changed or cut off does not decrypt.
    throw invalidBackup('encryption', `does not hold: ${failure.message}`, error);
  }
}

async function openPlain(path: string, named: string, onClose: () => void = () => undefined): Promise<OpenedBackup> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw storageError(path, error);
  });
  try {
    const { size } = await file.stat();
    if (size < BACKUP_MAGIC.length + TRAILER_SIZE_BYTES || !(await isMagic(file)))
      throw invalidBackup('beginning of the file', 'is not that of a backup');
    const place = decodeTrailer(await readAt(file, size - TRAILER_SIZE_BYTES, TRAILER_SIZE_BYTES), size);
    const signed = decodeSignedManifest(await readAt(file, place.offset, place.size));
    const { offsets, end } = partOffsets(signed.manifest);
    if (end !== place.offset)
      throw invalidBackup('manifest', `names parts up to byte ${end}, and begins at ${place.offset}`);
    const { parts } = signed.manifest;
    return {
      path: named,
      signed,
      backup: manifestHash(signed.manifest),
      readStored: (index) => readAt(file, offsets[index] ?? 0, parts[index]?.size ?? 0),
      close: async () => {
        await file.close();
        onClose();
      },
    };
  } catch (error) {
    await file.close();
    throw storageError(named, error);
  }
}

async function isMagic(file: FileHandle): Promise<boolean> {
  return Buffer.from(BACKUP_MAGIC).equals(await readAt(file, 0, BACKUP_MAGIC.length));
}

async function readAt(file: FileHandle, offset: number, size: number): Promise<Buffer> {
  const end = offset + size;
  const bytes = await readRange(file, { begin: offset, end });
  if (bytes.length < size) throw invalidBackup('file', `ends before byte ${end}`);
  return bytes;
}

/** What a part is called where something is wrong with it. */
export function partName({ signed: { manifest } }: Pick<OpenedBackup, 'signed'>, index: number): string {
  const { table, first, last } = manifest.parts[index] ?? { table: '?', first: 0, last: 0 };
  const rows = table.startsWith('content_') ? '' : ` rows ${first} to ${last}`;
  return `part ${index + 1} of ${manifest.parts.length} (${table}${rows})`;
}

/** The rows of a part: its stored bytes are checked against their digest first. @throws BACKUP_INVALID */
export async function readPartRows(backup: OpenedBackup, index: number): Promise<Generator<Cell[], void, undefined>> {
  const part = backup.signed.manifest.parts[index];
  const name = partName(backup, index);
  if (part === undefined) throw invalidBackup(name, 'is not in the manifest');
  const stored = await readVerified(backup, index);
  let bytes: Buffer;
  try {
    bytes = await decompress(stored, part.raw_size);
  } catch (cause) {
    throw invalidBackup(name, 'cannot be decompressed', cause);
  }
  if (bytes.length !== part.raw_size) throw invalidBackup(name, `has ${bytes.length} bytes, and says ${part.raw_size}`);
  return rowsOf(bytes, part, name);
}

/** The stored bytes of a part, which are those that the manifest names. @throws BACKUP_INVALID */
export async function readVerified(backup: OpenedBackup, index: number): Promise<Uint8Array> {
  const stored = await backup.readStored(index);
  if (digestOf(stored) !== backup.signed.manifest.parts[index]?.digest)
    throw invalidBackup(partName(backup, index), 'is not the one that was signed for');
  return stored;
}
