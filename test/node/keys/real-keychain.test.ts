import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import type { KeyInfo } from '../../../src/node/keys/key-store.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { allBytesBelow } from './keys-fixture.ts';

/** gnome-keyring as a desktop session has it, in a D-Bus session and a home of its own. */
const child = fileURLToPath(new URL('./real-keychain-child.ts', import.meta.url));
const SESSION = 'dbus-run-session';
const tools = [SESSION, 'gnome-keyring-daemon', 'secret-tool'];
const installed =
  process.platform === 'linux' && tools.every((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0);

function environmentOf(home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'] ?? ['/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    XDG_RUNTIME_DIR: home,
    XDG_DATA_HOME: join(home, 'data'),
    NODE_NO_WARNINGS: '1',
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('QL_MUTANT'))),
  };
}

function inSession(home: string, script: string, ...args: readonly string[]): { stdout: string; all: string } {
  mkdirSync(join(home, '.cache'), { recursive: true });
  const result = spawnSync(SESSION, ['--', 'bash', '-c', script, 'bash', ...args], {
    env: environmentOf(home),
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (result.status !== 0) throw new Error(`status ${result.status}: ${result.stdout}${result.stderr}`);
  return { stdout: result.stdout, all: result.stdout + result.stderr };
}

const UNLOCK = 'echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1';

describe.skipIf(!installed)('the real keychain', () => {
  test('has the key, and no file or output has', () => {
    const home = temporaryDirectory();
    const dataDir = temporaryDirectory();
    const script = `${UNLOCK}; "$1" "$2" "$3"; secret-tool search --all service quantum-lock 2>&1`;
    const made = inSession(home, script, process.execPath, child, dataDir);
    const [line = '', ...found] = made.stdout.split('\n');
    const key = JSON.parse(line) as KeyInfo;
    expect(found.join('\n')).toContain(`account = ${key.key_id}`);
    const secretHex = /secret = 0x([0-9a-f]{64})/.exec(found.join('\n'))?.[1] ?? '';
    expect(secretHex).toHaveLength(64);

    for (const bytes of [allBytesBelow(dataDir), Buffer.from(line), allBytesBelow(home)]) {
      expect(bytes.includes(secretHex)).toBe(false);
      expect(bytes.includes(Buffer.from(secretHex, 'hex'))).toBe(false);
    }

    // A later session of the same user.
    const used = inSession(home, `${UNLOCK}; "$1" "$2" "$3" "$4"`, process.execPath, child, dataDir, key.key_id);
    expect(JSON.parse(used.stdout)).toEqual({ public_key: key.public_key, left: `0x${'00'.repeat(32)}` });
    expect(used.all).not.toContain(secretHex);
    const gone = inSession(home, `${UNLOCK}; secret-tool search --all service quantum-lock 2>&1 || true`);
    expect(gone.stdout).not.toContain(key.key_id);
  });

  test('that is locked is said to be locked', () => {
    const home = temporaryDirectory();
    inSession(home, `${UNLOCK}; echo -n value | secret-tool store --label=any key any`);
    const script = 'gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; "$1" "$2" "$3"';
    const { stdout } = inSession(home, script, process.execPath, child, temporaryDirectory());
    expect(stdout).toContain('the keychain is locked');
  });

  test('that never answers is given up after the timeout, and the process can end', () => {
    // D-Bus starts a secret service that does nothing, and would itself wait 25 s for it.
    const home = temporaryDirectory();
    const services = join(home, 'data', 'dbus-1', 'services');
    mkdirSync(services, { recursive: true });
    const service = '[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/sh -c "exec sleep 20 >/dev/null 2>&1"\n';
    writeFileSync(join(services, 'org.freedesktop.secrets.service'), service);
    const startedAt = performance.now();
    const { stdout } = inSession(home, '"$1" "$2" "$3"', process.execPath, child, temporaryDirectory());
    expect(JSON.parse(stdout)).toEqual({ reason: 'it did not answer within 3 s' });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});

describe.skipIf(process.platform !== 'linux')('where there is no keychain, the reason is told', () => {
  function reasonWith(environment: NodeJS.ProcessEnv, ...options: readonly string[]): string {
    const result = spawnSync(process.execPath, [child, ...options, temporaryDirectory()], {
      env: { ...environmentOf(temporaryDirectory()), ...environment },
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(result.status).toBe(0);
    return (JSON.parse(result.stdout) as { reason: string }).reason;
  }

  test('no D-Bus session', () => {
    expect(reasonWith({})).toMatch(/there is no D-Bus session|libsecret/);
  });

  function withoutLibsecret(): NodeJS.ProcessEnv {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'libsecret-1.so.0'), '');
    return { LD_LIBRARY_PATH: directory };
  }

  test('no libsecret', () => {
    expect(reasonWith(withoutLibsecret())).toContain('apt install libsecret-1-0');
  });

  test('in Electron too, whose own program is no Node to start for a probe', () => {
    expect(reasonWith(withoutLibsecret(), '--electron')).toContain('apt install libsecret-1-0');
  });
});
