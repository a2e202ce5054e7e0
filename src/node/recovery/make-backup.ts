import { Worker } from 'node:worker_threads';
import { QuantumLockError } from '../../base/errors.ts';
import { connectPort } from '../threads/connect-port.ts';
import { workerUrl } from '../threads/worker-url.ts';
import type { SignManifest } from './backup-format.ts';
import type { BackupHandlers } from './backup-worker.ts';
import type { BackupFollower, BackupProgress, BackupRequest, MadeBackup } from './write-backup.ts';

/**
 * Makes one backup, on a thread of its own, beside whatever runs. It is in its place when this resolves; else nothing is.
 * @throws as {@link BackupWriter.begin} and what signing throws
 */
export async function makeBackup(
  request: BackupRequest,
  { sign, signal, report }: BackupFollower & { readonly sign: SignManifest },
): Promise<MadeBackup> {
  const worker = new Worker(workerUrl(import.meta.url, './backup-worker.ts'));
  const client = connectPort<BackupHandlers>(worker, (_, progress) => report(progress as BackupProgress));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('error', (cause: Error) =>
    client.fail(new QuantumLockError('NODE_FAILED', `the backup's thread failed: ${cause.message}`, { cause })),
  );
  worker.on('exit', () => client.fail(new QuantumLockError('NODE_FAILED', "the backup's thread ended")));
  try {
    const manifest = await client.remote.begin(request, signal ?? new AbortController().signal);
    return await client.remote.finish(await sign(manifest));
  } catch (error) {
    if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'the backup was stopped', { cause: error });
    throw error;
  } finally {
    await client.remote.close().catch(() => undefined);
    await exited;
  }
}
