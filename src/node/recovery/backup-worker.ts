import { parentPort } from 'node:worker_threads';
import { defined } from '../../base/assert.ts';
import { notify, servePort } from '../threads/serve-port.ts';
import type { BackupManifest, SignedManifest } from './backup-format.ts';
import { BackupWriter, type BackupRequest, type MadeBackup } from './write-backup.ts';

/** The thread that reads and compresses: neither the thread that seals nor the one that asked waits for it. */
export type BackupHandlers = typeof handlers;

/** Progress is for eyes. */
const PROGRESS_INTERVAL_MS = 100;

const port = defined(parentPort, 'the port to the thread that asked for the backup');
let writer: BackupWriter | null = null;

const handlers = {
  /** Writes everything but the end, and returns what is to be signed. */
  async begin(request: BackupRequest, signal: AbortSignal): Promise<BackupManifest> {
    let reportedAt = Number.NEGATIVE_INFINITY;
    const report = (progress: object): void => {
      const now = performance.now();
      if (now - reportedAt < PROGRESS_INTERVAL_MS) return;
      reportedAt = now;
      notify(port, 'progress', progress);
    };
    writer = await BackupWriter.begin(request, { signal, report });
    return writer.manifest;
  },
  async finish(signature: Omit<SignedManifest, 'manifest'>): Promise<MadeBackup> {
    const finishing = defined(writer, 'a backup that was begun');
    writer = null;
    return finishing.finish(signature);
  },
  /** Leaves nothing of a backup that was begun. */
  async close(): Promise<void> {
    await writer?.abandon();
    writer = null;
    setImmediate(() => port.close());
  },
};

servePort(port, handlers);
