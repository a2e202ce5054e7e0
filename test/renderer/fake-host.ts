import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';

import { FakeNode, type FakeNodeOptions } from './fake-node.ts';
import { fakeRouter } from './fake-router.ts';

/** The policy that the real hosts send: what breaks it here would break there. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
};

/** Serves the built page and a fake node over the same bridge as the real host. */
export class FakeHost {
  readonly node: FakeNode;
  readonly #pageDir: string;
  readonly #handler: RPCHandler<Record<never, never>>;
  #server: Server | null = null;
  #sockets: WebSocketServer | null = null;
  #port = 0;
  /** Answers 401 as the real host does where the session cookie is missing. */
  refusing = false;

  constructor(pageDir: string, options: FakeNodeOptions) {
    this.#pageDir = pageDir;
    this.node = new FakeNode(options);
    this.#handler = new RPCHandler(fakeRouter(this.node));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async start(port = this.#port): Promise<void> {
    const server = createServer((request, response) => {
      void this.#answer(new URL(request.url ?? '/', this.url).pathname).then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type, 'content-security-policy': CONTENT_SECURITY_POLICY });
        response.end(body);
      });
    });
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      if (this.refusing) {
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
        return;
      }
      sockets.handleUpgrade(request, socket, head, (channel) => void this.#handler.upgrade(channel));
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#sockets = sockets;
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets?.clients ?? []) client.terminate();
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => {
      if (this.#server === null) resolve();
      else this.#server.close(() => resolve());
    });
    this.#server = null;
  }

  async #answer(path: string): Promise<{ status: number; type: string; body: string | Uint8Array }> {
    if (path === '/bridge') return { status: this.refusing ? 401 : 426, type: 'text/plain', body: '' };
    const confirm = /^\/confirm\/([^/]+)(?:\/(confirmed|refused))?$/.exec(path);
    if (confirm?.[1] !== undefined) return this.#confirm(confirm[1], confirm[2]);
    const file = normalize(path === '/' ? '/index.html' : path);
    try {
      return {
        status: 200,
        type: TYPES[extname(file)] ?? 'application/octet-stream',
        body: await readFile(join(this.#pageDir, file)),
      };
    } catch {
      return { status: 404, type: 'text/plain', body: 'not here' };
    }
  }

  #confirm(reviewId: string, decision: string | undefined): { status: number; type: string; body: string } {
    const waiting = this.node.reviews.get(reviewId);
    if (waiting === undefined) return { status: 404, type: 'text/plain', body: 'no such review' };
    if (decision === 'confirmed' || decision === 'refused') waiting.decision = decision;
    const body =
      decision === undefined
        ? `<h1>${waiting.review.sentence}</h1><a href="/confirm/${reviewId}/confirmed">Sign</a> <a href="/confirm/${reviewId}/refused">Refuse</a>`
        : `<h1>${decision}</h1>`;
    return {
      status: 200,
      type: 'text/html',
      body: `<!doctype html><html lang="en"><title>Confirm</title><body>${body}`,
    };
  }
}
