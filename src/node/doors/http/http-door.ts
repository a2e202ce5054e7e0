import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { PublicKey } from '../../../base/bytes.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import {
  HTTP_CONNECTIONS_MAX,
  HTTP_CONNECTIONS_OF_ADDRESS_MAX,
  HTTP_HEAD_SIZE_BYTES_MAX,
} from '../../../base/network-limits.ts';
import type { Host } from '../../host/host.ts';
import type { QuantumNode } from '../../quantum-node.ts';
import { loadSignatureVerifier } from '../../signature-verifier.ts';
import { LoopbackListener } from '../loopback-listener.ts';
import { serveContract } from '../serve-contract.ts';
import { httpNames, type HttpNames } from './http-names.ts';
import { HttpRecord } from './http-record.ts';
import { HttpRequests } from './http-requests.ts';
import { HTTP_TIMEOUTS, type HttpTimeouts } from './http-timeouts.ts';
import { LogInDesk, type ActiveMember } from './log-in-desk.ts';

export interface HttpDoorOptions {
  readonly host: Host;
  /** An address of this machine, or null: loopback, IPv4 and IPv6. */
  readonly address: string | null;
  /** 0 takes a free port. */
  readonly port: number;
  /** PEM. Without it only loopback is listened on. */
  readonly tls: { readonly certificate: Buffer; readonly key: Buffer } | null;
  /** Names by which clients reach it, besides its address. */
  readonly hostNames: readonly string[];
  /** Origins of pages that may call it. */
  readonly origins: readonly string[];
  /** By default as long as any client of good will needs. */
  readonly timeouts?: HttpTimeouts;
  /** A line of JSON for each request. */
  readonly log: (line: string) => void;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * The chain over HTTP and WebSocket, for members elsewhere. Nothing of this host's is behind it: it serves the chain's part of the
 * contract, in the name of the member who logged in, whose signatures are all made at the client.
 */
export class HttpDoor {
  readonly desk: LogInDesk;
  readonly record = new HttpRecord();
  readonly #options: HttpDoorOptions;
  readonly #server: Server;
  readonly #listener: LoopbackListener;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: 1024,
    handleProtocols: (offered) => [...offered].find((protocol) => !protocol.startsWith('bearer.')) ?? false,
  });
  readonly #ofAddress = new Map<string, number>();
  #connections = 0;
  #names: HttpNames = httpNames({ scheme: 'http', port: 0, hosts: [], origins: [] });
  #port = 0;

  private constructor(options: HttpDoorOptions) {
    this.#options = options;
    const { host, tls, timeouts = HTTP_TIMEOUTS } = options;
    this.desk = new LogInDesk({
      chain: () => host.node.chain,
      memberOf: remembered(host),
      isOwnOrigin: (origin) => this.#names.isOwnOrigin(origin),
      verify: loadSignatureVerifier().verify,
      now: host.options.now,
    });
    const requests = new HttpRequests({
      contract: serveContract(host),
      desk: this.desk,
      record: this.record,
      names: () => this.#names,
      version: host.options.version,
      webSockets: this.#webSockets,
      timeouts,
      now: host.options.now,
      log: options.log,
    });
    const limits = {
      requestTimeout: timeouts.requestMs,
      headersTimeout: timeouts.requestMs,
      maxHeaderSize: HTTP_HEAD_SIZE_BYTES_MAX,
      keepAliveTimeout: timeouts.idleMs,
      connectionsCheckingInterval: 1_000,
    };
    this.#server =
      tls === null
        ? createServer(limits)
        : createTlsServer({ ...limits, cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' });
    this.#server.on('connection', (socket) => this.#meet(socket));
    this.#server.on('request', (request, response) => void requests.respond(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      void requests.upgrade(request, socket, head);
    });
    this.#server.timeout = timeouts.idleMs;
    this.#listener = new LoopbackListener((socket) => void this.#server.emit('connection', socket));
  }

  /** @throws USAGE where anybody on the way could read it, SYSTEM_DEPENDENCY */
  static async open(options: HttpDoorOptions): Promise<HttpDoor> {
    if (options.tls === null && options.address !== null)
      throw new QuantumLockError('USAGE', `over plain HTTP only this machine is served, not ${options.address}`, {
        advice: 'Give a certificate and its key (--tls-cert, --tls-key), or leave out the address.',
      });
    const door = new HttpDoor(options);
    await door.#listen();
    return door;
  }

  get port(): number {
    return this.#port;
  }

  /** Where it is reached from this machine. */
  get origin(): string {
    const { address, tls, hostNames } = this.#options;
    const name = hostNames[0] ?? (address === null ? '127.0.0.1' : inUrl(address));
    return new URL(`${tls === null ? 'http' : 'https'}://${name}:${this.#port}/`).origin;
  }

  async close(): Promise<void> {
    const closed = this.#options.address === null ? this.#listener.close() : endOf(this.#server);
    for (const socket of this.#webSockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await closed;
  }

  async #listen(): Promise<void> {
    const { address, port, tls, hostNames, origins } = this.#options;
    this.#port =
      address === null
        ? await this.#listener.listenFor(this.#server, port)
        : await listenOn(this.#server, { address, port });
    const hosts = [...(address === null ? LOOPBACK : [inUrl(address)]), ...hostNames];
    this.#names = httpNames({ scheme: tls === null ? 'http' : 'https', port: this.#port, hosts, origins });
  }

  /** Too many connections at all, or of one address, are closed before they cost anything. */
  #meet(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const count = (this.#ofAddress.get(address) ?? 0) + 1;
    if (count > HTTP_CONNECTIONS_OF_ADDRESS_MAX || this.#connections >= HTTP_CONNECTIONS_MAX)
      return void socket.destroy();
    this.#ofAddress.set(address, count);
    this.#connections += 1;
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#connections -= 1;
      const left = (this.#ofAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#ofAddress.delete(address);
      else this.#ofAddress.set(address, left);
    });
  }
}

/** Who may act with a key. It is read from the state at each call, and is the same until there is another block. */
function remembered(host: Host): (publicKey: PublicKey) => Promise<ActiveMember | null> {
  let of: QuantumNode | null = null;
  let height = -1;
  let known = new Map<PublicKey, Promise<ActiveMember | null>>();
  return (publicKey) => {
    const { node } = host;
    if (node !== of || node.height !== height || known.size > 1_000) {
      of = node;
      ({ height } = node);
      known = new Map();
    }
    let found = known.get(publicKey);
    if (found === undefined) {
      found = node.query.activeMemberOfKey(publicKey);
      known.set(publicKey, found);
      found.catch(() => known.delete(publicKey));
    }
    return found;
  };
}

function inUrl(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

async function listenOn(server: Server, { address, port }: { address: string; port: number }): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new QuantumLockError('SYSTEM_DEPENDENCY', `cannot listen on port ${port} of ${address}: ${cause.message}`, {
          cause,
          advice: 'Choose another port with --port, and an address of this machine with --address.',
        }),
      ),
    );
    server.listen({ host: address, port, exclusive: true }, resolve);
  });
  server.on('error', () => undefined);
  return (server.address() as AddressInfo).port;
}

function endOf(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
