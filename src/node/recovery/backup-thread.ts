import { Worker } from 'node:worker_threads';
import { QuantumLockError } from '../../base/errors.ts';
import { connectPort, type PortClient } from '../threads/connect-port.ts';
import { workerUrl } from '../threads/worker-url.ts';
import type { BackupHandlers } from './backup-worker.ts';
import type { BackupFollower, BackupProgress } from './write-backup.ts';

/** Runs `work` with a thread that makes backups, and ends it, whatever happens. @throws NODE_FAILED, CANCELLED and what `work` throws */
export async function withBackupThread<T>(
  { signal, report }: BackupFollower,
  work: (remote: PortClient<BackupHandlers>['remote'], signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const worker = new Worker(workerUrl(import.meta.url, './backup-worker.ts'));
  const client = connectPort<BackupHandlers>(worker, (_, progress) => report(progress as BackupProgress));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('error', (cause: Error) =>
    client.fail(new QuantumLockError('NODE_FAILED', `the backup's thread failed: ${cause.message}`, { cause })),
  );
  worker.on('exit', () => client.fail(new QuantumLockError('NODE_FAILED', "the backup's thread ended")));
  try {
    return await work(client.remote, signal ?? new AbortController().signal);
  } catch (error) {
    if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'the backup was stopped', { cause: error });
    throw error;
  } finally {
    await client.remote.close().catch(() => undefined);
    await exited;
  }
}
