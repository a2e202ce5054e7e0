import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { projectNode } from '../../../build/checkout.mjs';
import type { Hash } from '../../../src/base/bytes.ts';
import { appendToSigningLog } from '../../../src/node/data-directory/signing-log.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const DIGEST = `0x${'ab'.repeat(32)}` as Hash;
const MODULE = new URL('../../../src/node/data-directory/signing-log.ts', import.meta.url).href;

const record = (id: string) => ({ time: 1, review_id: id, digest: DIGEST, key_id: 'key', action: 'freeze' });

const lines = (path: string): string[] => readFileSync(path, 'utf8').split('\n');

test('a record is a line of its own, also behind one that was cut short', () => {
  const data = temporaryDirectory();
  const path = join(data, 'signing.log');
  appendToSigningLog(data, record('one'));
  appendFileSync(path, '{"time":2,"review_id":"cut sh');
  appendToSigningLog(data, record('two'));
  appendToSigningLog(data, record('three'));
  const [first = '', cut, second = '', third = '', end] = lines(path);
  expect([first, second, third].map((line) => (JSON.parse(line) as { review_id: string }).review_id)).toEqual([
    'one',
    'two',
    'three',
  ]);
  expect([cut, end]).toEqual(['{"time":2,"review_id":"cut sh', '']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.skipIf(process.platform === 'win32')('goes nowhere else: not through a link, not into what is no file', () => {
  const linked = temporaryDirectory();
  const elsewhere = join(linked, 'elsewhere');
  writeFileSync(elsewhere, '');
  symlinkSync(elsewhere, join(linked, 'signing.log'));
  expect(() => appendToSigningLog(linked, record('one'))).toThrow(coded('STORAGE_FAILED'));
  expect(readFileSync(elsewhere, 'utf8')).toBe('');
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'signing.log'));
  expect(() => appendToSigningLog(folder, record('one'))).toThrow(coded('STORAGE_FAILED'));
});

test('processes that record at once lose and mix nothing', async () => {
  const data = temporaryDirectory();
  const script = `const { appendToSigningLog } = await import(${JSON.stringify(MODULE)});
    for (let n = 0; n < 40; n++) appendToSigningLog(process.argv[1], { time: n, review_id: process.argv[2] + n, digest: '${DIGEST}', key_id: 'k'.repeat(100), action: 'freeze' });`;
  const children = ['a', 'b', 'c'].map((name) =>
    spawn(projectNode, ['--input-type=module', '-e', script, data, name], { stdio: 'inherit' }),
  );
  const ends = await Promise.all(children.map((child) => once(child, 'close')));
  expect(ends.map(([code]) => code as unknown)).toEqual([0, 0, 0]);
  const ids = lines(join(data, 'signing.log'))
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { review_id: string }).review_id);
  expect(ids.toSorted()).toEqual(
    ['a', 'b', 'c'].flatMap((name) => Array.from({ length: 40 }, (_, n) => `${name}${n}`)).toSorted(),
  );
});
