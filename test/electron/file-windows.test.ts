import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { CONNECT_CHANNEL } from '../../electron/bridge.ts';
import { QuantumLockError } from '../../src/base/errors.ts';
import { INSPECTIONS_OPEN_MAX } from '../../src/base/limits.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { FakeElectron, type FakeWindow } from './fake-electron.ts';
import { FakeHost, startedConsole, type StartedConsole } from './started-console.ts';

/** Files that are opened in the desktop console: by its menu, by an argument, by the system, and by a second start. */

interface Opening extends StartedConsole {
  readonly opened: string[];
  readonly hosts: Map<string, FakeHost>;
  readonly fileWindows: () => readonly FakeWindow[];
}

async function opening(
  options: Parameters<typeof startedConsole>[0] = {},
  electron = new FakeElectron(),
): Promise<Opening> {
  const opened: string[] = [];
  const hosts = new Map<string, FakeHost>();
  const started = await startedConsole(
    {
      openFile: (path) => {
        opened.push(path);
        const host = new FakeHost();
        hosts.set(path, host);
        return Promise.resolve(host);
      },
      ...options,
    },
    electron,
  );
  await settled();
  return { ...started, opened, hosts, fileWindows: () => started.electron.windows.slice(1) };
}

/** A file of this test that begins as an exported chain does. */
function chainFile(name: string): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, '{"header":{');
  return path;
}

/** What was begun without waiting for it has been done. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** The first window. */
function consoleOf({ windows }: FakeElectron): FakeWindow {
  const [window] = windows;
  if (window === undefined) throw new Error('no window');
  return window;
}

function menuItem(electron: FakeElectron, label: string): { readonly click?: unknown } {
  const items = electron.menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  const found = items.find((item) => item.label === label);
  if (found === undefined) throw new Error(`no menu item ${label}`);
  return found;
}

async function chooseInMenu(electron: FakeElectron): Promise<void> {
  (menuItem(electron, 'Look at a File…').click as () => void)();
  await settled();
}

describe('a file', () => {
  test('is chosen by the menu, and shown in a window of its own, as locked as the console’s', async () => {
    const { electron, opened, fileWindows } = await opening();
    await chooseInMenu(electron);
    expect([opened, electron.openDialogs[0]?.properties]).toEqual([[], ['openFile']]);
    const path = chainFile('monday.backup');
    electron.chosenFolder = path;
    await chooseInMenu(electron);
    expect(opened).toEqual([path]);
    const [window] = fileWindows();
    expect(window?.options).toMatchObject({
      title: 'monday.backup – a file, not the chain of this machine',
      webPreferences: consoleOf(electron).options.webPreferences,
    });
    expect(window?.webContents.mainFrame.url).toBe('quantum-lock://console/');
    expect(window?.calls).toEqual([]);
    window?.send('ready-to-show');
    expect(window?.calls).toEqual(['show']);
  });

  test('is named at the start, by a second start, or opened by the system, and what comes early waits', async () => {
    const electron = new FakeElectron();
    const ready = Promise.withResolvers<void>();
    electron.app.whenReady = () => ready.promise;
    const [a, b, c, d] = ['a.backup', 'b.jsonl', 'c.backup', 'd'].map(chainFile) as [string, string, string, string];
    const starting = opening({ handed: { files: [a], links: [] } }, electron);
    await settled();
    expect(electron.app.send('open-file', {}, b)).toBe(true);
    ready.resolve();
    const { opened } = await starting;
    expect(opened).toEqual([a, b]);
    expect(electron.app.handed).toEqual({ files: [a], links: [] });
    electron.app.send('second-instance', {}, [], '/', { files: [c], links: [] });
    electron.app.send('open-file', {}, d);
    await settled();
    expect(opened).toEqual([a, b, c, d]);
    expect(consoleOf(electron).calls).toContain('focus');
  });

  test('speaks to its own host, and to no other window', async () => {
    const [a, b] = [chainFile('a'), chainFile('b')];
    const { electron, host, hosts, fileWindows } = await opening({ handed: { files: [a, b], links: [] } });
    const [first, second] = fileWindows();
    if (first === undefined || second === undefined) throw new Error('no windows');
    electron.sendFromPage(CONNECT_CHANNEL, { sender: first.webContents });
    electron.sendFromPage(CONNECT_CHANNEL, { sender: consoleOf(electron).webContents });
    electron.sendFromPage(CONNECT_CHANNEL, { sender: first.webContents });
    await settled();
    expect([hosts.get(a)?.ports.length, hosts.get(b)?.ports.length, host.ports.length]).toEqual([2, 0, 1]);
    // The same checks as for the console's own page.
    second.webContents.mainFrame.url = 'https://example.org/';
    electron.sendFromPage(CONNECT_CHANNEL, { sender: second.webContents });
    expect(hosts.get(b)?.ports).toEqual([]);
    first.destroy();
    electron.sendFromPage(CONNECT_CHANNEL, { sender: first.webContents });
    expect(hosts.get(a)?.ports).toHaveLength(2);
  });

  test('that is refused is told with what to do, and nothing of it is shown', async () => {
    const path = chainFile('bad.backup');
    const { electron, log, fileWindows } = await opening({
      handed: { files: [path], links: [] },
      openFile: () => Promise.reject(new QuantumLockError('BACKUP_KEY_REQUIRED', 'the backup is encrypted')),
    });
    expect(fileWindows()).toEqual([]);
    expect(electron.errorBoxes).toHaveLength(1);
    expect(electron.errorBoxes[0]).toMatch(/^bad\.backup cannot be shown: the backup is encrypted\.\n\n.*--identity/);
    expect(log.join()).toContain(`${path} is not shown`);
  });

  test('is closed with its window, and all of them with the console', async () => {
    const [a, b] = [chainFile('a'), chainFile('b')];
    const { electron, host, hosts, fileWindows } = await opening({ handed: { files: [a, b], links: [] } });
    fileWindows()[0]?.destroy();
    await settled();
    expect([hosts.get(a)?.closeCount, hosts.get(b)?.closeCount]).toEqual([1, 0]);
    consoleOf(electron).destroy();
    electron.app.send('window-all-closed');
    expect(await electron.app.exited).toBe(0);
    expect([hosts.get(a)?.closeCount, hosts.get(b)?.closeCount, host.closeCount]).toEqual([1, 1, 1]);
  });

  test('that is being verified when the console ends is stopped, and no window comes of it', async () => {
    const asked: AbortSignal[] = [];
    const verified = Promise.withResolvers<FakeHost>();
    const late = new FakeHost();
    const { electron, fileWindows } = await opening({
      handed: { files: [chainFile('large.backup')], links: [] },
      openFile: (_, signal) => {
        asked.push(signal);
        return verified.promise;
      },
    });
    electron.app.quit();
    expect(asked.map(({ aborted }) => aborted)).toEqual([true]);
    verified.resolve(late);
    expect(await electron.app.exited).toBe(0);
    expect([late.closeCount, fileWindows(), electron.errorBoxes]).toEqual([1, [], []]);
  });

  test('is verified once however often it is asked for, and not beside too many', async () => {
    const paths = Array.from({ length: INSPECTIONS_OPEN_MAX + 1 }, (_, index) => chainFile(`${index}`));
    const { electron, opened, fileWindows } = await opening({
      handed: { files: [...paths.slice(0, 1), ...paths], links: [] },
    });
    expect(opened).toEqual(paths.slice(0, INSPECTIONS_OPEN_MAX));
    expect(fileWindows()).toHaveLength(INSPECTIONS_OPEN_MAX);
    expect(electron.errorBoxes).toEqual([expect.stringContaining('files are shown already')]);
  });
});
