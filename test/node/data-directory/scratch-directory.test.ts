import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, onTestFinished, test } from 'vitest';

import { checkoutRoot, projectNode } from '../../../build/checkout.mjs';
import { openScratchDirectory, type ScratchDirectory } from '../../../src/node/data-directory/scratch-directory.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

function opened(parent: string): ScratchDirectory {
  const scratch = openScratchDirectory(parent);
  onTestFinished(() => scratch.close());
  return scratch;
}

test('is this user’s alone', () => {
  const parent = temporaryDirectory();
  const { path } = opened(parent);
  expect(existsSync(path)).toBe(false);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
});

test('is gone when it is closed, once and again', () => {
  const parent = temporaryDirectory();
  const scratch = opened(parent);
  mkdirSync(scratch.path);
  writeFileSync(join(scratch.path, 'file'), 'text');
  scratch.close();
  scratch.close();
  expect(readdirSync(parent)).toEqual([]);
});

test('leaves alone those that are in use, and what is not one', () => {
  const parent = temporaryDirectory();
  const first = opened(parent);
  const elsewhere = join(temporaryDirectory(), 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, join(parent, 'quantum-lock-scratch-linked'));
  writeFileSync(join(parent, 'quantum-lock-scratch-afile0'), '');
  mkdirSync(join(parent, 'other'));
  // Called like one, and never held by anybody.
  mkdirSync(join(parent, 'quantum-lock-scratch-mydata'));
  opened(parent);
  expect(existsSync(dirname(first.path))).toBe(true);
  expect(existsSync(elsewhere)).toBe(true);
  expect(readdirSync(parent)).toEqual(
    expect.arrayContaining(['other', 'quantum-lock-scratch-afile0', 'quantum-lock-scratch-mydata']),
  );
});

test('removes what a process left that was killed', () => {
  const parent = temporaryDirectory();
  const module = pathToFileURL(join(checkoutRoot, 'src', 'node', 'data-directory', 'scratch-directory.ts')).href;
  const script = `const { openScratchDirectory } = await import(${JSON.stringify(module)});
    const { path } = openScratchDirectory(${JSON.stringify(parent)});
    (await import('node:fs')).writeFileSync(path, 'text');
    process.kill(process.pid, 'SIGKILL');`;
  const killed = spawnSync(projectNode, ['--input-type=module', '--eval', script], { cwd: checkoutRoot });
  expect(killed.signal, killed.stderr.toString()).toBe('SIGKILL');
  const left = readdirSync(parent);
  expect(left).toHaveLength(1);
  const { path } = opened(parent);
  expect(readdirSync(parent)).toEqual([path.split('/').at(-2)]);
  expect(readdirSync(parent)).not.toEqual(left);
});
