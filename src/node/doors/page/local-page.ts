import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { LINK_FRAGMENT } from '../../../api/bridge-handshake.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { CONSOLE_CONNECTIONS_MAX } from '../../../base/limits.ts';
import { isPublicHost, localNameOf, LoopbackDoor } from '../loopback-door.ts';
import { pageHeaders } from './page-headers.ts';
import { SignIn } from './sign-in.ts';
import { STRANGER_HEADERS, STRANGER_PAGE } from './stranger-page.ts';

/** Bytes of one message from the page: the largest is a transaction with its payload. */
const MESSAGE_SIZE_BYTES_MAX = 1024 * 1024;
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.png': 'image/png',
};

export interface LocalPageOptions {
  /** The built page. */
  readonly pageDirectory: string;
  /** A page that proved that it was let in, and its browser's session. */
  readonly onConnection: (socket: WebSocket, session: string) => void;
}

/**
 * The console as a page on this machine: loopback only, and without a cookie, which a browser would send to every port
 * of the machine. Each run has an origin of its own, `http://<random>.localhost:PORT`: a program that had the port
 * before left nothing under it, and no stranger knows it. The page is served to anybody who does; what it can do begins
 * with `SignIn`, on the connection itself.
 */
export class LocalPage {
  readonly #options: LocalPageOptions;
  readonly #door: LoopbackDoor;
  readonly #sockets: WebSocketServer;
  readonly #signIn = new SignIn(() => this.origin);
  readonly #label = randomBytes(16).toString('hex');
  #openCount = 0;

  constructor(options: LocalPageOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_SIZE_BYTES_MAX });
    this.#door = new LoopbackDoor({
      isOwnHost: (host) => host === this.#name.host,
      respond: (request, response) => this.#respond(request, response),
      respondToStranger: (request, response) => this.#respondToStranger(request, response),
      upgrade: (request, socket, head) => this.#upgrade(request, socket, head),
    });
  }

  /** Listens; port 0 takes a free one. @throws SYSTEM_DEPENDENCY where the port is taken or the page is not built */
  async listen(port: number): Promise<void> {
    if (!existsSync(join(this.#options.pageDirectory, 'index.html'))) {
      throw new QuantumLockError('SYSTEM_DEPENDENCY', 'the console page is not built', {
        advice: 'Run `npm start`, which builds it.',
      });
    }
    await this.#door.listen(port);
  }

  get #name(): ReturnType<typeof localNameOf> {
    return localNameOf(this.#label, this.#door.port);
  }

  get origin(): string {
    return this.#name.origin;
  }

  get port(): number {
    return this.#door.port;
  }

  /** Where everybody on this machine may look: it says how to get a link. */
  get publicAddress(): string {
    return `http://127.0.0.1:${this.#door.port}/`;
  }

  /** A new address that signs one browser in, once. */
  makeLink(): string {
    return `${this.origin}/#${LINK_FRAGMENT}=${this.#signIn.makeToken()}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    await this.#door.close();
  }

  #respondToStranger(request: IncomingMessage, response: ServerResponse): void {
    if (!isPublicHost(request.headers.host, this.#door.port)) {
      return end(response, 421, 'This console answers only to its own address.');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'Only GET is served here.');
    if (requestUrl(request, this.origin)?.pathname !== '/') return end(response, 404, 'There is no such file.');
    response.writeHead(200, STRANGER_HEADERS).end(STRANGER_PAGE);
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'Only GET is served here.');
    const url = requestUrl(request, this.origin);
    if (url === null) return end(response, 400, 'That is not an address of this console.');
    switch (url.pathname) {
      case '/bridge':
        return end(response, 426, 'The bridge is a WebSocket.');
      case '/signed-in':
        return respondSignedIn(response);
      default:
        return this.#serveFile(url.pathname, response);
    }
  }

  #serveFile(pathname: string, response: ServerResponse): void {
    const path = decodePath(pathname);
    if (path === null) return end(response, 400, 'That is not an address of this console.');
    const relative = normalize(path).replace(/^([/\\])+/, '');
    const root = this.#options.pageDirectory;
    let file = join(root, relative);
    if (file !== root && !file.startsWith(root + sep)) return end(response, 404, 'There is no such file.');
    const isAsset = extname(file) !== '';
    if (!isAsset) file = join(root, 'index.html');
    if (!existsSync(file) || !statSync(file).isFile()) return end(response, 404, 'There is no such file.');
    response.writeHead(200, {
      ...pageHeaders,
      'Content-Type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
      'Cache-Control': file.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    // A build may take the file away while it is read.
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const isBridge = requestUrl(request, this.origin)?.pathname === '/bridge';
    if (request.headers.origin !== this.origin || !isBridge) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // A message that is too long, or is none, ends its connection, not the console.
      webSocket.on('error', () => webSocket.terminate());
      void this.#admit(webSocket, socket);
    });
  }

  async #admit(webSocket: WebSocket, socket: Duplex): Promise<void> {
    const session = await this.#signIn.authenticate(webSocket);
    if (session === null) return;
    if (this.#openCount >= CONSOLE_CONNECTIONS_MAX) return webSocket.close(1013, 'too many pages are open');
    this.#openCount += 1;
    webSocket.once('close', () => (this.#openCount -= 1));
    this.#door.keep(socket);
    this.#options.onConnection(webSocket, session);
  }
}

/** The request's address; null for what is none. Whatever a stranger sends, it must not throw. */
function requestUrl(request: IncomingMessage, origin: string): URL | null {
  const target = request.url ?? '/';
  // `//host` would name another origin.
  return target.startsWith('/') && !target.startsWith('//') ? URL.parse(target, origin) : null;
}

function decodePath(pathname: string): string | null {
  try {
    const path = decodeURIComponent(pathname);
    return path.includes('\0') ? null : path;
  } catch {
    // A percent sign without two digits, or bytes that are not UTF-8.
    return null;
  }
}

/** Whatever anybody else may ever have left in this browser under our origin goes, before the page keeps a secret there. */
function respondSignedIn(response: ServerResponse): void {
  response
    .writeHead(204, { ...pageHeaders, 'Cache-Control': 'no-store', 'Clear-Site-Data': '"cache", "storage"' })
    .end();
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    ...pageHeaders,
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(`${text}\n`);
}
