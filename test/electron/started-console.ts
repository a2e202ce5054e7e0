import { EventEmitter } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { MessagePortMain } from 'electron';

import type { OpenedThing } from '../../src/api/operator/opened.ts';
import type { CrashContext } from '../../electron/crash-report.ts';
import { startConsole, type ConsoleOptions } from '../../electron/console.ts';
import type { DesktopSurface } from '../../src/node/host/surface.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { FakeElectron } from './fake-electron.ts';

export class FakeHost {
  readonly ports: MessagePortMain[] = [];
  readonly shown: OpenedThing[] = [];
  closeCount = 0;
  /** Replaced by a test that wants closing to take its time, or to fail. */
  whenClosing: () => Promise<void> = () => Promise.resolve();

  handlePort(port: MessagePortMain): void {
    this.ports.push(port);
  }

  show(thing: OpenedThing): void {
    this.shown.push(thing);
  }

  readonly directories: string[] = [];
  /** What the person answers. */
  opensDirectory = true;

  openDirectory(path: string): Promise<boolean> {
    this.directories.push(path);
    return Promise.resolve(this.opensDirectory);
  }

  close(): Promise<void> {
    this.closeCount += 1;
    return this.whenClosing();
  }
}

export interface StartedConsole {
  readonly electron: FakeElectron;
  readonly host: FakeHost;
  readonly surface: DesktopSurface;
  readonly log: readonly string[];
}

export const CRASH_CONTEXT: CrashContext = {
  version: '1.2.3',
  electron: '45.0.0',
  chrome: '156.0.0',
  node: '24.0.0',
  platform: 'linux',
  arch: 'x64',
  osRelease: '6.1',
  applicationFolder: '/app',
};

/** A folder with the files of a built page in it, gone when the test is. */
export function pageFolder(): string {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'main.js'), 'export {};');
  writeFileSync(join(folder, 'assets', 'notes.txt'), 'no type for this');
  return folder;
}

export async function startedConsole(
  options: Partial<ConsoleOptions> = {},
  electron = new FakeElectron(),
): Promise<StartedConsole> {
  const host = new FakeHost();
  const log: string[] = [];
  let surface: DesktopSurface | undefined;
  if (electron.app.userDataFolder === '/nowhere') electron.app.userDataFolder = temporaryDirectory();
  await startConsole(electron, {
    openHost: (given) => {
      surface = given;
      return Promise.resolve(host);
    },
    openFile: () => Promise.reject(new Error('no file is opened here')),
    pageFolder: pageFolder(),
    preloadFile: '/app/preload.cjs',
    trayIconFile: '/app/tray.png',
    crashContext: CRASH_CONTEXT,
    updates: { source: null, arch: 'x64', fileEnding: '.deb' },
    process: new EventEmitter(),
    now: () => Date.UTC(2026, 10, 27),
    secretPreloadFile: '/app/secret-preload.cjs',
    userDataFolder: join(temporaryDirectory(), 'electron'),
    platform: 'linux',
    log: (line) => log.push(line),
    ...options,
  });
  const unopened: DesktopSurface = {
    confirm: () => Promise.reject(new Error('the host was never opened')),
    confirmDeed: () => Promise.resolve({ approved: false }),
    pickDirectory: () => Promise.reject(new Error('the host was never opened')),
    askSecrets: () => Promise.resolve(null),
    showStatus: () => undefined,
    noteOpened: () => undefined,
    notify: () => {
      throw new Error('the host was never opened');
    },
  };
  return { electron, host, surface: surface ?? unopened, log };
}
