import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  DOOR_ADMITTED_MAX,
  DOOR_HEAD_SIZE_BYTES_MAX,
  DOOR_REQUEST_TIMEOUT_MS,
  DOOR_STRANGERS_ANSWERED_MAX,
  DOOR_STRANGERS_MAX,
  DOOR_STRANGER_TIMEOUT_MS,
} from '../../base/limits.ts';
import { LoopbackListener } from './loopback-listener.ts';
import { SocketPool } from './socket-pool.ts';

export interface LoopbackDoorOptions {
  /** Whether `host` is a name that only those know who were given it. */
  readonly isOwnHost: (host: string) => boolean;
  /** A request to such a name. */
  readonly respond: (request: IncomingMessage, response: ServerResponse) => void;
  /** A request to any other: nothing secret may be said. */
  readonly respondToStranger: (request: IncomingMessage, response: ServerResponse) => void;
  /** An upgrade at such a name; others are closed. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly strangersMax?: number;
  readonly strangerTimeoutMs?: number;
}

/**
 * A port of this machine that any of its users can connect to, and that only those who were given a name of it can use
 * up. A connection is a stranger's until it has sent the head of a request to a name that nobody can guess. Strangers
 * have little time, and room of their own: where it is full the oldest goes, so that holding connections keeps out nobody.
 */
export class LoopbackDoor {
  readonly #options: LoopbackDoorOptions;
  readonly #listener: LoopbackListener;
  readonly #http: Server;
  readonly #strangers: SocketPool;
  readonly #admitted = new SocketPool({ countMax: DOOR_ADMITTED_MAX, timeoutMs: Infinity });
  /** Connections that proved a secret, on top of knowing the name: the keeper of the secrets counts them. */
  readonly #kept = new Set<Socket>();
  #port = 0;

  constructor(options: LoopbackDoorOptions) {
    this.#options = options;
    this.#strangers = new SocketPool({
      countMax: options.strangersMax ?? DOOR_STRANGERS_MAX,
      timeoutMs: options.strangerTimeoutMs ?? DOOR_STRANGER_TIMEOUT_MS,
    });
    this.#listener = new LoopbackListener((socket) => this.#meet(socket));
    this.#http = createServer({
      requestTimeout: DOOR_REQUEST_TIMEOUT_MS,
      headersTimeout: DOOR_REQUEST_TIMEOUT_MS,
      maxHeaderSize: DOOR_HEAD_SIZE_BYTES_MAX,
    });
    this.#http.on('request', (request, response) => {
      if (this.#isOwn(request)) return options.respond(request, response);
      response.shouldKeepAlive = false;
      options.respondToStranger(request, response);
    });
    this.#http.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      if (this.#isOwn(request) && options.upgrade !== undefined) return options.upgrade(request, socket, head);
      socket.end('HTTP/1.1 421 Misdirected Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
    this.#http.on('clientError', (_, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      else socket.destroy();
    });
  }

  /** 0 takes a free port. @throws SYSTEM_DEPENDENCY */
  async listen(port: number): Promise<void> {
    this.#port = await this.#listener.listenFor(this.#http, port);
  }

  get port(): number {
    return this.#port;
  }

  /** It no longer counts among the connections of a name. */
  keep(socket: Duplex): void {
    const kept = socket as Socket;
    this.#admitted.release(kept);
    this.#kept.add(kept);
    kept.once('close', () => this.#kept.delete(kept));
  }

  async close(): Promise<void> {
    const closed = this.#listener.close();
    this.#strangers.closeAll();
    this.#admitted.closeAll();
    for (const socket of this.#kept) socket.destroy();
    this.#http.closeAllConnections();
    await closed;
  }

  #isOwn(request: IncomingMessage): boolean {
    const [host = '', ...others] = request.headersDistinct['host'] ?? [];
    return others.length === 0 && this.#options.isOwnHost(host.toLowerCase());
  }

  /** Reads no further than the head of the first request before the connection counts for anything. */
  #meet(socket: Socket): void {
    this.#strangers.add(socket);
    socket.on('error', () => socket.destroy());
    let head: Buffer = Buffer.alloc(0);
    const onData = (part: Buffer): void => {
      head = head.length === 0 ? part : Buffer.concat([head, part]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) {
        if (head.length > DOOR_HEAD_SIZE_BYTES_MAX) socket.destroy();
        return;
      }
      socket.off('data', onData).off('end', onEnd).pause();
      if (this.#options.isOwnHost(hostIn(head.toString('latin1', 0, end)))) {
        this.#strangers.release(socket);
        this.#admitted.add(socket);
      } else if (this.#strangers.count > DOOR_STRANGERS_ANSWERED_MAX) {
        // Answering a crowd would take the time of those who know a name: it waits until it is closed.
        return;
      }
      socket.unshift(head);
      this.#http.emit('connection', socket);
      socket.resume();
    };
    const onEnd = (): void => void socket.destroy();
    socket.on('data', onData).on('end', onEnd);
  }
}

/** The one Host of a request's head; empty where there is none, or more than one. */
function hostIn(head: string): string {
  const [host, ...others] = Array.from(head.matchAll(/^host:[ \t]*(.*?)[ \t]*\r?$/gim), ([, value = '']) => value);
  return others.length > 0 ? '' : (host ?? '').toLowerCase();
}

/** A name under localhost, its origin, and the Host that a browser sends there. */
export function localNameOf(label: string, port: number): { readonly origin: string; readonly host: string } {
  const { origin, host } = new URL(`http://${label}.localhost:${port}/`);
  return { origin, host };
}

/** Whether `host` is this port by an address or name that everybody knows. */
export function isPublicHost(host: string | undefined, port: number): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].some((name) => new URL(`http://${name}:${port}/`).host === host);
}
