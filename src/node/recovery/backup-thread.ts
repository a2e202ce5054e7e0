import type { PortClient } from '../threads/connect-port.ts';
import { withThread } from '../threads/with-thread.ts';
import { workerUrl } from '../threads/worker-url.ts';
import type { BackupHandlers } from './backup-worker.ts';
import type { BackupFollower } from './write-backup.ts';

/** Runs `work` with a thread that makes backups, and ends it, whatever happens. @throws NODE_FAILED, CANCELLED and what `work` throws */
export function withBackupThread<T>(
  follower: BackupFollower,
  work: (remote: PortClient<BackupHandlers>['remote'], signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withThread({ url: workerUrl(import.meta.url, './backup-worker.ts'), name: 'the backup' }, follower, work);
}
