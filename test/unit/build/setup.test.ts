import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { contentHash } from '../../../build/setup/content-hash.mjs';
import { holdsLockedPackages } from '../../../build/setup/node-modules.mjs';

describe('the content hash of build inputs', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'quantum-lock-'));
    mkdirSync(join(root, 'src', 'deep'), { recursive: true });
    writeFileSync(join(root, 'src', 'a.ts'), 'a');
    writeFileSync(join(root, 'src', 'deep', 'b.ts'), 'b');
    writeFileSync(join(root, 'config.ts'), 'c');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const hash = (): string => contentHash(root, ['src', 'config.ts']);

  test('changes with content, names and deletions, and with nothing else', () => {
    const seen = new Set([hash()]);
    writeFileSync(join(root, 'src', 'a.ts'), 'a');
    seen.add(hash());
    expect(seen.size).toBe(1);
    writeFileSync(join(root, 'src', 'deep', 'b.ts'), 'B');
    seen.add(hash());
    writeFileSync(join(root, 'src', 'new.ts'), '');
    seen.add(hash());
    rmSync(join(root, 'src', 'a.ts'));
    seen.add(hash());
    expect(seen.size).toBe(4);
  });

  test('does not take a missing input for an empty one', () => {
    expect(() => contentHash(root, ['no-such-file'])).toThrow();
  });
});

describe('node_modules against the lockfile', () => {
  const wanted = {
    '': {},
    'node_modules/a': { integrity: 'sha512-a' },
    'node_modules/other-platform': { integrity: 'sha512-o', optional: true },
  };

  test('fits when each package is there, optional ones of other platforms excepted', () => {
    expect(holdsLockedPackages(wanted, { 'node_modules/a': { integrity: 'sha512-a' } })).toBe(true);
  });

  test('does not fit when a package is missing or another version', () => {
    expect(holdsLockedPackages(wanted, {})).toBe(false);
    expect(holdsLockedPackages(wanted, { 'node_modules/a': { integrity: 'sha512-b' } })).toBe(false);
  });
});
