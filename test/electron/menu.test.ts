import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test } from 'vitest';

import { RECENT_DIRECTORIES_MAX } from '../../src/base/limits.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { FakeElectron } from './fake-electron.ts';
import { startedConsole } from './started-console.ts';

function fileMenu({ menu }: FakeElectron): readonly MenuItemConstructorOptions[] {
  const submenu = menu.find(({ role }) => role === 'fileMenu')?.submenu;
  if (!Array.isArray(submenu)) throw new Error('there is no File menu');
  return submenu;
}

function recentItems(electron: FakeElectron): readonly MenuItemConstructorOptions[] {
  const submenu = fileMenu(electron).find(({ label }) => label === 'Open Recent Data Directory')?.submenu;
  if (!Array.isArray(submenu)) throw new Error('there is no list of recent directories');
  return submenu;
}

const labels = (electron: FakeElectron): readonly unknown[] => recentItems(electron).map(({ label }) => label);

async function press(item: MenuItemConstructorOptions | undefined, state: object = {}): Promise<void> {
  if (item?.click === undefined) throw new Error('nothing happens there');
  (item.click as (item: object) => void)(state);
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

describe('recent data directories', () => {
  test('are kept from start to start, beside the data directories', async () => {
    const machine = temporaryDirectory();
    const first = new FakeElectron();
    first.app.userDataFolder = machine;
    const { surface } = await startedConsole({}, first);
    expect(labels(first)).toEqual(['None']);
    surface.noteOpened('/data/R&D');
    surface.noteOpened('/data/two');
    surface.noteOpened('/data/R&D');
    expect(labels(first)).toEqual(['/data/R&&D', '/data/two', undefined, 'Clear List']);

    const second = new FakeElectron();
    second.app.userDataFolder = machine;
    const { host } = await startedConsole({}, second);
    expect(labels(second)).toEqual(['/data/R&&D', '/data/two', undefined, 'Clear List']);
    await press(recentItems(second)[1]);
    expect(host.directories).toEqual(['/data/two']);
    await press(recentItems(second).at(-1));
    expect(labels(second)).toEqual(['None']);
  });

  test('are so many at most, and a list that is damaged is none', async () => {
    const electron = new FakeElectron();
    electron.app.userDataFolder = temporaryDirectory();
    mkdirSync(electron.app.userDataFolder, { recursive: true });
    writeFileSync(join(electron.app.userDataFolder, 'recent.json'), '["/a", 7]');
    const { surface, log } = await startedConsole({}, electron);
    expect(labels(electron)).toEqual(['None']);
    expect(log).toEqual([expect.stringContaining('recent.json is damaged')]);
    for (let index = 0; index <= RECENT_DIRECTORIES_MAX; index++) surface.noteOpened(`/${index}`);
    expect(recentItems(electron)).toHaveLength(RECENT_DIRECTORIES_MAX + 2);
  });

  test('load the page again where one was opened, and leave it where the person did not want to', async () => {
    const { electron, host, surface } = await startedConsole();
    surface.noteOpened('/data/one');
    electron.window.webContents.mainFrame.url = 'quantum-lock://console/#/approvals';
    host.opensDirectory = false;
    await press(recentItems(electron)[0]);
    expect(electron.window.webContents.mainFrame.url).toBe('quantum-lock://console/#/approvals');
    host.opensDirectory = true;
    await press(recentItems(electron)[0]);
    expect(electron.window.webContents.mainFrame.url).toBe('quantum-lock://console/');
    host.openDirectory = () => Promise.reject(new Error('it is gone'));
    await press(recentItems(electron)[0]);
    expect(electron.errorBoxes).toEqual(['/data/one cannot be opened: it is gone']);
  });
});

describe('opening at login', () => {
  const loginItem = (electron: FakeElectron): MenuItemConstructorOptions | undefined =>
    fileMenu(electron).find(({ label }) => label === 'Open at Login');

  test.each(['darwin', 'win32'] as const)('is set in the menu on %s', async (platform) => {
    const electron = new FakeElectron();
    electron.app.opensAtLogin = true;
    await startedConsole({ platform }, electron);
    const item = loginItem(electron);
    expect(item).toMatchObject({ type: 'checkbox', checked: true });
    await press(item, { checked: false });
    expect(electron.app.opensAtLogin).toBe(false);
  });

  test('is not offered where the system has no such setting, nor of a checkout', async () => {
    const linux = await startedConsole({ platform: 'linux' });
    const checkout = await startedConsole({ platform: 'darwin' }, new FakeElectron({ isPackaged: false }));
    expect([loginItem(linux.electron), loginItem(checkout.electron)]).toEqual([undefined, undefined]);
  });
});
