import { createORPCClient } from '@orpc/client';
import type { RouterClient } from '@orpc/server';
import { QuantumLockError, type ErrorValue } from '../../base/errors.ts';
import type { Handlers } from '../threads/port-messages.ts';
import { Thread } from '../threads/thread.ts';
import { workerUrl } from '../threads/worker-url.ts';
import type { QueryWorkerData } from './query-worker-data.ts';
import type { CallContext, QueryRouter } from './query-worker.ts';

export interface QueryThreadOptions extends QueryWorkerData {
  readonly now: () => number;
  readonly onIndexed: (height: number) => void;
  /** What is in chain.db does not fit its hashes. */
  readonly onChainDamage?: (error: QuantumLockError) => void;
  /** The index could not be taken further; it is tried again soon. */
  readonly onIndexFailure?: (error: QuantumLockError) => void;
  /** The index contradicted the chain, and is made from the chain again. */
  readonly onIndexDifference?: (what: string) => void;
  /** What of the stored content is damaged, first. */
  readonly onContentDamage?: (what: string) => void;
  readonly onFailure: (error: QuantumLockError) => void;
}

/** The thread's procedures. A call can be given up, and a stream be left; once the thread is gone, each fails. */
export type QueryRemote = RouterClient<QueryRouter>;

/** The query thread as the rest of the process sees it. */
export class QueryThread {
  readonly remote: QueryRemote;
  readonly #thread: Thread<Handlers>;

  constructor(options: QueryThreadOptions) {
    const { chainDirectory, height, indexDirectory, blobsDirectory, keepsIndex, validatorId, scrubRecord } = options;
    this.#thread = new Thread({
      url: workerUrl(import.meta.url, './query-worker.ts'),
      name: 'the query thread',
      workerData: {
        chainDirectory,
        height,
        indexDirectory,
        blobsDirectory,
        keepsIndex,
        validatorId,
        scrubRecord,
      } satisfies QueryWorkerData,
      onEvent: (event, data) => {
        if (event === 'indexed') options.onIndexed((data as { height: number }).height);
        if (event === 'index-differs') options.onIndexDifference?.((data as { readonly what: string }).what);
        if (event === 'chain-damaged') options.onChainDamage?.(QuantumLockError.fromValue(data as ErrorValue));
        if (event === 'content-damaged') options.onContentDamage?.((data as { readonly what: string }).what);
        if (event === 'index-failed') options.onIndexFailure?.(QuantumLockError.fromValue(data as ErrorValue));
      },
      onFailure: options.onFailure,
    });
    this.remote = createORPCClient<QueryRemote>({
      call: ([name = ''], input, { signal }) =>
        this.#thread.client.call(name, [input, { now: options.now() } satisfies CallContext, signal ?? null]),
    });
  }

  async stop(): Promise<void> {
    // A thread that is gone already is what was asked for; its failure was reported when it happened.
    await this.#thread.end().catch(() => undefined);
  }
}
