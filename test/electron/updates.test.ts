import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test } from 'vitest';

import { UPDATE_SOURCE } from '../../electron/update-source.ts';
import { Updates } from '../../electron/updates.ts';
import { Feed, INSTALLER, manifestOf, noteOf, signingKey } from '../node/updates/update-feed.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { FakeElectron } from './fake-electron.ts';
import { startedConsole } from './started-console.ts';

const ours = signingKey();
const [DOWNLOAD, SHOW] = [1, 1];

interface Updating {
  readonly electron: FakeElectron;
  readonly updates: Updates;
  readonly folder: string;
  readonly log: string[];
}

function updating(feed: Feed, folder = temporaryDirectory()): Updating {
  const electron = new FakeElectron();
  const window = new electron.BrowserWindow({});
  const log: string[] = [];
  const updates = new Updates(electron, {
    source: { feed: feed.url, key: ours.verifierKey },
    folder,
    arch: 'x64',
    fileEnding: '.deb',
    currentWindow: () => window,
    onChange: () => undefined,
    log: (line) => log.push(line),
  });
  return { electron, updates, folder, log };
}

const messages = ({ messageBoxes }: FakeElectron): readonly string[] => messageBoxes.map(({ message }) => message);

describe('an update', () => {
  test('is downloaded where the person wants it, and shown: nothing installs it', async () => {
    const feed = await Feed.start();
    feed.offer(noteOf(manifestOf(), ours));
    const { electron, updates, folder } = updating(feed);
    electron.answers = [DOWNLOAD, SHOW];
    await updates.check();
    expect(messages(electron)).toEqual([
      'Version 2.0.0 can be downloaded (1 MB).',
      'Version 2.0.0 is ready: install it when you wish.',
    ]);
    const path = join(folder, 'updates', 'quantum-lock-2.0.0-linux-amd64.deb');
    expect(readFileSync(path)).toEqual(INSTALLER);
    expect(electron.shownItems).toEqual([path]);
    for (const { defaultId, cancelId } of electron.messageBoxes) expect([defaultId, cancelId]).toEqual([0, 0]);
  });

  test('is not downloaded by itself', async () => {
    const feed = await Feed.start();
    feed.offer(noteOf(manifestOf(), ours));
    const { electron, updates, folder } = updating(feed);
    await updates.check();
    expect(electron.messageBoxes).toHaveLength(1);
    expect(feed.asked).toEqual(['/channel/update.note']);
    expect(existsSync(join(folder, 'updates'))).toBe(false);
  });

  test('that is none is told where the person asked', async () => {
    const feed = await Feed.start();
    feed.offer(noteOf(manifestOf({ version: '1.2.3' }), ours));
    const { electron, updates } = updating(feed);
    await updates.check();
    expect(messages(electron)).toEqual(['This is version 1.2.3, and the feed offers nothing newer.']);
  });

  test('that is forged or swapped is refused in words', async () => {
    const feed = await Feed.start();
    feed.offer(noteOf(manifestOf(), signingKey()));
    const { electron, updates, folder } = updating(feed);
    await updates.check();
    feed.offer(noteOf(manifestOf(), ours), Buffer.alloc(INSTALLER.length));
    electron.answers = [DOWNLOAD];
    await updates.check();
    expect(electron.errorBoxes).toEqual([
      expect.stringMatching(/^There is no update: the update is not signed by the key/),
      expect.stringMatching(/^There is no update: .* is another file than its manifest says/),
    ]);
    expect(readdirSync(join(folder, 'updates'))).toEqual([]);
    expect(electron.shownItems).toEqual([]);
  });

  test('that was seen is remembered over restarts: an older answer is refused', async () => {
    const feed = await Feed.start();
    feed.offer(noteOf(manifestOf({ version: '3.0.0' }), ours));
    const first = updating(feed);
    await first.updates.check();
    feed.offer(noteOf(manifestOf({ version: '2.0.0' }), ours));
    const { electron, updates } = updating(feed, first.folder);
    await updates.check();
    expect(electron.messageBoxes).toEqual([]);
    expect(electron.errorBoxes).toEqual([expect.stringContaining('offered 3.0.0 before')]);
  });
});

describe('looking for one', () => {
  test('is not done at the start before the person switches it on, and then quietly', async () => {
    const feed = await Feed.start();
    const folder = temporaryDirectory();
    const first = updating(feed, folder);
    await first.updates.checkAtStart();
    expect(feed.asked).toEqual([]);
    const item = first.updates.menuItems().find(({ type }) => type === 'checkbox');
    if (item?.click === undefined) throw new Error('nothing to switch on');
    (item.click as (item: object) => void)({ checked: true });
    const { electron, updates, log } = updating(feed, folder);
    expect(updates.menuItems()).toContainEqual(expect.objectContaining({ checked: true }));
    // The feed is not there.
    await updates.checkAtStart();
    expect([electron.messageBoxes, electron.errorBoxes, log]).toEqual([[], [], [expect.stringContaining('404')]]);
    feed.offer(noteOf(manifestOf(), ours));
    await updates.checkAtStart();
    expect(messages(electron)).toEqual(['Version 2.0.0 can be downloaded (1 MB).']);
  });

  test('tells nobody where the window is gone meanwhile', async () => {
    const feed = await Feed.start();
    const { electron, updates } = updating(feed);
    feed.offer(noteOf(manifestOf(), ours));
    feed.answers.set('/channel/update.note', (_, response) => {
      electron.window.destroy();
      response.end(noteOf(manifestOf(), ours));
    });
    await updates.check();
    expect([electron.messageBoxes, electron.errorBoxes]).toEqual([[], []]);
  });

  test('ends with the application', async () => {
    const feed = await Feed.start();
    const { electron, updates } = updating(feed);
    feed.answers.set('/channel/update.note', () => updates.close());
    await updates.check();
    expect([electron.messageBoxes, electron.errorBoxes]).toEqual([[], []]);
  });

  test('is off in what this repository builds, and the menu says so', async () => {
    expect(UPDATE_SOURCE).toBeNull();
    const { electron } = await startedConsole();
    const help = electron.menu.find(({ role }) => role === 'help')?.submenu as MenuItemConstructorOptions[];
    expect(help).toEqual([{ label: 'Updates are off: this build names no key for them', enabled: false }]);
  });

  test('begins again where what was kept is damaged', async () => {
    const feed = await Feed.start();
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'updates.json'), '{"checksAtStart":true}');
    const { updates } = updating(feed, folder);
    await updates.checkAtStart();
    expect(feed.asked).toEqual([]);
  });
});
