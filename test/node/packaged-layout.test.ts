import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { checkoutRoot, packageCommand, projectNode } from '../../build/checkout.mjs';
import { ensureBuilt } from '../../build/setup/built-output.mjs';
import { electronOutput } from '../../build/setup/bundles.mjs';
import { rendererOutput } from '../../build/setup/renderer.mjs';
import { runBundle, type SeenOfBundle } from '../electron/start-bundle.ts';

/** Where the packer looks for the fuses in Electron's binary: a mark, their version, their number, and one byte for each. */
const FUSE_WIRE = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 9]),
  Buffer.alloc(9, '1'),
]);

/** Packing for another system than Linux wants its tools. */
const skipReason = process.platform === 'linux' ? undefined : 'a stand-in for Electron is packed on Linux alone';

/**
 * What `npm run package` packs: by the real electron-builder with the real configuration, around a stand-in for Electron's binary. The
 * archive is unpacked outside of the checkout, so that its main process finds there what it needs, or nowhere.
 */
describe('the packaged application', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantum-lock-packaged-'));
  const application = join(folder, 'packages', `linux-${process.arch === 'arm64' ? 'arm64-' : ''}unpacked`);
  const unpacked = join(folder, 'unpacked');
  let seen: SeenOfBundle;

  beforeAll(() => {
    if (skipReason !== undefined) return;
    const say = (): void => undefined;
    ensureBuilt(rendererOutput, say);
    ensureBuilt(electronOutput, say);
    const electron = join(folder, 'electron');
    mkdirSync(electron);
    copyFileSync(projectNode, join(electron, 'electron'));
    appendFileSync(join(electron, 'electron'), FUSE_WIRE);
    chmodSync(join(electron, 'electron'), 0o755);
    const options = ['--linux', 'dir', `--${process.arch}`, '--publish', 'never'];
    const placed = [`-c.electronDist=${electron}`, `-c.directories.output=${join(folder, 'packages')}`];
    run(packageCommand('electron-builder'), ['--config', 'build/electron-builder.yml', ...options, ...placed]);
    run(packageCommand('@electron/asar', 'asar'), ['extract', join(application, 'resources', 'app.asar'), unpacked]);
    seen = runBundle(join(unpacked, 'dist', 'electron', 'main.js'), join(folder, 'data'));
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has all that its main process needs, and seals a block', (context) => {
    if (skipReason !== undefined) context.skip(skipReason);
    expect(seen.created.chain).toMatchObject({ chain_id: 'bundled' });
    expect(seen.signed.outcome.outcome).toBe('committed');
    expect(seen.exitCode).toBe(0);
  });

  test('has its page, its preloads and its icons, and no source map', (context) => {
    if (skipReason !== undefined) context.skip(skipReason);
    const { version, main } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Record<
      string,
      string
    >;
    expect(version).toBe(
      (JSON.parse(readFileSync(join(checkoutRoot, 'package.json'), 'utf8')) as { version: string }).version,
    );
    expect(main).toBe('dist/electron/main.js');
    for (const file of [
      'renderer/index.html',
      'electron/preload.cjs',
      'electron/secret-preload.cjs',
      'electron/tray.png',
      'electron/tray@2x.png',
    ])
      expect(existsSync(join(unpacked, 'dist', file)), file).toBe(true);
    for (const file of ['dist/electron/main.js.map', 'src', 'test', 'build', 'docs', 'electron/main.ts'])
      expect(existsSync(join(unpacked, file)), file).toBe(false);
  });

  test('keeps beside its archive what cannot be loaded from inside', (context) => {
    if (skipReason !== undefined) context.skip(skipReason);
    const beside = join(application, 'resources', 'app.asar.unpacked');
    expect(existsSync(join(beside, 'dist', 'electron', 'validator-worker.js'))).toBe(true);
    expect(existsSync(join(beside, 'node_modules', 'better-sqlite3'))).toBe(true);
    expect(statSync(join(application, 'quantum-lock')).mode & 0o111).not.toBe(0);
  });

  test('has the fuses set', async (context) => {
    if (skipReason !== undefined) context.skip(skipReason);
    const wire = await getCurrentFuseWire(join(application, 'quantum-lock'));
    expect(wire).toMatchObject({
      [FuseV1Options.RunAsNode]: FuseState.DISABLE,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: FuseState.DISABLE,
      [FuseV1Options.EnableNodeCliInspectArguments]: FuseState.DISABLE,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: FuseState.ENABLE,
      [FuseV1Options.OnlyLoadAppFromAsar]: FuseState.ENABLE,
    });
  });
});

function run(command: string, args: readonly string[]): void {
  execFileSync(projectNode, [command, ...args], { cwd: checkoutRoot, stdio: 'pipe', timeout: 200_000 });
}
