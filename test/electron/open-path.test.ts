import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { DROPPED_CHANNEL } from '../../electron/dropped-files.ts';
import { OPENED_FILE_SIZE_BYTES_MAX } from '../../src/base/limits.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { FakeFrame } from './fake-electron.ts';
import { FakeHost, startedConsole, type StartedConsole } from './started-console.ts';

interface Opening extends StartedConsole {
  readonly inspected: string[];
  /** As the system hands it over. */
  readonly open: (path: string) => Promise<void>;
}

async function opening(options: Parameters<typeof startedConsole>[0] = {}): Promise<Opening> {
  const inspected: string[] = [];
  const started = await startedConsole({
    openFile: (path) => {
      inspected.push(path);
      return Promise.resolve(new FakeHost());
    },
    ...options,
  });
  const open = async (path: string): Promise<void> => {
    started.electron.app.send('open-file', {}, path);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { ...started, inspected, open };
}

function written(name: string, content: string | Uint8Array): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, content);
  return path;
}

function dataDirectory(): string {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'chain'));
  writeFileSync(join(directory, 'chain', 'chain.db'), '');
  return directory;
}

describe('what is opened with the application goes where it belongs', () => {
  test.each([
    ['a backup', 'monday.backup', 'quantum-lock/backup/v1\n'],
    ['an encrypted backup', 'monday.age', 'age-encryption.org/v1\n-> X25519'],
    ['an exported chain', 'chain.jsonl', '{"header":{"chain_id":"x"}}'],
    ['a backup with another name', 'notes.txt', 'quantum-lock/backup/v1\n'],
  ])('%s has a window of its own', async (_, name, content) => {
    const { host, inspected, open } = await opening();
    const path = written(name, content);
    await open(path);
    expect(inspected).toEqual([path]);
    expect(host.shown).toEqual([]);
  });

  test('a data directory has one too', async () => {
    const { inspected, open } = await opening();
    const path = dataDirectory();
    await open(path);
    expect(inspected).toEqual([path]);
  });

  test.each([
    ['a proposal', 'proposal.json', Buffer.from('{"format":"quantum-lock/proposal/v2"}')],
    ['a receipt', 'receipt.cose', Buffer.from([0xd2, 0x84, 0x00, 0xff])],
    ['an empty file', 'empty', Buffer.alloc(0)],
  ])('%s goes to the page, as it is', async (_, name, content) => {
    const { electron, host, inspected, open } = await opening();
    await open(written(name, content));
    expect(inspected).toEqual([]);
    expect(host.shown).toEqual([{ kind: 'file', name, content: content.toString('base64') }]);
    expect(electron.window.calls).toContain('focus');
  });

  test('what is not there, has no chain or is too large is told with what to do', async () => {
    const { electron, host, open } = await opening();
    await open('/no/such/file.backup');
    await open(temporaryDirectory());
    const large = written('large.jsonl', 'x');
    truncateSync(large, OPENED_FILE_SIZE_BYTES_MAX + 1);
    await open(large);
    expect(electron.errorBoxes).toEqual([
      expect.stringMatching(/^file\.backup cannot be opened: there is no file or directory/),
      expect.stringMatching(/cannot be opened: .* holds no chain/),
      expect.stringMatching(/^large\.jsonl cannot be opened: .*\n\nDrop it on the window/),
    ]);
    expect(host.shown).toEqual([]);
  });

  test('and the system’s list of recent files has what was shown, where there is such a list', async () => {
    const path = written('monday.backup', 'quantum-lock/backup/v1\n');
    const mac = await opening({ platform: 'darwin' });
    await mac.open(path);
    expect(mac.electron.app.recentDocuments).toEqual([path]);
    const linux = await opening({ platform: 'linux' });
    await linux.open(path);
    expect(linux.electron.app.recentDocuments).toEqual([]);
  });
});

describe('a file that is dropped on the page', () => {
  const drop = async ({ electron }: StartedConsole, ...args: unknown[]): Promise<void> => {
    electron.sendFromPage(DROPPED_CHANNEL, {}, ...args);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };

  test('has a window of its own where it is a chain; anything else the page has itself', async () => {
    const started = await opening();
    const backup = written('monday.backup', 'quantum-lock/backup/v1\n');
    await drop(started, written('proof.json', '{}'));
    await drop(started, '/no/such/file');
    await drop(started, temporaryDirectory());
    expect([started.inspected, started.host.shown, started.electron.errorBoxes]).toEqual([[], [], []]);
    await drop(started, backup);
    expect(started.inspected).toEqual([backup]);
  });

  test('is refused from anywhere but the console’s own page, and as anything but a path of this machine', async () => {
    const started = await opening();
    const { electron, inspected, log } = started;
    const backup = written('monday.backup', 'quantum-lock/backup/v1\n');
    const file = new electron.BrowserWindow({});
    electron.sendFromPage(DROPPED_CHANNEL, { sender: file.webContents }, backup);
    const [consoleWindow] = electron.windows;
    if (consoleWindow === undefined) throw new Error('no window');
    const sender = consoleWindow.webContents;
    electron.sendFromPage(DROPPED_CHANNEL, { sender, senderFrame: new FakeFrame('quantum-lock://console/') }, backup);
    electron.sendFromPage(DROPPED_CHANNEL, { sender, senderFrame: null }, backup);
    for (const args of [
      [],
      [backup, backup],
      [7],
      ['monday.backup'],
      ['//server/share/x'],
      ['\\\\server\\share\\x'],
      [`${backup}\0`],
      [`/${'a'.repeat(5000)}`],
    ])
      electron.sendFromPage(DROPPED_CHANNEL, { sender }, ...args);
    expect(inspected).toEqual([]);
    expect(log).toHaveLength(11);
    for (const line of log) expect(line).toMatch(/^refused a dropped file/);
  });
});
