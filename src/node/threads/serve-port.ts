import { ORPCError } from '@orpc/client';
import type { MessagePort, Transferable } from 'node:worker_threads';
import { encodeWireError } from '../../api/wire-error.ts';
import { AssertionError } from '../../base/assert.ts';
import {
  Transfer,
  type Call,
  type Handlers,
  type Notice,
  type Port,
  type Request,
  type Response,
} from './port-messages.ts';

/** Answers calls that arrive on `port`. */
export function servePort(port: Port, handlers: Handlers): void {
  const calls = new ServedCalls(port, handlers);
  port.on('message', (received) => {
    const message = received as Request | Notice;
    if ('call' in message) void calls.begin(message);
    else if ('next' in message) void calls.next(message.next);
    else if ('cancel' in message) calls.cancel(message.cancel);
  });
}

/**
 * Answers the calls of the thread that started this one, until it ends this one: `close` lets go of what is open, and with
 * the port closed a thread that waits for nothing else ends.
 */
export function serveOwner(port: MessagePort, handlers: Handlers, close?: () => void | Promise<void>): void {
  servePort(port, {
    ...handlers,
    async close() {
      try {
        await close?.();
      } finally {
        // After the answer.
        setImmediate(() => port.close());
      }
    },
  });
}

/** Sends an event that nobody answers. */
export function notify(port: Pick<Port, 'postMessage'>, event: string, data: unknown): void {
  port.postMessage({ event, data } satisfies Notice);
}

/** Progress is for eyes. */
const PROGRESS_INTERVAL_MS = 100;

/** Sends how far some work is as `progress`, at most each 100 ms. */
export function progressTo(port: Pick<Port, 'postMessage'>): (progress: object) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - reportedAt < PROGRESS_INTERVAL_MS) return;
    reportedAt = now;
    notify(port, 'progress', progress);
  };
}

const ENDED: IteratorResult<unknown, unknown> = { done: true, value: undefined };

class ServedCalls {
  readonly #port: Port;
  readonly #handlers: Handlers;
  /** Of those that can be given up. */
  readonly #controllers = new Map<number, AbortController>();
  readonly #streams = new Map<number, AsyncIterator<unknown, unknown>>();

  constructor(port: Port, handlers: Handlers) {
    this.#port = port;
    this.#handlers = handlers;
  }

  async begin({ call, method, args, signalAt }: Call): Promise<void> {
    const controller = signalAt === null ? null : new AbortController();
    if (controller !== null) this.#controllers.set(call, controller);
    try {
      const handler = Object.hasOwn(this.#handlers, method) ? this.#handlers[method] : undefined;
      if (handler === undefined) throw new AssertionError(`no handler for ${method}`);
      const given = signalAt === null ? args : args.with(signalAt, controller?.signal);
      this.#answer(call, await handler(...(given as never[])), controller?.signal.aborted === true);
    } catch (error) {
      this.#fail(call, error);
    }
  }

  #answer(call: number, result: unknown, isGivenUp: boolean): void {
    if (isStream(result)) {
      this.#streams.set(call, result[Symbol.asyncIterator]());
      if (isGivenUp) this.cancel(call);
      else this.#post({ reply: call, stream: true });
      return;
    }
    this.#controllers.delete(call);
    if (result instanceof Transfer) this.#post({ reply: call, value: result.value }, result.list);
    else this.#post({ reply: call, value: result });
  }

  async next(call: number): Promise<void> {
    try {
      const { done = false, value } = (await this.#streams.get(call)?.next()) ?? ENDED;
      if (done) this.#forget(call);
      this.#post({ reply: call, value: { done, value } });
    } catch (error) {
      this.#fail(call, error);
    }
  }

  cancel(call: number): void {
    const stream = this.#streams.get(call);
    this.#controllers.get(call)?.abort();
    this.#forget(call);
    // A caller that cancelled does not hear how it ended.
    void stream?.return?.().catch(() => undefined);
  }

  #forget(call: number): void {
    this.#controllers.delete(call);
    this.#streams.delete(call);
  }

  #fail(call: number, error: unknown): void {
    this.#forget(call);
    const wire = encodeWireError(error);
    if (wire instanceof ORPCError && wire.code !== 'INTERNAL_SERVER_ERROR') {
      this.#post({ reply: call, error: wire.toJSON() });
      return;
    }
    // Of an answer that does not fit the contract, the cause says what is wrong with it.
    const bug: unknown = wire instanceof ORPCError ? (wire.cause ?? wire) : wire;
    this.#post({ reply: call, bug: bug instanceof Error ? (bug.stack ?? bug.message) : String(bug) });
  }

  #post(response: Response, transfer: readonly Transferable[] = []): void {
    this.#port.postMessage(response, transfer);
  }
}

function isStream(value: unknown): value is AsyncIterable<unknown, unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
