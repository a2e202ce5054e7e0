import { parentPort } from 'node:worker_threads';
import { defined } from '../../base/assert.ts';
import { progressTo, serveOwner } from '../threads/serve-port.ts';
import type { BackupManifest, SignedManifest } from './backup-format.ts';
import type { WrittenFile } from './backup-sink.ts';
import type { EncryptRequest } from './encrypt-backup.ts';
import { BackupWriter, type BackupRequest, type MadeBackup } from './write-backup.ts';

/** The thread that reads and compresses: neither the thread that seals nor the one that asked waits for it. */
export type BackupHandlers = typeof handlers;

const port = defined(parentPort, 'the port to the thread that asked for the backup');
let writer: BackupWriter | null = null;

const handlers = {
  /** Writes everything but the end, and returns what is to be signed. */
  async begin(request: BackupRequest, signal: AbortSignal): Promise<BackupManifest> {
    writer = await BackupWriter.begin(request, { signal, report: progressTo(port) });
    return writer.manifest;
  },
  async finish(signature: Omit<SignedManifest, 'manifest'>): Promise<MadeBackup> {
    const finishing = defined(writer, 'a backup that was begun');
    writer = null;
    return finishing.finish(signature);
  },
  async encrypt(request: EncryptRequest, signal: AbortSignal): Promise<WrittenFile> {
    // Read where it is used: a third of what the thread starts with, which most backups have no use for.
    const { encryptBackup } = await import('./encrypt-backup.ts');
    return encryptBackup(request, { signal, report: progressTo(port) });
  },
};

/** Leaves nothing of a backup that was begun. */
async function close(): Promise<void> {
  await writer?.abandon();
  writer = null;
}

serveOwner(port, handlers, close);
