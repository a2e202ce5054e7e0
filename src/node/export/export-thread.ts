import type { PortClient } from '../threads/connect-port.ts';
import { withThread, type ThreadFollower } from '../threads/with-thread.ts';
import { workerUrl } from '../threads/worker-url.ts';
import type { ExportHandlers } from './export-worker.ts';

/** A report of 10,000 promotions is laid out as fast with it as with ten times as much. */
const YOUNG_SIZE_MB = 16;

/** Runs `work` with a thread that makes exports, and ends it, whatever happens. @throws NODE_FAILED, CANCELLED and what `work` throws */
export function withExportThread<T>(
  follower: ThreadFollower<{ readonly done: number; readonly total: number }>,
  work: (remote: PortClient<ExportHandlers>['remote'], signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const url = workerUrl(import.meta.url, './export-worker.ts');
  return withThread({ url, name: 'the export', youngSizeMb: YOUNG_SIZE_MB }, follower, work);
}
