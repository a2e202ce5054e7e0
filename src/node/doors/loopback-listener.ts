import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';

/** Ports tried until one is free on both addresses. */
const PORT_TRIES_MAX = 16;
/** Machines without IPv6 have no ::1 that anybody could listen on. */
const NO_ADDRESS = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH'];

/**
 * Listens on one port of 127.0.0.1 and of ::1. Browsers turn every `*.localhost` into both, ::1 first: a program that
 * listened only there would receive what is meant for us.
 */
export class LoopbackListener {
  readonly #onSocket: (socket: Socket) => void;
  readonly #create: typeof createServer;
  #servers: readonly Server[] = [];

  /** `create`: Node's own; tests give one that meets what a machine does not show. */
  constructor(onSocket: (socket: Socket) => void, create: typeof createServer = createServer) {
    this.#onSocket = onSocket;
    this.#create = create;
  }

  /** Returns the port; 0 takes one that is free. @throws SYSTEM_DEPENDENCY where it is taken on either address */
  async listen(wantedPort: number): Promise<number> {
    for (let tries = 1; ; tries++) {
      const ipv4 = await this.#listenOn('127.0.0.1', wantedPort);
      const port = portOf(ipv4);
      try {
        const ipv6 = await this.#listenOn('::1', port);
        this.#servers = [ipv4, ipv6];
        return port;
      } catch (error) {
        if (isErrno(error, NO_ADDRESS)) {
          this.#servers = [ipv4];
          return port;
        }
        await closeServer(ipv4);
        if (wantedPort !== 0 || tries >= PORT_TRIES_MAX) throw asTyped(error, '::1', port);
      }
    }
  }

  /** As {@link listen}, for a server that is given the connections: it never listens itself. */
  async listenFor(server: HttpServer, wantedPort: number): Promise<number> {
    const port = await this.listen(wantedPort);
    // Node's begins then to watch how long its requests take.
    server.emit('listening');
    return port;
  }

  async #listenOn(address: string, port: number): Promise<Server> {
    const server = this.#create({ allowHalfOpen: true, noDelay: true }, this.#onSocket);
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: address, port, exclusive: true }, resolve);
      });
    } catch (error) {
      throw address === '::1' ? error : asTyped(error, address, port);
    }
    // A connection that is lost before it is taken is nobody's fault, and no reason to end.
    server.on('error', () => undefined);
    return server;
  }

  /** Takes no more connections. Open ones belong to their holders. */
  async close(): Promise<void> {
    await Promise.all(this.#servers.map(closeServer));
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new QuantumLockError('SYSTEM_DEPENDENCY', 'the server has no port');
  return address.port;
}

function isErrno(error: unknown, codes: readonly string[]): boolean {
  return codes.includes(systemCodeOf(error) ?? '');
}

function asTyped(cause: unknown, address: string, port: number): QuantumLockError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new QuantumLockError('SYSTEM_DEPENDENCY', `cannot listen on port ${port} of ${address}: ${reason}`, {
    cause,
    advice: 'Choose another port with --port; 0 takes a free one.',
  });
}
