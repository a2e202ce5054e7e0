import { closeSync, constants, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** A Unix socket's path has at most 107 bytes (103 on macOS), with room for its end. */
const SOCKET_PATH_SIZE_BYTES_MAX = 100;

/** A way to a socket that the system takes. */
export interface SocketPath {
  readonly path: string;
  /** Once it was given to the system: in the same turn. */
  used(): void;
  /** Once the socket is closed. */
  release(): void;
}

const nothing = (): void => undefined;

/**
 * A socket is in the data directory and nowhere else. Where the path to it is too long for the system, a short one
 * leads there: through an open handle on Linux, else from the directory itself.
 */
export function reachSocket(socket: string): SocketPath {
  if (process.platform === 'win32' || Buffer.byteLength(socket) <= SOCKET_PATH_SIZE_BYTES_MAX)
    return { path: socket, used: nothing, release: nothing };
  const directory = dirname(socket);
  if (process.platform === 'linux') {
    const handle = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    return { path: `/proc/self/fd/${handle}/${basename(socket)}`, used: nothing, release: () => closeSync(handle) };
  }
  const before = process.cwd();
  process.chdir(directory);
  return { path: basename(socket), used: () => process.chdir(before), release: nothing };
}
