import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { lockfileProblems, type LockedPackage } from './lockfile.ts';
import { checkoutRoot } from './source-files.ts';

describe('the lockfile', () => {
  test('installs the same bytes on every machine and every platform', () => {
    const text = readFileSync(join(checkoutRoot, 'package-lock.json'), 'utf8');
    const { packages } = JSON.parse(text) as { packages: Record<string, LockedPackage> };
    expect(lockfileProblems(packages)).toEqual([]);
  });

  const whole = { version: '1.0.0', integrity: 'sha512-a' };

  test('may list a platform package beside its parent or above it', () => {
    const wanting = { ...whole, optionalDependencies: { c: '1.0.0' } };
    expect(lockfileProblems({ 'node_modules/a': wanting, 'node_modules/c': whole })).toEqual([]);
    expect(lockfileProblems({ 'node_modules/a/node_modules/b': wanting, 'node_modules/c': whole })).toEqual([]);
    expect(lockfileProblems({ 'node_modules/a': wanting, 'node_modules/a/node_modules/c': whole })).toEqual([]);
  });

  test.each<[string, Record<string, LockedPackage>]>([
    ['a missing hash', { 'node_modules/a': { version: '1.0.0' } }],
    ['a missing version', { 'node_modules/a': { integrity: 'sha512-a' } }],
    ['a download address', { 'node_modules/a': { ...whole, resolved: 'https://example.org/a.tgz' } }],
    ['a missing platform', { 'node_modules/a': { ...whole, optionalDependencies: { 'a-darwin': '1.0.0' } } }],
  ])('is refused for %s', (_name, packages) => {
    expect(lockfileProblems(packages)).toHaveLength(1);
  });

  test('is refused when it lists nothing', () => {
    expect(() => lockfileProblems({ '': {} })).toThrow('nothing was checked');
  });
});
