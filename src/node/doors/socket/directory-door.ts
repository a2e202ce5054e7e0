import { existsSync } from 'node:fs';
import { holdsForeignFiles } from '../../data-directory/prepare-data-directory.ts';
import { holdsChain } from '../../data-directory/holds-chain.ts';
import { dataPaths } from '../../data-directory/data-paths.ts';
import { lockConsole, type DataLock } from '../../data-directory/data-lock.ts';
import { claimDirectory, closeToOthers } from '../../data-directory/private-directory.ts';
import { chainTraces } from '../../data-directory/chain-traces.ts';
import type { Host } from '../../host/host.ts';
import { TERMINAL } from '../../host/procedures.ts';
import { serveContract } from '../serve-contract.ts';
import { LocalSocket } from './local-socket.ts';

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
   * Of the host's data directory. Null where that is not there, or holds no chain and somebody's other files: nothing is put
   * among them.
   * @throws DATA_DIR_LOCKED, DATA_DIR_SHARED, STORAGE_DENIED, STORAGE_FULL, STORAGE_FAILED
   */
  static async open(host: Host): Promise<DirectoryDoor | null> {
    const root = host.dataDirectory;
    if (!existsSync(root)) return null;
    if (holdsChain(root) || chainTraces(root).length > 0) closeToOthers(root);
    else if (holdsForeignFiles(root)) return null;
    // Nothing in it is believed yet.
    else claimDirectory(root);
    const lock = lockConsole(root);
    const contract = serveContract(host);
    try {
      const socket = new LocalSocket(
        {
          path: dataPaths(root).socket,
          runs: host.options.surface.runsAs,
          chain: () => host.chain.state,
          onConnection: (connection) => contract.socket(connection, TERMINAL),
        },
        root,
      );
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
