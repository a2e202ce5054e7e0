import { existsSync } from 'node:fs';
import type { WebSocket } from 'ws';
import { holdsForeignFiles } from '../../data-directory/prepare-data-directory.ts';
import { holdsChain } from '../../data-directory/holds-chain.ts';
import { dataPaths } from '../../data-directory/data-paths.ts';
import { lockConsole, type DataLock } from '../../data-directory/data-lock.ts';
import { claimDirectory, closeToOthers } from '../../data-directory/private-directory.ts';
import { chainTraces } from '../../data-directory/chain-traces.ts';
import { LocalSocket, type LocalSocketOptions } from './local-socket.ts';

export interface DirectoryDoorOptions extends Pick<LocalSocketOptions, 'runs' | 'chain'> {
  readonly root: string;
  readonly onConnection: (socket: WebSocket) => void;
}

/**
 * Where this machine's commands reach what runs on a data directory, whether or not a chain is open in it: one process has
 * it at a time.
 */
export class DirectoryDoor {
  readonly #lock: DataLock;
  readonly #socket: LocalSocket;

  private constructor(lock: DataLock, socket: LocalSocket) {
    this.#lock = lock;
    this.#socket = socket;
  }

  /**
   * Null where the directory is not there, or holds no chain and somebody's other files: nothing is put among them.
   * @throws DATA_DIR_LOCKED, DATA_DIR_SHARED, STORAGE_DENIED, STORAGE_FULL, STORAGE_FAILED
   */
  static async open({ root, ...options }: DirectoryDoorOptions): Promise<DirectoryDoor | null> {
    if (!existsSync(root)) return null;
    if (holdsChain(root) || chainTraces(root).length > 0) closeToOthers(root);
    else if (holdsForeignFiles(root)) return null;
    // Nothing in it is believed yet.
    else claimDirectory(root);
    const lock = lockConsole(root);
    try {
      const socket = new LocalSocket({ ...options, path: dataPaths(root).socket }, root);
      await socket.listen();
      return new DirectoryDoor(lock, socket);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#socket.close();
    this.#lock.release();
  }
}
