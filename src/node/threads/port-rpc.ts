import type { Transferable } from 'node:worker_threads';
import { AssertionError } from '../../base/assert.ts';
import { QuantumLockError, type ErrorValue } from '../../base/errors.ts';

/** Calls between this process's threads. Errors cross as values; buffers named in a `Transfer` move instead of being copied. */
export type Handlers = Readonly<Record<string, (...args: never[]) => unknown>>;

export class Transfer {
  readonly value: unknown;
  readonly list: readonly Transferable[];

  constructor(value: unknown, list: readonly Transferable[]) {
    this.value = value;
    this.list = list;
  }
}

type Request = { readonly call: number; readonly method: string; readonly args: readonly unknown[] };
type Response =
  | { readonly reply: number; readonly value: unknown }
  | { readonly reply: number; readonly error: ErrorValue }
  | { readonly reply: number; readonly bug: string };
type Notice = { readonly event: string; readonly data: unknown };

/** What a MessagePort, a Worker and a thread's parentPort have in common. */
export interface Port {
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Answers calls that arrive on `port`. */
export function servePort(port: Port, handlers: Handlers): void {
  port.on('message', (received) => {
    const message = received as Request | Notice;
    if (!('call' in message)) return;
    void answer(port, handlers, message);
  });
}

async function answer(port: Port, handlers: Handlers, { call, method, args }: Request): Promise<void> {
  try {
    const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
    if (handler === undefined) throw new AssertionError(`no handler for ${method}`);
    const result = await handler(...(args as never[]));
    if (result instanceof Transfer)
      port.postMessage({ reply: call, value: result.value } satisfies Response, result.list);
    else port.postMessage({ reply: call, value: result } satisfies Response);
  } catch (error) {
    if (error instanceof QuantumLockError) port.postMessage({ reply: call, error: error.toValue() } satisfies Response);
    else
      port.postMessage({
        reply: call,
        bug: error instanceof Error ? (error.stack ?? error.message) : String(error),
      } satisfies Response);
  }
}

/** Sends an event that nobody answers. */
export function notify(port: Pick<Port, 'postMessage'>, event: string, data: unknown): void {
  port.postMessage({ event, data } satisfies Notice);
}

type Remote<H extends Handlers> = {
  readonly [Name in keyof H]: (
    ...args: Parameters<H[Name]>
  ) => Promise<Exclude<Awaited<ReturnType<H[Name]>>, Transfer>>;
};

export interface PortClient<H extends Handlers> {
  readonly remote: Remote<H>;
  /** Fails every call under way and each later one: the thread is gone. */
  fail(error: QuantumLockError): void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Calls what is served at the other end of `port`. */
export function connectPort<H extends Handlers>(
  port: Port,
  onEvent: (event: string, data: unknown) => void = () => undefined,
): PortClient<H> {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let failure: QuantumLockError | null = null;
  port.on('message', (received) => {
    const message = received as Response | Notice;
    if ('event' in message) {
      onEvent(message.event, message.data);
      return;
    }
    if (!('reply' in message)) return;
    const caller = waiting.get(message.reply);
    waiting.delete(message.reply);
    if (caller === undefined) return;
    if ('error' in message) caller.reject(QuantumLockError.fromValue(message.error));
    else if ('bug' in message) caller.reject(new AssertionError(message.bug));
    else caller.resolve(message.value);
  });
  const remote = new Proxy(Object.create(null) as object, {
    get: (_, method) => {
      if (typeof method !== 'string' || method === 'then') return undefined;
      return (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          if (failure !== null) {
            reject(failure);
            return;
          }
          const transfers = args.flatMap((arg) => (arg instanceof Transfer ? arg.list : []));
          const plain = args.map((arg) => (arg instanceof Transfer ? arg.value : arg));
          const call = ++calls;
          waiting.set(call, { resolve, reject });
          port.postMessage({ call, method, args: plain } satisfies Request, transfers);
        });
    },
  }) as Remote<H>;
  return {
    remote,
    fail(error) {
      failure = error;
      for (const caller of waiting.values()) caller.reject(error);
      waiting.clear();
    },
  };
}
