import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeUtf8, encodeHash, type Hash } from '../../../src/base/bytes.ts';
import { encodeCanonicalText } from '../../../src/base/canonical.ts';
import { DIRECTORY_FILES_MAX } from '../../../src/base/limits.ts';
import {
  compareFileEntries,
  comparePaths,
  encodeFileEntries,
  stateHashOf,
  validateFileEntries,
  type FileEntry,
} from '../../../src/ledger/log/file-tree.ts';

const sha = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const contentHash = (text: string): Hash => encodeHash(sha(text));
const file = (path: string, text = path): FileEntry => ({
  path,
  mode: 0o644,
  size_bytes: Buffer.byteLength(text),
  content_hash: contentHash(text),
});

/** RFC 6962 §2.1 as it is written there, on its own. */
function referenceRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha(Uint8Array.of(1), referenceRoot(leaves.slice(0, split)), referenceRoot(leaves.slice(split)));
}

const pathArbitrary = fc
  .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 })
  .map((segments) => segments.join('/').normalize('NFC'))
  // oxlint-disable-next-line no-control-regex
  .filter((path) => path.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f\\]/.test(path))
  .filter((path) => path.split('/').every((segment) => !['', '.', '..'].includes(segment)));
const entriesArbitrary = fc
  .uniqueArray(fc.tuple(pathArbitrary, fc.constantFrom(0o644, 0o755), fc.nat()), {
    minLength: 1,
    maxLength: 20,
    selector: ([path]) => path,
  })
  .filter((list) => list.every(([path]) => list.every(([other]) => !other.startsWith(`${path}/`))))
  .map((list) =>
    list.map(([path, mode, size]) => ({ path, mode, size_bytes: size, content_hash: contentHash(String(size)) })),
  );

describe('stateHashOf', () => {
  test('is the committed vector', () => {
    expect(stateHashOf([file('b.txt'), { ...file('a/run.sh'), mode: 0o755 }, file('a.txt')])).toBe(
      '0x3c751232052e8bc3bac8cb9659b009f9f85f6faec8b84d1dac5fd55ca2bf7668',
    );
  });

  test('is the RFC 6962 root over the entries sorted by UTF-8 bytes', () => {
    fc.assert(
      fc.property(entriesArbitrary, (entries) => {
        const sorted = entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
        const leaves = sorted.map((entry) => sha(Uint8Array.of(0), encodeCanonicalText(entry)));
        expect(stateHashOf(entries as FileEntry[])).toBe(encodeHash(referenceRoot(leaves)));
        expect(decodeUtf8(encodeFileEntries(sorted as FileEntry[]))).toBe(encodeCanonicalText(sorted));
      }),
    );
  });

  test('changes with every field', () => {
    const base = [file('a'), file('b')];
    const hashes = new Set(
      [
        base,
        [file('a'), { ...file('b'), path: 'c' }],
        [file('a'), { ...file('b'), mode: 0o755 } as const],
        [file('a'), { ...file('b'), size_bytes: 9 }],
        [file('a'), { ...file('b'), content_hash: contentHash('x') }],
        [file('a')],
      ].map(stateHashOf),
    );
    expect(hashes.size).toBe(6);
  });
});

describe('comparePaths', () => {
  test('agrees with the order of UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
        expect(Math.sign(comparePaths(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
      }),
      { numRuns: 2000 },
    );
    // U+FFFD is below U+1F600 in UTF-8 and above it in UTF-16.
    expect(comparePaths('\uFFFD', '😀')).toBeLessThan(0);
  });
});

describe('validateFileEntries', () => {
  test('accepts what stateHashOf sorted', () => {
    const entries = [file('a'), file('a-b'), file('b/c'), file('b/d')];
    expect(validateFileEntries(entries)).toEqual(entries);
  });

  const good = file('a');
  test.each<readonly [string, unknown, string]>([
    ['not a list', {}, 'INPUT_INVALID'],
    ['no file', [], 'INPUT_INVALID'],
    ['not an object', [null], 'INPUT_INVALID'],
    ['no path', [{ ...good, path: 1 }], 'INPUT_INVALID'],
    ['an unknown field', [{ ...good, extra: 1 }], 'INPUT_INVALID'],
    ['another mode', [{ ...good, mode: 0o600 }], 'INPUT_INVALID'],
    ['a negative size', [{ ...good, size_bytes: -1 }], 'INPUT_INVALID'],
    ['a fraction as size', [{ ...good, size_bytes: 0.5 }], 'INPUT_INVALID'],
    ['an upper-case hash', [{ ...good, content_hash: good.content_hash.toUpperCase() }], 'INPUT_INVALID'],
    ['a wrong order', [file('b'), file('a')], 'INPUT_INVALID'],
    ['a path twice', [file('a'), file('a')], 'INPUT_INVALID'],
    ['a file below a file', [file('a'), file('a-b'), file('a/b')], 'INPUT_INVALID'],
    ['an absolute path', [file('/etc/passwd')], 'DIRECTORY_OUTSIDE'],
    ['a way out', [file('a/../../b')], 'DIRECTORY_OUTSIDE'],
    ['a dot', [file('./a')], 'DIRECTORY_OUTSIDE'],
    ['an empty segment', [file('a//b')], 'DIRECTORY_OUTSIDE'],
    ['an empty path', [file('')], 'DIRECTORY_OUTSIDE'],
    ['a backslash', [file('a\\b')], 'DIRECTORY_NAME'],
    ['a control character', [file('a\nb')], 'DIRECTORY_NAME'],
    ['a C1 control character', [file('a\u0085b')], 'DIRECTORY_NAME'],
    ['a decomposed name', [file('e\u0301')], 'DIRECTORY_NAME'],
    ['a lone surrogate', [{ ...good, path: 'a\ud800' }], 'DIRECTORY_NAME'],
    ['a long path', [file('é'.repeat(513))], 'DIRECTORY_NAME'],
    ['too many files', Array.from({ length: DIRECTORY_FILES_MAX + 1 }), 'LIMIT_EXCEEDED'],
  ])('refuses %s', (_, entries, code) => {
    expect(() => validateFileEntries(entries)).toThrow(expect.objectContaining({ code }));
  });

  test('accepts a path at the limit', () => {
    expect(validateFileEntries([file('é'.repeat(512))])).toHaveLength(1);
  });
});

describe('compareFileEntries', () => {
  test('names what was added, removed, changed, and what only changed its mode', () => {
    const before = [file('a'), file('b'), file('c'), file('d')];
    const after = [file('b', 'new'), { ...file('c'), mode: 0o755 } as const, file('d'), file('e')];
    const { changes, unchanged } = compareFileEntries(before, after);
    expect(changes.map(({ path, kind }) => `${kind} ${path}`)).toEqual(['removed a', 'changed b', 'mode c', 'added e']);
    expect(unchanged).toBe(1);
  });

  test('applied to the first gives the second', () => {
    fc.assert(
      fc.property(entriesArbitrary, entriesArbitrary, (left, right) => {
        const sort = (list: readonly { path: string }[]): FileEntry[] =>
          list.toSorted((a, b) => comparePaths(a.path, b.path)) as FileEntry[];
        const before = sort(left);
        const after = sort(right);
        const { changes, unchanged } = compareFileEntries(before, after);
        const result = new Map(before.map((entry) => [entry.path, entry]));
        for (const change of changes) {
          if (change.after === null) result.delete(change.path);
          else result.set(change.path, change.after);
        }
        expect(sort([...result.values()])).toEqual(after);
        expect(unchanged + changes.filter(({ kind }) => kind !== 'added').length).toBe(before.length);
      }),
    );
  });
});
