import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { dirname } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import { bridgeAnswer, bridgeHello, type BridgeReply } from '../../../api/bridge-handshake.ts';
import { LOCAL_STRANGERS_MAX, SIGN_IN_TIMEOUT_MS } from '../../../base/limits.ts';
import { isProofOf, proofOf, secretId, type ProofTerms } from '../../../base/mutual-proof.ts';
import { closeToOthers } from '../../data-directory/private-directory.ts';
import { storageError } from '../../data-directory/storage-errors.ts';
import { FirstMessages } from '../first-messages.ts';
import { LOCAL_PURPOSE, localAddress, localNonce, makeLocalSecret, type LocalWelcome } from './local-handshake.ts';
import { reachSocket, type SocketPath } from './socket-path.ts';

const MESSAGE_SIZE_BYTES_MAX = 1024 * 1024;

export interface LocalSocketOptions {
  /** In the data directory. */
  readonly path: string;
  /** What runs here, for the command that asks. */
  readonly runs: string;
  readonly chain: () => LocalWelcome['chain'];
  readonly onConnection: (socket: WebSocket) => void;
}

/**
 * The door for this machine's command line while a node runs: a Unix socket (a named pipe on Windows) in the data
 * directory, which only its owner can open; both ends prove that they know a secret that is stored there. Anyone who
 * listens here holds a lock of the directory, so a socket that is there is a leftover.
 */
export class LocalSocket {
  readonly #options: LocalSocketOptions;
  readonly #root: string;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  #secret: Uint8Array = new Uint8Array(0);
  #reached: SocketPath | null = null;
  #strangers = 0;

  constructor(options: LocalSocketOptions, root = dirname(options.path)) {
    this.#options = options;
    this.#root = root;
    this.#server = createServer((_, response) => response.writeHead(426).end());
    this.#sockets = new WebSocketServer({ server: this.#server, maxPayload: MESSAGE_SIZE_BYTES_MAX });
    // It passes on what befalls the server, which `listen` reports.
    this.#sockets.on('error', () => undefined);
    this.#sockets.on('connection', (socket) => {
      socket.on('error', () => socket.terminate());
      if (this.#strangers >= LOCAL_STRANGERS_MAX) return socket.terminate();
      this.#strangers++;
      void this.#meet(socket).finally(() => this.#strangers--);
    });
  }

  /** @throws DATA_DIR_SHARED, STORAGE_DENIED, STORAGE_FULL, STORAGE_FAILED */
  async listen(): Promise<void> {
    const { path } = this.#options;
    const isPipe = process.platform === 'win32';
    closeToOthers(this.#root);
    this.#secret = makeLocalSecret(this.#root);
    if (!isPipe && existsSync(path)) rmSync(path);
    const reached = reachSocket(path);
    this.#reached = reached;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(storageError(path, error)));
      this.#server.listen(reached.path, resolve);
      reached.used();
    });
    if (!isPipe) chmodSync(path, 0o600);
  }

  /** Lets the contract begin once both ends have proved the secret. */
  async #meet(socket: WebSocket): Promise<void> {
    const messages = new FirstMessages(socket, SIGN_IN_TIMEOUT_MS);
    try {
      if (!(await this.#agree(socket, messages))) return socket.terminate();
    } finally {
      messages.stop();
    }
    const { runs, chain } = this.#options;
    const welcome: LocalWelcome = { type: 'welcome', pid: process.pid, runs, chain: chain() };
    socket.send(JSON.stringify(welcome));
    this.#options.onConnection(socket);
  }

  async #agree(socket: WebSocket, messages: FirstMessages): Promise<boolean> {
    const hello = bridgeHello.safeParse(await messages.next()).data;
    if (hello === undefined || hello.id !== secretId(LOCAL_PURPOSE, this.#secret)) return false;
    const terms: ProofTerms = {
      purpose: LOCAL_PURPOSE,
      address: localAddress(this.#root),
      id: hello.id,
      clientNonce: hello.nonce,
      serverNonce: localNonce(),
    };
    const challenge: BridgeReply = {
      type: 'challenge',
      nonce: terms.serverNonce,
      proof: proofOf(this.#secret, 'server', terms),
    };
    socket.send(JSON.stringify(challenge));
    const answer = bridgeAnswer.safeParse(await messages.next()).data;
    return answer !== undefined && isProofOf(answer.proof, this.#secret, 'client', terms);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#reached?.release();
    // Its handle may be somebody else's from now on.
    this.#reached = null;
    if (process.platform !== 'win32') rmSync(this.#options.path, { force: true });
  }
}
