import type { RawData, WebSocket } from 'ws';

/** The messages of a connection that nobody else listens to yet, one at a time, and none after a while. */
export class FirstMessages {
  readonly #socket: WebSocket;
  readonly #timer: NodeJS.Timeout;
  #take: ((message: unknown) => void) | null = null;
  #isOver = false;

  constructor(socket: WebSocket, timeoutMs: number) {
    this.#socket = socket;
    this.#timer = setTimeout(() => socket.terminate(), timeoutMs);
    socket.on('message', this.#onMessage).on('close', this.#onClose);
  }

  /** Undefined where the connection ended, or what came is not JSON. */
  next(): Promise<unknown> {
    return this.#isOver ? Promise.resolve(undefined) : new Promise((resolve) => (this.#take = resolve));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#socket.off('message', this.#onMessage).off('close', this.#onClose);
  }

  readonly #onMessage = (data: RawData): void => {
    // A program that speaks before it is asked does not speak this protocol.
    if (this.#take === null) return this.#socket.terminate();
    this.#give(parsed(data));
  };

  readonly #onClose = (): void => {
    this.#isOver = true;
    this.#give(undefined);
  };

  #give(message: unknown): void {
    const take = this.#take;
    this.#take = null;
    take?.(message);
  }
}

function parsed(data: RawData): unknown {
  try {
    // A text message arrives as one Buffer.
    return JSON.parse((data as Buffer).toString('utf8'));
  } catch {
    return undefined;
  }
}
