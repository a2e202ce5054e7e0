import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer, type WebSocket } from 'ws';

import { BRIDGE_PURPOSE, bridgeHello } from '../../src/api/bridge-handshake.ts';
import { encodeHex } from '../../src/base/bytes.ts';
import { proofOf } from '../../src/base/mutual-proof.ts';
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

/** Every page that the fake host serves finds itself signed in with it. */
const SESSION = new Uint8Array(32).fill(7);
const SIGN_IN_SCRIPT = `sessionStorage.setItem('quantum-lock:session', '${encodeHex(SESSION)}');\n`;

/** Serves the built page and a fake node over the same bridge as the real host. */
export class FakeHost {
  readonly node: FakeNode;
  readonly #pageDir: string;
  readonly #handler: RPCHandler<Record<never, never>>;
  #server: Server | null = null;
  #sockets: WebSocketServer | null = null;
  #port = 0;
  /** Answers as the real host does where the page is signed in to another run. */
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
      sockets.handleUpgrade(request, socket, head, (channel) => void this.#signIn(channel));
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#sockets = sockets;
  }

  /** The host's half of the handshake, with a page that it believes. */
  async #signIn(channel: WebSocket): Promise<void> {
    const next = (): Promise<unknown> =>
      new Promise((resolve) => channel.once('message', (data) => resolve(JSON.parse((data as Buffer).toString()))));
    const { id, nonce: clientNonce } = bridgeHello.parse(await next());
    if (this.refusing) return channel.send(JSON.stringify({ type: 'refused' }), () => channel.close());
    const serverNonce = encodeHex(new Uint8Array(32));
    const address = new URL(this.url).origin;
    const proof = proofOf(SESSION, 'server', { purpose: BRIDGE_PURPOSE, address, id, clientNonce, serverNonce });
    channel.send(JSON.stringify({ type: 'challenge', nonce: serverNonce, proof }));
    await next();
    channel.send(JSON.stringify({ type: 'welcome' }));
    void this.#handler.upgrade(channel);
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
    if (path === '/bridge') return { status: 426, type: 'text/plain', body: '' };
    if (path === '/sign-in.js') return { status: 200, type: 'text/javascript', body: SIGN_IN_SCRIPT };
    const confirm = /^\/confirm\/([^/]+)(?:\/(confirmed|refused))?$/.exec(path);
    if (confirm?.[1] !== undefined) return this.#confirm(confirm[1], confirm[2]);
    const file = normalize(path === '/' ? '/index.html' : path);
    try {
      const content = await readFile(join(this.#pageDir, file));
      const isPage = extname(file) === '.html';
      return {
        status: 200,
        type: TYPES[extname(file)] ?? 'application/octet-stream',
        body: isPage
          ? content.toString('utf8').replace('<head>', '<head><script src="/sign-in.js"></script>')
          : content,
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
