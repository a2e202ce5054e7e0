import { QuantumLockError } from '../../base/errors.ts';
import type { PortClient } from './connect-port.ts';
import type { Handlers } from './port-messages.ts';
import { Thread } from './thread.ts';

/** How far some work is, and whether it is given up. */
export interface ThreadFollower<Progress> {
  readonly signal?: AbortSignal | undefined;
  readonly report: (progress: Progress) => void;
}

export interface ThreadKind {
  readonly url: URL;
  /** What it makes, as in "the backup". */
  readonly name: string;
  /** See {@link ThreadOptions}. */
  readonly youngSizeMb?: number;
}

/** Runs `work` with a thread of its own, and ends that, whatever happens. @throws NODE_FAILED, CANCELLED and what `work` throws */
export async function withThread<H extends Handlers, Progress, T>(
  { url, name, youngSizeMb }: ThreadKind,
  { signal, report }: ThreadFollower<Progress>,
  work: (remote: PortClient<H>['remote'], signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const onEvent = (_: string, progress: unknown): void => report(progress as Progress);
  const thread = new Thread<H>({ url, name: `the thread of ${name}`, youngSizeMb, onEvent });
  try {
    return await work(thread.remote, signal ?? new AbortController().signal);
  } catch (error) {
    if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', `${name} was stopped`, { cause: error });
    throw error;
  } finally {
    await thread.end().catch(() => undefined);
  }
}
