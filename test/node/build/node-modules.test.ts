import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../../build/checkout.mjs';

/** npm on the path, run for real on a checkout whose packages are archives beside it, as a registry has them: no network. */
describe('installing packages', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'quantum-lock-checkout-'));
    cpSync(join(checkoutRoot, 'build'), join(root, 'build'), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** A package whose scripts leave a file each, and which npm believes to be compiled. */
  const archivePackage = (name: string, extra: object = {}, files: Readonly<Record<string, string>> = {}): void => {
    const folder = join(root, 'packages', name);
    mkdirSync(folder, { recursive: true });
    const scripts = Object.fromEntries(
      ['preinstall', 'install', 'postinstall', 'prepare'].map((script) => [
        script,
        `echo ${script} >> ../../ran-${name}`,
      ]),
    );
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', scripts, ...extra }));
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    const packed = spawnSync('npm', ['pack', '--ignore-scripts', folder], {
      cwd: join(root, 'packages'),
      encoding: 'utf8',
    });
    expect(packed.status, packed.stderr).toBe(0);
  };
  const ran = (name: string): string => {
    try {
      return readFileSync(join(root, `ran-${name}`), 'utf8')
        .trim()
        .replaceAll('\n', ' ');
    } catch {
      return 'nothing';
    }
  };
  const install = (): { readonly status: number | null; readonly stderr: string } =>
    spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { ensureNodeModules } from ${JSON.stringify(join(root, 'build', 'setup', 'node-modules.mjs'))};
         ensureNodeModules(() => {});`,
      ],
      { cwd: root, encoding: 'utf8' },
    );

  test('runs the install script of node, and of nothing else', () => {
    archivePackage('node', {
      scripts: { preinstall: 'mkdir -p bin && echo > bin/node && echo preinstall >> ../../ran-node' },
    });
    archivePackage('native', {}, { 'binding.gyp': '{}' });
    for (const name of ['hostile', 'patched']) archivePackage(name);
    const dependencies = Object.fromEntries(
      ['node', 'native', 'hostile', 'patched'].map((name) => [name, `file:packages/${name}-1.0.0.tgz`]),
    );
    const scripts = { prepare: 'echo prepare >> ran-project', postinstall: 'echo postinstall >> ran-project' };
    writeFileSync(
      join(root, 'package.json'),
      JSON.stringify({ name: 'checkout', version: '1.0.0', dependencies, scripts }),
    );
    const locked = spawnSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--offline'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(locked.status, locked.stderr).toBe(0);
    // Packing runs `prepare` in npm 10, whatever it is told.
    for (const name of readdirSync(root)) if (name.startsWith('ran-')) rmSync(join(root, name));

    const { status, stderr } = install();
    expect(status, stderr).toBe(0);
    expect(ran('node')).toBe('preinstall');
    for (const name of ['native', 'hostile', 'patched', 'project']) expect(ran(name), name).toBe('nothing');
  });
});
