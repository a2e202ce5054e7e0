import { writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import electron from 'electron';

import { defaultDataDirectory } from '../src/node/data-directory/default-data-directory.ts';
import { openConsoleHost } from './console-host.ts';
import { openFileHost } from './file-host.ts';
import { startConsole } from './console.ts';
import { UPDATE_SOURCE } from './update-source.ts';
import { startArguments } from './start-arguments.ts';

/** Bundled, this file is in dist/electron, next to the preload and next to the page. */
const folder = fileURLToPath(new URL('.', import.meta.url));

const { data, sandbox, handed } = startArguments(process.argv.slice(1), {
  folder: process.cwd(),
  isPackaged: electron.app.isPackaged,
});
const dataDirectory = data ?? defaultDataDirectory();
const log = (line: string): void => console.error(`console: ${line}`);

// Not awaited here: Electron is ready only once this module has run to its end.
startConsole(electron, {
  openHost: (surface) =>
    openConsoleHost(surface, {
      dataDirectory,
      sandbox,
      version: electron.app.getVersion(),
      log,
    }),
  openFile: (path, signal) => openFileHost({ path, version: electron.app.getVersion(), log, signal }),
  handed,
  pageFolder: join(folder, '..', 'renderer'),
  preloadFile: join(folder, 'preload.cjs'),
  trayIconFile: join(folder, 'tray.png'),
  secretPreloadFile: join(folder, 'secret-preload.cjs'),
  userDataFolder: join(dataDirectory, 'electron'),
  platform: process.platform,
  process,
  now: Date.now,
  updates: { source: UPDATE_SOURCE, arch: process.arch, fileEnding: installerEnding() },
  crashContext: {
    version: electron.app.getVersion(),
    electron: process.versions['electron'] ?? 'none',
    chrome: process.versions['chrome'] ?? 'none',
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    osRelease: release(),
    applicationFolder: join(folder, '..', '..'),
  },
  log,
  onShown: () => {
    // Who started us waits for this file before believing that there is a window (build/run-window.mjs).
    const readyFile = process.env['QL_WINDOW_READY_FILE'];
    if (readyFile !== undefined) writeFileSync(readyFile, '');
  },
}).catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  log(reason);
  electron.dialog.showErrorBox('Quantum-Lock cannot start', reason);
  electron.app.exit(1);
});

/** What the package ends with that this application was installed from. */
function installerEnding(): string {
  if (process.platform === 'darwin') return '.dmg';
  if (process.platform === 'win32') return '.exe';
  return process.env['APPIMAGE'] === undefined ? '.deb' : '.AppImage';
}
