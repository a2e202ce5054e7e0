import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { QuantumLockError } from '../../base/errors.ts';
import { pageHeaders } from './page-headers.ts';

/** Bytes of one message from the page: the largest is a transaction with its payload. */
const MESSAGE_SIZE_BYTES_MAX = 1024 * 1024;
const COOKIE = 'quantum_lock_session';
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
  /** 0 takes a free one. */
  readonly port: number;
  readonly onConnection: (socket: WebSocket) => void;
  /** A token was used, so its address is no longer good: here is the next. */
  readonly onTokenUsed: (address: string) => void;
}

/**
 * The console as a page on this machine: loopback only. The printed address holds a token that works once; it is
 * exchanged for a cookie that no script reads and no other site sends. Host and Origin are checked on every request
 * that does something, so a page of another origin, and a name that resolves here, reach nothing.
 */
export class LocalPage {
  readonly #options: LocalPageOptions;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #sessions = new Set<string>();
  #token = randomBytes(24).toString('base64url');
  #port = 0;

  constructor(options: LocalPageOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => this.#respond(request, response));
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_SIZE_BYTES_MAX });
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Listens, and returns the address to open. @throws SYSTEM_DEPENDENCY where the port is taken or the page is not built */
  async listen(): Promise<string> {
    if (!existsSync(join(this.#options.pageDirectory, 'index.html'))) {
      throw new QuantumLockError('SYSTEM_DEPENDENCY', 'the console page is not built', {
        advice: 'Run `npm start`, which builds it.',
      });
    }
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) =>
        reject(
          new QuantumLockError(
            'SYSTEM_DEPENDENCY',
            `cannot listen on 127.0.0.1:${this.#options.port}: ${cause.message}`,
            { cause, advice: 'Choose another port with --port.' },
          ),
        ),
      );
      this.#server.listen(this.#options.port, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string')
      throw new QuantumLockError('SYSTEM_DEPENDENCY', 'the server has no port');
    this.#port = address.port;
    return this.address();
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The address with the token that is good now. */
  address(): string {
    return `${this.origin}/?token=${this.#token}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #isOwnHost(request: IncomingMessage): boolean {
    return request.headers.host === `127.0.0.1:${this.#port}` || request.headers.host === `localhost:${this.#port}`;
  }

  #hasSession(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim());
    const value = cookies.find((part) => part.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
    return value !== undefined && [...this.#sessions].some((session) => equalText(session, value));
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#isOwnHost(request)) return end(response, 403, 'This console answers only to its own address.');
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'Only GET is served here.');
    const url = requestUrl(request, this.origin);
    if (url === null) return end(response, 400, 'That is no address of this console.');
    const token = url.searchParams.get('token');
    if (token !== null) return this.#exchange(token, request, response);
    if (url.pathname === '/bridge') {
      return this.#hasSession(request)
        ? end(response, 426, 'The bridge is a WebSocket.')
        : end(response, 401, 'Open the address that the console printed when it started.');
    }
    return this.#serveFile(url.pathname, response);
  }

  /** The token for a session, once. */
  #exchange(token: string, request: IncomingMessage, response: ServerResponse): void {
    if (!equalText(token, this.#token)) {
      if (this.#hasSession(request)) return redirect(response, {});
      return end(
        response,
        403,
        'This address was used already, or is not of this run. Open the newest address that the console printed in its terminal.',
      );
    }
    this.#token = randomBytes(24).toString('base64url');
    const session = randomBytes(32).toString('base64url');
    this.#sessions.add(session);
    redirect(response, { 'Set-Cookie': `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/` });
    this.#options.onTokenUsed(this.address());
  }

  #serveFile(pathname: string, response: ServerResponse): void {
    const path = decodePath(pathname);
    if (path === null) return end(response, 400, 'That is no address of this console.');
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
    socket.on('error', () => socket.destroy());
    const isOwnOrigin = request.headers.origin === `http://${request.headers.host ?? ''}`;
    const isBridge = requestUrl(request, this.origin)?.pathname === '/bridge';
    if (!this.#isOwnHost(request) || !isOwnOrigin || !isBridge || !this.#hasSession(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // A message that is too long, or is none, ends its connection, not the console.
      webSocket.on('error', () => webSocket.terminate());
      this.#options.onConnection(webSocket);
    });
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
    // A percent sign without two digits, or bytes that are no UTF-8.
    return null;
  }
}

function redirect(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  response.writeHead(303, { ...pageHeaders, ...headers, Location: '/', 'Cache-Control': 'no-store' });
  response.end();
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    ...pageHeaders,
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(`${text}\n`);
}

/** Compares in time that does not tell how much was right. */
function equalText(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
