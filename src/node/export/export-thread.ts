import type { PortClient } from '../threads/connect-port.ts';
import { withThread, type ThreadFollower } from '../threads/with-thread.ts';
import { workerUrl } from '../threads/worker-url.ts';
import type { ExportHandlers } from './export-worker.ts';
import type { MadeExport, MakeExportOptions, SignExport } from './make-export.ts';

/** In blocks. */
type ExportFollower = ThreadFollower<{ readonly done: number; readonly total: number }>;

/** A report of 10,000 promotions is laid out as fast with it as with ten times as much. */
const YOUNG_SIZE_MB = 16;

/** Runs `work` with a thread that makes exports, and ends it, whatever happens. @throws NODE_FAILED, CANCELLED and what `work` throws */
export function withExportThread<T>(
  follower: ExportFollower,
  work: (remote: PortClient<ExportHandlers>['remote'], signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const url = workerUrl(import.meta.url, './export-worker.ts');
  return withThread({ url, name: 'the export', youngSizeMb: YOUNG_SIZE_MB }, follower, work);
}

/** As `makeExport` does, in a thread: the signature is asked for here. */
export function makeExportInThread(
  options: MakeExportOptions,
  { sign, ...follower }: ExportFollower & { readonly sign: SignExport },
): Promise<MadeExport> {
  return withExportThread(follower, async (remote, signal) =>
    remote.finish(await sign(await remote.begin(options, signal))),
  );
}
