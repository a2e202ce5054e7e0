import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';
import type { WebSocket } from 'ws';
import { QuantumLockError } from '../base/errors.ts';
import { LOCAL_CALL_TIMEOUT_MS, LOCAL_PING_INTERVAL_MS, LOCAL_PINGS_MISSED_MAX } from '../base/limits.ts';

/**
 * Calls to a node in another process, each with a limit and an end: one that stops answering, or goes away, ends every
 * call that waits for it.
 * @throws NODE_SILENT, NODE_STOPPED besides what the call throws
 */
export class LimitedLink implements ClientLink<ClientContext> {
  readonly #link: ClientLink<ClientContext>;
  readonly #socket: WebSocket;
  readonly #name: string;
  readonly #timer: NodeJS.Timeout;
  readonly #waiting = new Set<(error: QuantumLockError) => void>();
  #ended: QuantumLockError | null = null;
  #unanswered = 0;

  constructor(
    link: ClientLink<ClientContext>,
    { socket, name }: { readonly socket: WebSocket; readonly name: string },
  ) {
    this.#link = link;
    this.#socket = socket;
    this.#name = name;
    const isHeard = (): void => void (this.#unanswered = 0);
    socket.on('pong', isHeard).on('message', isHeard);
    socket.once('close', () => this.#end(new QuantumLockError('NODE_STOPPED', `${name} ended before it answered`)));
    this.#timer = setInterval(() => this.#ping(), LOCAL_PING_INTERVAL_MS);
  }

  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    const result = await this.#limited(this.#link.call(path, input, options));
    return isStream(result) ? this.#steps(result) : result;
  }

  async *#steps(stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    const steps = stream[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await this.#limited(steps.next());
        if (step.done === true) return;
        yield step.value;
      }
    } finally {
      if (this.#ended === null) await steps.return?.();
    }
  }

  /** What a call gives, or why it never will. */
  #limited<T>(call: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(reject);
      };
      const timer = setTimeout(() => this.#end(this.#silent()), LOCAL_CALL_TIMEOUT_MS);
      this.#waiting.add(reject);
      call.then(resolve, reject).finally(settle);
      if (this.#ended !== null) reject(this.#ended);
    });
  }

  #ping(): void {
    if (this.#unanswered >= LOCAL_PINGS_MISSED_MAX) return this.#end(this.#silent());
    this.#unanswered++;
    this.#socket.ping();
  }

  #silent(): QuantumLockError {
    return new QuantumLockError('NODE_SILENT', `${this.#name} does not answer`);
  }

  #end(error: QuantumLockError): void {
    clearInterval(this.#timer);
    if (this.#ended !== null) return;
    this.#ended = error;
    this.#socket.terminate();
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#ended !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#socket.terminate(), LOCAL_PING_INTERVAL_MS);
      this.#socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#socket.close();
    });
  }
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
