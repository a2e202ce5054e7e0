import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { MessagePortMain } from 'electron';

import type { ShownThing } from '../../src/api/operator/opened.ts';
import { startConsole, type ConsoleOptions } from '../../electron/console.ts';
import type { DesktopSurface } from '../../src/node/host/surface.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { FakeElectron } from './fake-electron.ts';

export class FakeHost {
  readonly ports: MessagePortMain[] = [];
  readonly shown: ShownThing[] = [];
  closeCount = 0;
  /** Replaced by a test that wants closing to take its time, or to fail. */
  whenClosing: () => Promise<void> = () => Promise.resolve();

  handlePort(port: MessagePortMain): void {
    this.ports.push(port);
  }

  show(thing: ShownThing): void {
    this.shown.push(thing);
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
  await startConsole(electron, {
    openHost: (given) => {
      surface = given;
      return Promise.resolve(host);
    },
    openFile: () => Promise.reject(new Error('no file is opened here')),
    pageFolder: pageFolder(),
    preloadFile: '/app/preload.cjs',
    trayIconFile: '/app/tray.png',
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
    notify: () => {
      throw new Error('the host was never opened');
    },
  };
  return { electron, host, surface: surface ?? unopened, log };
}
