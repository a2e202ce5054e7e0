import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../../build/checkout.mjs';

const isLinux = process.platform === 'linux';

/** The step of set-up that installs system packages, on a machine that has nothing but what a test puts there. */
describe.runIf(isLinux)('installing system packages', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quantum-lock-path-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const calls = (): string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');

  const command = (name: string, script: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };

  /** apt-get that can install what the tests need, or fails at one of its commands. */
  const aptGet = (options: { readonly failAt?: string } = {}): void => {
    const place = (name: string): string =>
      `printf '#!/bin/sh\\n' > ${folder}/${name}; /bin/chmod +x ${folder}/${name}`;
    command('sudo', `[ "$1" = -n ] && shift; exec "$@"`);
    command('true', 'exit 0');
    command(
      'apt-get',
      `echo "$*" >> ${folder}/calls
      if [ "$1" = "${options.failAt ?? 'nothing'}" ]; then echo 'E: no network' >&2; exit 100; fi
      [ "$1" = install ] || exit 0
      ${['chromium', 'gnome-keyring-daemon', 'secret-tool', 'dbus-run-session'].map(place).join('\n')}`,
    );
  };

  const run = (environment: NodeJS.ProcessEnv = {}): { readonly status: number | null; readonly output: string } => {
    const script = `import { ensureSystemPackages } from ${JSON.stringify(join(checkoutRoot, 'build/setup/system-packages.mjs'))};
      console.log('outcome:', ensureSystemPackages('test', (line) => console.log(line)));`;
    const { PATH: _path, CI: _ci, ...rest } = process.env;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: { ...rest, PATH: folder, ...environment },
    });
    return { status: result.status, output: `${result.stdout}${result.stderr}` };
  };

  test('updates the lists, installs what is missing, and then has nothing to do', () => {
    aptGet();
    expect(run().output).toContain('outcome: installed chromium, gnome-keyring, libsecret-tools, dbus');
    expect(calls().map((line) => line.split(' ')[0])).toEqual(['update', 'install']);
    expect(calls()[1]).toMatch(/ chromium gnome-keyring libsecret-tools dbus$/);
    expect(run().output).toContain('outcome: up to date');
    expect(calls()).toHaveLength(2);
  });

  test('tries the install even where the lists could not be updated', () => {
    aptGet({ failAt: 'update' });
    const { output } = run();
    expect(output).toContain('apt-get update failed');
    expect(output).toContain('outcome: installed');
  });

  test('says plainly that it failed and what does not work now, and goes on', () => {
    aptGet({ failAt: 'install' });
    const { status, output } = run();
    expect(status).toBe(0);
    expect(output).toContain('apt-get install failed: E: no network');
    expect(output).toContain('chromium is missing; without it: no tests of the page in a real browser');
    expect(output).toContain('outcome: going on without');
  });

  test('is an error with CI=true', () => {
    aptGet({ failAt: 'install' });
    const { status, output } = run({ CI: 'true' });
    expect(status).not.toBe(0);
    expect(output).toContain('missing for the tests: chromium, gnome-keyring, libsecret-tools, dbus');
  });

  test('names what is missing where there is no apt-get', () => {
    const { status, output } = run();
    expect(status).toBe(0);
    expect(output).toContain('this system has no apt-get');
    expect(output).toContain('gnome-keyring is missing');
  });
});
