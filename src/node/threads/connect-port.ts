import { createORPCErrorFromJson } from '@orpc/client';
import type { Transferable } from 'node:worker_threads';
import { decodeWireError } from '../../api/wire-error.ts';
import { AssertionError } from '../../base/assert.ts';
import type { QuantumLockError } from '../../base/errors.ts';
import { Transfer, type Handlers, type Notice, type Port, type Request, type Response } from './port-messages.ts';

/** What the other end gets: a stream can be read and left. */
type Answer<Given> =
  Given extends AsyncGenerator<infer Item, infer End> ? AsyncIterableIterator<Item, End> : Exclude<Given, Transfer>;

type Remote<H extends Handlers> = {
  readonly [Name in keyof H]: (...args: Parameters<H[Name]>) => Promise<Answer<Awaited<ReturnType<H[Name]>>>>;
};

export interface PortClient<H extends Handlers> {
  readonly remote: Remote<H>;
  /** As `remote` does, where the name of what is called is data. */
  call(method: string, args: readonly unknown[]): Promise<unknown>;
  /** Fails every call under way and each later one: the thread is gone. */
  fail(error: QuantumLockError): void;
}

/** Calls what is served at the other end of `port`. */
export function connectPort<H extends Handlers = Handlers>(
  port: Port,
  onEvent: (event: string, data: unknown) => void = () => undefined,
): PortClient<H> {
  const calls = new MadeCalls(port);
  port.on('message', (received) => {
    const message = received as Response | Notice;
    if ('event' in message) onEvent(message.event, message.data);
    else if ('reply' in message) calls.settle(message);
  });
  const remote = new Proxy(Object.create(null) as object, {
    get: (_, method) => {
      if (typeof method !== 'string' || method === 'then') return undefined;
      return (...args: unknown[]) => calls.make(method, args);
    },
  }) as Remote<H>;
  return { remote, call: (method, args) => calls.make(method, args), fail: (error) => calls.fail(error) };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

class MadeCalls {
  readonly #port: Port;
  readonly #waiting = new Map<number, Waiting>();
  /** Of calls that can be given up, until they are answered whole: takes the listener off the signal. */
  readonly #signals = new Map<number, () => void>();
  #count = 0;
  #failure: QuantumLockError | null = null;

  constructor(port: Port) {
    this.#port = port;
  }

  make(method: string, args: readonly unknown[]): Promise<unknown> {
    const call = ++this.#count;
    const transfers = args.flatMap((arg) => (arg instanceof Transfer ? arg.list : []));
    const signalAt = args.findIndex((arg) => arg instanceof AbortSignal);
    const plain = args.map((arg, place) => {
      if (place === signalAt) return null;
      return arg instanceof Transfer ? arg.value : arg;
    });
    if (signalAt === -1) return this.ask(call, { call, method, args: plain, signalAt: null }, transfers);
    const signal = args[signalAt] as AbortSignal;
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    this.#follow(call, signal);
    return this.ask(call, { call, method, args: plain, signalAt }, transfers).then(
      (answer) => {
        if (!(answer instanceof RemoteStream)) this.end(call);
        return answer;
      },
      (error: unknown) => {
        this.end(call);
        throw error;
      },
    );
  }

  #follow(call: number, signal: AbortSignal): void {
    const onAbort = (): void => this.giveUp(call, signal.reason);
    signal.addEventListener('abort', onAbort);
    this.#signals.set(call, () => signal.removeEventListener('abort', onAbort));
  }

  ask(call: number, request: Request, transfers: readonly Transferable[] = []): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) {
        reject(this.#failure);
        return;
      }
      this.#waiting.set(call, { resolve, reject });
      this.#port.postMessage(request, transfers);
    });
  }

  settle(response: Response): void {
    const caller = this.#waiting.get(response.reply);
    this.#waiting.delete(response.reply);
    if (caller === undefined) return;
    if ('stream' in response) {
      caller.resolve(new RemoteStream(this, response.reply));
      return;
    }
    if ('error' in response) caller.reject(decodeWireError(createORPCErrorFromJson(response.error)));
    else if ('bug' in response) caller.reject(new AssertionError(response.bug));
    else caller.resolve(response.value);
  }

  giveUp(call: number, reason: unknown): void {
    this.end(call);
    if (this.#failure === null) this.#port.postMessage({ cancel: call } satisfies Request);
    this.#waiting.get(call)?.reject(reason);
    this.#waiting.delete(call);
  }

  end(call: number): void {
    this.#signals.get(call)?.();
    this.#signals.delete(call);
  }

  fail(error: QuantumLockError): void {
    this.#failure = error;
    for (const caller of this.#waiting.values()) caller.reject(error);
    this.#waiting.clear();
  }
}

/** A stream of the other end; a reader that does not read it to its end returns it. */
class RemoteStream implements AsyncIterableIterator<unknown, unknown> {
  readonly #calls: MadeCalls;
  readonly #call: number;
  #isOver = false;

  constructor(calls: MadeCalls, call: number) {
    this.#calls = calls;
    this.#call = call;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown, unknown>> {
    if (this.#isOver) return { done: true, value: undefined };
    try {
      const step = (await this.#calls.ask(this.#call, { next: this.#call })) as IteratorResult<unknown, unknown>;
      if (step.done === true) this.#end();
      return step;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  return(): Promise<IteratorResult<unknown, unknown>> {
    if (!this.#isOver) this.#calls.giveUp(this.#call, null);
    this.#isOver = true;
    return Promise.resolve({ done: true, value: undefined });
  }

  #end(): void {
    this.#isOver = true;
    this.#calls.end(this.#call);
  }
}
