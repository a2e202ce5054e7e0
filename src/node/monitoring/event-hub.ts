import type { CommittedBlock } from '../chain/committed-block.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { EVENT_BACKLOG_MAX, EVENT_SUBSCRIBERS_MAX } from '../../base/limits.ts';
import type { ChainEvent } from '../../api/chain/node.ts';

interface Subscriber {
  readonly queue: ChainEvent[];
  wake: (() => void) | null;
}

/** Hands events to subscribers. One that lags too far behind must read everything again, instead of using memory. */
export class EventHub {
  readonly #subscribers = new Set<Subscriber>();
  readonly #height: () => number;
  #isClosed = false;

  constructor(height: () => number) {
    this.#height = height;
  }

  publishBlock(block: CommittedBlock): void {
    this.publish(blockEvent(block));
    for (const event of recoveryEvents(block)) this.publish(event);
  }

  publish(event: ChainEvent): void {
    for (const subscriber of this.#subscribers) {
      if (subscriber.queue.length >= EVENT_BACKLOG_MAX)
        subscriber.queue.splice(0, subscriber.queue.length, { type: 'resync', height: this.#height() });
      else subscriber.queue.push(event);
      subscriber.wake?.();
    }
  }

  /** Events from now on, first a `resync`. Ends when the signal aborts or the hub closes. @throws NODE_BUSY */
  async *subscribe(signal: AbortSignal | undefined): AsyncGenerator<ChainEvent, void, undefined> {
    if (this.#subscribers.size >= EVENT_SUBSCRIBERS_MAX)
      throw new QuantumLockError('NODE_BUSY', `there are ${EVENT_SUBSCRIBERS_MAX} subscribers already`);
    const subscriber: Subscriber = { queue: [{ type: 'resync', height: this.#height() }], wake: null };
    this.#subscribers.add(subscriber);
    const wake = (): void => subscriber.wake?.();
    signal?.addEventListener('abort', wake);
    try {
      while (!this.#isClosed && signal?.aborted !== true) {
        const event = subscriber.queue.shift();
        if (event === undefined) await new Promise<void>((resolve) => (subscriber.wake = resolve));
        else yield event;
        subscriber.wake = null;
      }
    } finally {
      signal?.removeEventListener('abort', wake);
      this.#subscribers.delete(subscriber);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const subscriber of this.#subscribers) subscriber.wake?.();
  }
}

/** What a block undid, or is to undo; after the event of the block itself. */
function recoveryEvents({ index, recovery }: CommittedBlock): ChainEvent[] {
  return recovery.map((deed) => ({ type: 'recovery', block_index: index, ...deed }));
}

/** What those who follow the chain hear of a block. */
function blockEvent(block: CommittedBlock): ChainEvent {
  const { index, hash, timestamp, validator, transaction_count, env_ids, actions, changes_governance, log_size } =
    block;
  return {
    type: 'block',
    block: { index, hash, timestamp, validator, transaction_count },
    env_ids: [...env_ids],
    actions: [...actions],
    changes_governance,
    log_size,
  };
}
