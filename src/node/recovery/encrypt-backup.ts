import { createReadStream } from 'node:fs';
import { QuantumLockError } from '../../base/errors.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { BackupSink, type WrittenFile } from './backup-sink.ts';
import { assertSigned } from './backup-signer.ts';
import { NO_KEYS } from './encryption.ts';
import { openBackup, readPartRows } from './open-backup.ts';
import type { BackupFollower } from './write-backup.ts';

export interface EncryptRequest {
  /** A backup that is not encrypted. */
  readonly path: string;
  /** A new file. */
  readonly output: string;
  readonly recipients: readonly string[];
  /** Of the caller's own. */
  readonly scratch: string;
}

/**
 * Verifies a backup as it lies on the disk, and then encrypts it: afterwards nothing of it can be verified here but its bytes.
 * @throws BACKUP_INVALID, INPUT_INVALID, STORAGE_FULL, STORAGE_FAILED, CANCELLED: then nothing is left of the output
 */
export async function encryptBackup(request: EncryptRequest, follower: BackupFollower): Promise<WrittenFile> {
  const { path, output, recipients } = request;
  const total = await verifyFile(request, follower);
  const sink = await BackupSink.open(output, { recipients });
  let done = 0;
  try {
    for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
      assertGoesOn(follower);
      await sink.write(bytes);
      follower.report({ done: total + (done += bytes.length), total: 2 * total });
    }
  } catch (error) {
    await sink.abandon();
    throw storageError(path, error);
  }
  return sink.finish();
}

/**
 * Holds every part of one backup against its manifest, and the manifest against its signature: all that can be said of it without
 * those that it continues. Returns the size of its parts. @throws BACKUP_INVALID, CANCELLED
 */
export async function verifyFile(
  { path, scratch }: Pick<EncryptRequest, 'path' | 'scratch'>,
  follower: BackupFollower,
): Promise<number> {
  const backup = await openBackup(path, { keys: NO_KEYS, scratch });
  try {
    assertSigned(backup.signed, loadSignatureVerifier().verify);
    const { parts } = backup.signed.manifest;
    const total = parts.reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    for (const [index, { size }] of parts.entries()) {
      assertGoesOn(follower);
      // Each row is read: one that is cut short or out of order is found by that.
      const rows = await readPartRows(backup, index);
      while (rows.next().done !== true);
      follower.report({ done: (done += size), total: 2 * total });
    }
    return total;
  } finally {
    await backup.close();
  }
}

function assertGoesOn({ signal }: BackupFollower): void {
  if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'the backup was stopped');
}
