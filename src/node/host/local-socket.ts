import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { storageError } from '../storage/database.ts';

const MESSAGE_SIZE_BYTES_MAX = 1024 * 1024;

/**
 * The door for this machine's command line while a node runs: a Unix socket (a named pipe on Windows) in the data
 * directory, which only its owner can open. The data directory's lock is held, so a socket that is there is a leftover.
 */
export class LocalSocket {
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #path: string;

  constructor(path: string, onConnection: (socket: WebSocket) => void) {
    this.#path = path;
    this.#server = createServer((_, response) => response.writeHead(426).end());
    this.#sockets = new WebSocketServer({ server: this.#server, maxPayload: MESSAGE_SIZE_BYTES_MAX });
    this.#sockets.on('connection', (socket) => {
      socket.on('error', () => socket.terminate());
      onConnection(socket);
    });
  }

  async listen(): Promise<void> {
    const isPipe = process.platform === 'win32';
    if (!isPipe && existsSync(this.#path)) rmSync(this.#path);
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(storageError(this.#path, error)));
      this.#server.listen(this.#path, resolve);
    });
    if (!isPipe) chmodSync(this.#path, 0o600);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
