import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { temporaryDirectory } from '../temporary-directory.ts';
import { FakeElectron, type FakeWindow } from './fake-electron.ts';
import { startedConsole, type StartedConsole } from './started-console.ts';

/** A folder of its own, in which this was kept. */
function keeping(text: string): string {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'window.json'), text);
  return folder;
}

const keptIn = (folder: string): unknown => JSON.parse(readFileSync(join(folder, 'window.json'), 'utf8'));

async function startedIn(userDataFolder: string, workAreas?: FakeElectron['workAreas']): Promise<StartedConsole> {
  const electron = new FakeElectron();
  if (workAreas !== undefined) electron.workAreas = workAreas;
  return startedConsole({ userDataFolder }, electron);
}

const placeOf = ({ options: { x, y, width, height } }: FakeWindow): unknown => ({ x, y, width, height });

describe('the window of the console', () => {
  test('is where it was, at the next start', async () => {
    const folder = join(temporaryDirectory(), 'electron');
    const first = await startedIn(folder);
    expect(placeOf(first.electron.window)).toEqual({ x: undefined, y: undefined, width: 1320, height: 860 });
    first.electron.window.bounds = { x: 40, y: 60, width: 900, height: 700 };
    first.electron.window.close();
    expect(keptIn(folder)).toEqual({ x: 40, y: 60, width: 900, height: 700, isMaximized: false });
    const second = await startedIn(folder);
    expect(placeOf(second.electron.window)).toEqual({ x: 40, y: 60, width: 900, height: 700 });
    second.electron.window.send('ready-to-show');
    expect(second.electron.window.calls).toEqual(['show']);
  });

  test('is maximized where it was, and has its own size below that', async () => {
    const folder = join(temporaryDirectory(), 'electron');
    const { electron } = await startedIn(folder);
    electron.window.bounds = { x: 1, y: 2, width: 900, height: 700 };
    electron.window.maximized = true;
    // The menu's Quit closes no window by itself.
    electron.app.quit();
    const { electron: next } = await startedIn(folder);
    next.window.send('ready-to-show');
    expect(next.window.calls).toEqual(['maximize', 'show']);
    expect(placeOf(next.window)).toEqual({ x: 1, y: 2, width: 900, height: 700 });
  });

  const left = { x: -1280, y: 0, width: 1280, height: 720 };
  const right = { x: 0, y: 25, width: 1440, height: 875 };
  test.each([
    [
      'on the second screen',
      { x: -1200, y: 10, width: 900, height: 700 },
      { x: -1200, y: 10, width: 900, height: 700 },
    ],
    ['partly beyond the edge', { x: 1300, y: 0, width: 900, height: 700 }, { x: 540, y: 25, width: 900, height: 700 }],
    [
      'larger than the screen',
      { x: 100, y: 100, width: 3000, height: 2000 },
      { x: 0, y: 25, width: 1440, height: 875 },
    ],
  ])('that was kept %s is whole on a screen', async (_, kept, shown) => {
    const { electron } = await startedIn(keeping(JSON.stringify({ ...kept, isMaximized: false })), [left, right]);
    expect(placeOf(electron.window)).toEqual(shown);
  });

  test.each([
    ['on a screen that is gone', JSON.stringify({ x: 5000, y: 0, width: 900, height: 700, isMaximized: true })],
    ['damaged', '{"x": 1, "y"'],
    ['of another form', '{"x": 1, "y": 1, "width": 900, "height": -7, "isMaximized": false}'],
    ['with numbers that are none', '{"x": 1e999, "y": 1, "width": 900, "height": 700, "isMaximized": false}'],
    ['empty', ''],
  ])('kept %s is not used', async (_, text) => {
    const { electron } = await startedIn(keeping(text));
    expect(placeOf(electron.window)).toEqual({ x: undefined, y: undefined, width: 1320, height: 860 });
    electron.window.send('ready-to-show');
    expect(electron.window.calls).toEqual(['show']);
  });

  test('is shown and closed though nothing can be read or kept, and the log says so', async () => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, 'window.json'));
    const { electron, log } = await startedIn(folder);
    electron.window.close();
    expect(log).toEqual([
      expect.stringContaining('window.json is not read'),
      expect.stringContaining('window.json is not kept'),
    ]);
  });
});
