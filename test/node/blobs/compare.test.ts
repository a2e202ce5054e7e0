import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { difference, fileDifference, fileView } from '../../../src/api/chain/content.ts';
import { encodeHash, type Hash } from '../../../src/base/bytes.ts';
import type { JsonObject } from '../../../src/base/canonical.ts';
import { DIFFERENCE_COUNTED_FILES_MAX, FILE_VIEW_SIZE_BYTES_MAX } from '../../../src/base/limits.ts';
import { comparePaths, stateHashOf, type FileEntry } from '../../../src/ledger/log/file-tree.ts';
import { compareEnvironments, compareFile, viewFile, type ContentSource } from '../../../src/node/blobs/compare.ts';
import { metadataChanges } from '../../../src/node/blobs/metadata-changes.ts';
import { coded } from '../../coded.ts';
import { noise } from './blobs-fixture.ts';

class MemorySource implements ContentSource {
  readonly #contents = new Map<Hash, Uint8Array>();
  readonly #manifests = new Map<Hash, readonly FileEntry[]>();

  add(files: Readonly<Record<string, string | Uint8Array>>): Hash {
    const entries = Object.entries(files).map(([path, content]): FileEntry => {
      const bytes = Buffer.from(content);
      const content_hash = encodeHash(createHash('sha256').update(bytes).digest());
      this.#contents.set(content_hash, bytes);
      return {
        path: path.replace(/\*$/, ''),
        mode: path.endsWith('*') ? 0o755 : 0o644,
        size_bytes: bytes.length,
        content_hash,
      };
    });
    const sorted = entries.toSorted((left, right) => comparePaths(left.path, right.path));
    const stateHash = stateHashOf(sorted);
    this.#manifests.set(stateHash, sorted);
    return stateHash;
  }

  manifest(stateHash: Hash): readonly FileEntry[] | null {
    return this.#manifests.get(stateHash) ?? null;
  }

  async readFile(contentHash: Hash): Promise<Uint8Array> {
    return this.#contents.get(contentHash) ?? Uint8Array.of();
  }
}

const UNKNOWN = encodeHash(new Uint8Array(32));

describe('compareEnvironments', () => {
  test('names every change, and counts its lines', async () => {
    const source = new MemorySource();
    const before = source.add({
      same: 'x',
      'run.sh': '#!',
      gone: '1\n2\n',
      edited: 'a\nb\nc\n',
      image: Buffer.of(0, 1),
    });
    const after = source.add({
      same: 'x',
      'run.sh*': '#!',
      new: '1\n',
      edited: 'a\nB\nc\nd\n',
      image: Buffer.of(0, 2),
    });
    const result = await compareEnvironments(source, {
      before: { state_hash: before, metadata: { reward: { goal: 1, step: 0 }, name: 'x' } },
      after: { state_hash: after, metadata: { reward: { goal: 2, step: 0 }, tags: [] } },
    });
    expect(difference.parse(result)).toEqual(result);
    expect(
      result.files.map(({ path, kind, lines_added, lines_removed }) => [kind, path, lines_added, lines_removed]),
    ).toEqual([
      ['changed', 'edited', 2, 1],
      ['removed', 'gone', 0, 2],
      ['changed', 'image', null, null],
      ['added', 'new', 1, 0],
      ['mode', 'run.sh', 0, 0],
    ]);
    expect(result).toMatchObject({ files_unchanged: 1, files_known: true });
    expect(result.metadata).toEqual([
      { path: 'name', before: 'x' },
      { path: 'reward.goal', before: 1, after: 2 },
      { path: 'tags', after: [] },
    ]);
  });

  test('against nothing, all is added; against what is not here, only the metadata is known', async () => {
    const source = new MemorySource();
    const after = { state_hash: source.add({ a: '1\n' }), metadata: { a: 1 } };
    const added = await compareEnvironments(source, { before: { nothing: true }, after });
    expect(added.files).toMatchObject([{ kind: 'added', before: null, lines_added: 1, lines_removed: 0 }]);
    const unknown = await compareEnvironments(source, { before: { state_hash: UNKNOWN, metadata: {} }, after });
    expect(unknown).toEqual({ metadata: [{ path: 'a', after: 1 }], files: [], files_unchanged: 0, files_known: false });
  });

  test('stops counting lines at its limits', async () => {
    const source = new MemorySource();
    const many = Object.fromEntries(
      Array.from({ length: DIFFERENCE_COUNTED_FILES_MAX + 5 }, (_, index) => [`${1000 + index}`, '1\n']),
    );
    const after = source.add({ ...many, 'a-large': 'x'.repeat(FILE_VIEW_SIZE_BYTES_MAX + 1) });
    const { files } = await compareEnvironments(source, {
      before: { nothing: true },
      after: { state_hash: after, metadata: {} },
    });
    expect(files.filter(({ lines_added }) => lines_added === 1)).toHaveLength(DIFFERENCE_COUNTED_FILES_MAX);
    expect(files.filter(({ lines_added }) => lines_added === null)).toHaveLength(6);
  });
});

describe('compareFile', () => {
  test('gives hunks with their context', async () => {
    const source = new MemorySource();
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const before_state_hash = source.add({ a: `${lines.join('\n')}\n` });
    const after_state_hash = source.add({ a: `${lines.with(2, 'two').with(25, 'twenty-five').join('\n')}\n` });
    const result = await compareFile(source, { before_state_hash, after_state_hash, path: 'a' });
    expect(fileDifference.parse(result)).toEqual(result);
    expect(result.hunks).toHaveLength(2);
    expect(result.hunks[1]).toMatchObject({ before_start: 23, after_start: 23 });
    expect(result.hunks[0]?.lines.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'same line 0',
      'same line 1',
      'removed line 2',
      'added two',
      'same line 3',
      'same line 4',
      'same line 5',
    ]);
  });

  test('applied to the first, they give the second', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''));
    await fc.assert(
      fc.asyncProperty(text, text, async (before, after) => {
        const source = new MemorySource();
        const { hunks } = await compareFile(source, {
          before_state_hash: source.add({ f: before }),
          after_state_hash: source.add({ f: after }),
          path: 'f',
        });
        const left = before.split('\n').slice(0, -1);
        const result: string[] = [];
        let position = 0;
        for (const { before_start, lines } of hunks) {
          while (position < before_start - 1) result.push(left[position++] ?? '');
          for (const line of lines) {
            if (line.kind !== 'added') expect(left[position++]).toBe(line.text);
            if (line.kind !== 'removed') result.push(line.text);
          }
        }
        result.push(...left.slice(position));
        expect(result.map((line) => `${line}\n`).join('')).toBe(after);
      }),
      { numRuns: 300 },
    );
  });

  test('shows that the last line lost its end', async () => {
    const source = new MemorySource();
    const result = await compareFile(source, {
      before_state_hash: source.add({ f: 'a\n' }),
      after_state_hash: source.add({ f: 'a' }),
      path: 'f',
    });
    expect(result.hunks[0]?.lines.map(({ text }) => text)).toEqual(['a', 'a ⟨no newline at the end⟩']);
  });

  test('says binary and too large, and takes a missing side for empty', async () => {
    const source = new MemorySource();
    const state = source.add({
      nul: Buffer.of(65, 0),
      latin1: Buffer.of(0xe9),
      large: 'x'.repeat(FILE_VIEW_SIZE_BYTES_MAX + 1),
      text: 'a\n',
    });
    const against = (path: string): Promise<unknown> =>
      compareFile(source, { before_state_hash: null, after_state_hash: state, path });
    expect(await against('nul')).toEqual({ kind: 'binary', hunks: [] });
    expect(await against('latin1')).toEqual({ kind: 'binary', hunks: [] });
    expect(await against('large')).toEqual({ kind: 'too_large', hunks: [] });
    expect(await against('text')).toEqual({
      kind: 'text',
      hunks: [{ before_start: 1, after_start: 1, lines: [{ kind: 'added', text: 'a' }] }],
    });
    await expect(against('none')).rejects.toThrow(coded('NOT_FOUND'));
    await expect(
      compareFile(source, { before_state_hash: UNKNOWN, after_state_hash: state, path: 'text' }),
    ).rejects.toThrow(coded('BLOB_MISSING'));
  });

  test('two long files that have nothing in common are given up at the limit, and shown whole', async () => {
    const source = new MemorySource();
    const text = (seed: number): string => Buffer.from(noise(250_000, seed)).toString('hex').replace(/.{8}/g, '$&\n');
    const result = await compareFile(source, {
      before_state_hash: source.add({ f: text(1) }),
      after_state_hash: source.add({ f: text(2) }),
      path: 'f',
    });
    expect(result.hunks[0]?.lines).toHaveLength(125_000);
  });
});

describe('viewFile', () => {
  test('shows text, and only says so of the rest', async () => {
    const source = new MemorySource();
    const state = source.add({ a: 'text', b: Buffer.of(0) });
    const shown = await viewFile(source, state, 'a');
    expect(fileView.parse(shown)).toMatchObject({ kind: 'text', text: 'text', size_bytes: 4 });
    expect(await viewFile(source, state, 'b')).toMatchObject({ kind: 'binary', text: null });
    await expect(viewFile(source, state, 'c')).rejects.toThrow(coded('NOT_FOUND'));
    await expect(viewFile(source, UNKNOWN, 'a')).rejects.toThrow(coded('BLOB_MISSING'));
  });
});

describe('metadataChanges', () => {
  test('no two leaves have the same path', () => {
    const changes = metadataChanges({}, { 'a.b': 1, a: { b: 2 }, '': 3, list: [{ x: 1 }, []], __proto__x: null });
    expect(changes.map(({ path }) => path)).toEqual(['""', '"a.b"', '__proto__x', 'a.b', 'list.0.x', 'list.1']);
  });

  test('is empty for equal objects, whatever the order of keys, and turns round', () => {
    const object = fc.dictionary(
      fc.string(),
      fc.oneof(fc.integer(), fc.string({ unit: 'grapheme' }), fc.array(fc.boolean())),
    );
    fc.assert(
      fc.property(object, object, (left: JsonObject, right: JsonObject) => {
        expect(metadataChanges(left, Object.fromEntries(Object.entries(left).toReversed()))).toEqual([]);
        const there = metadataChanges(left, right);
        const back = metadataChanges(right, left);
        expect(back.map(({ path, before, after }) => ({ path, before: after, after: before }))).toEqual(
          there.map(({ path, before, after }) => ({ path, before, after })),
        );
      }),
    );
  });
});
