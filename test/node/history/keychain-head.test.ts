import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '../../temporary-directory.ts';

/** gnome-keyring as a desktop session has it, in a D-Bus session and a home of its own. */
const child = fileURLToPath(new URL('./keychain-head-child.ts', import.meta.url));
const SESSION = 'dbus-run-session';
const isInstalled =
  process.platform === 'linux' &&
  [SESSION, 'gnome-keyring-daemon'].every((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0);

test.skipIf(!isInstalled)('a whole older copy of a directory is told by the head in the real keychain', () => {
  const home = temporaryDirectory();
  mkdirSync(join(home, '.cache'));
  const unlock = 'echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "$1" "$2" "$3"';
  const { stdout, stderr } = spawnSync(
    SESSION,
    ['--', 'bash', '-c', unlock, 'bash', process.execPath, child, temporaryDirectory()],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        XDG_RUNTIME_DIR: home,
        XDG_DATA_HOME: join(home, 'data'),
        NODE_NO_WARNINGS: '1',
      },
      encoding: 'utf8',
      timeout: 100_000,
    },
  );
  const told = JSON.parse(stdout === '' ? JSON.stringify({ stderr }) : stdout) as Record<string, string>;
  expect(told).toMatchObject({ first: '', second: '' });
  for (const after of ['third', 'fourth'])
    expect(told[after]).toMatch(/^HISTORY_CHANGED .*ends at block 2, and the OS keychain has seen block 5/);
});
