import type { Socket } from 'node:net';

/** Connections of one standing. Each has a time to leave it again; where there are too many, the oldest is closed. */
export class SocketPool {
  readonly #countMax: number;
  readonly #timeoutMs: number;
  readonly #timers = new Map<Socket, NodeJS.Timeout | null>();

  /** `timeoutMs` Infinity: a connection may stay. */
  constructor(options: { readonly countMax: number; readonly timeoutMs: number }) {
    this.#countMax = options.countMax;
    this.#timeoutMs = options.timeoutMs;
  }

  get count(): number {
    return this.#timers.size;
  }

  add(socket: Socket): void {
    const [oldest] = this.#timers.keys();
    if (this.#timers.size >= this.#countMax && oldest !== undefined) this.#close(oldest);
    const timer = Number.isFinite(this.#timeoutMs) ? setTimeout(() => this.#close(socket), this.#timeoutMs) : null;
    this.#timers.set(socket, timer);
    socket.once('close', () => this.release(socket));
  }

  /** It is another pool's from now on, or closed. */
  release(socket: Socket): void {
    const timer = this.#timers.get(socket);
    if (timer !== undefined && timer !== null) clearTimeout(timer);
    this.#timers.delete(socket);
  }

  closeAll(): void {
    for (const socket of this.#timers.keys()) this.#close(socket);
  }

  #close(socket: Socket): void {
    this.release(socket);
    socket.destroy();
  }
}
