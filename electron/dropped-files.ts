import { isAbsolute } from 'node:path';

import { senderRefusal } from './bridge.ts';
import type { Contents, ElectronApi } from './electron-api.ts';

/** The preload says on this channel where a file lies that the person dropped on the page: one argument, its path. */
export const DROPPED_CHANNEL = 'quantum-lock:dropped';

const PATH_LENGTH_MAX = 4_096;
/** `\\server\share`: Windows would sign in there as soon as it is looked at. */
const OF_ANOTHER_MACHINE = /^[\\/]{2}/;

export interface DroppedFilesOptions {
  /** Whether it is the console's own window. */
  readonly isConsole: (sender: Contents) => boolean;
  readonly open: (path: string) => void;
  readonly log: (line: string) => void;
}

/**
 * Hears of files that are dropped on the console's page, whose page gets their content and never their place. A page that was taken
 * over could name a path as well: so nothing of this machine's files is answered to it, and all that can happen is that a window of
 * its own shows a chain that is there, for reading.
 */
export function hearDroppedFiles(electron: ElectronApi, { isConsole, open, log }: DroppedFilesOptions): void {
  electron.ipcMain.on(DROPPED_CHANNEL, (event, ...args) => {
    const [path] = args;
    const refusal = isConsole(event.sender) ? senderRefusal(event) : 'the sender is not the console';
    if (refusal !== undefined) log(`refused a dropped file: ${refusal}`);
    else if (args.length !== 1 || typeof path !== 'string' || !isLocalPath(path))
      log('refused a dropped file: it is no path of this machine');
    else open(path);
  });
}

function isLocalPath(path: string): boolean {
  return path.length <= PATH_LENGTH_MAX && isAbsolute(path) && !OF_ANOTHER_MACHINE.test(path) && !path.includes('\0');
}
