import { Worker } from 'node:worker_threads';
import { QuantumLockError } from '../../base/errors.ts';
import { connectPort, type PortClient } from './connect-port.ts';
import type { Handlers } from './port-messages.ts';

/** How far some work is, and whether it is given up. */
export interface ThreadFollower<Progress> {
  readonly signal?: AbortSignal | undefined;
  readonly report: (progress: Progress) => void;
}

export interface ThreadKind {
  readonly url: URL;
  /** What it makes, as in "the backup". */
  readonly name: string;
  /** Room for what it forgets soon, MiB: what V8 would take of a large machine is a multiple of what the work needs. */
  readonly youngSizeMb?: number;
}

/**
 * Runs `work` with a thread of its own, which has a `close` that ends it, and ends it, whatever happens. @throws NODE_FAILED, CANCELLED and what `work` throws
 */
export async function withThread<H extends Handlers, Progress, T>(
  { url, name, youngSizeMb }: ThreadKind,
  { signal, report }: ThreadFollower<Progress>,
  work: (remote: PortClient<H>['remote'], signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limits = youngSizeMb === undefined ? {} : { resourceLimits: { maxYoungGenerationSizeMb: youngSizeMb } };
  const worker = new Worker(url, limits);
  const client = connectPort<H>(worker, (_, progress) => report(progress as Progress));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('error', (cause: Error) =>
    client.fail(new QuantumLockError('NODE_FAILED', `the thread of ${name} failed: ${cause.message}`, { cause })),
  );
  worker.on('exit', () => client.fail(new QuantumLockError('NODE_FAILED', `the thread of ${name} ended`)));
  try {
    return await work(client.remote, signal ?? new AbortController().signal);
  } catch (error) {
    if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', `${name} was stopped`, { cause: error });
    throw error;
  } finally {
    await client.call('close', []).catch(() => undefined);
    await exited;
  }
}
