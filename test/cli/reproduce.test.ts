import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';

import { expect, test } from 'vitest';

import { checkoutRoot, projectNode } from '../../build/checkout.mjs';
import { differences } from '../../build/reproduce.mjs';

test('what is committed gives the same files to the byte, wherever it is built', () => {
  const { status, stdout, stderr } = spawnSync(projectNode, [join(checkoutRoot, 'build', 'reproduce.mjs')], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(
    /^\d+ files of commit [0-9a-f]{40} are the same, built twice: dist\/SHA256SUMS has their digests\.$/m,
  );
  const sums = readFileSync(join(checkoutRoot, 'dist', 'SHA256SUMS'), 'utf8')
    .trimEnd()
    .split('\n');
  for (const line of sums) expect(line).toMatch(/^[0-9a-f]{64} {2}dist\/\S+$/);
  for (const file of [
    'renderer/index.html',
    'dm/main.js',
    'dm/rows-worker.js',
    'electron/main.js',
    'electron/preload.cjs',
    'sbom.cdx.json',
  ])
    expect(sums.filter((line) => line.endsWith(`  dist/${file}`))).toHaveLength(1);
});

test('a file that is another, or in one of the builds alone, is named', () => {
  const built = new Map([
    ['a', '1'],
    ['b', '2'],
  ]);
  expect(differences(built, new Map(built))).toEqual([]);
  expect(differences(built, new Map([['a', '1']]))).toEqual(['b']);
  expect(differences(new Map([['a', '3']]), built)).toEqual(['a', 'b']);
});
