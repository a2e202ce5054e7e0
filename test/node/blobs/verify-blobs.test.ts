import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';

import { QuantumLockError } from '../../../src/base/errors.ts';
import { BlobReader } from '../../../src/node/blobs/blob-reader.ts';
import type { StoredDirectory } from '../../../src/node/blobs/store-directory.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { MEBIBYTE, noise, soak, temporaryStore, writeFiles } from './blobs-fixture.ts';

/** A closed store of two packs, with files of no, one and several chunks, and where it came from. */
async function storedFiles(): Promise<{ directory: string; source: string; stored: StoredDirectory }> {
  const { store, directory } = temporaryStore({ packSizeMax: 2 * MEBIBYTE });
  const source = writeFiles({
    empty: '',
    'small.txt': 'small',
    'middle.bin': noise(70_000, 1),
    'large.bin': noise(2 * MEBIBYTE + 999, 2),
    'same.txt': 'small',
  });
  const stored = await store.storeDirectory(source);
  await store.close();
  return { directory, source, stored };
}

async function findingsOf(directory: string): Promise<readonly string[]> {
  const reader = new BlobReader(directory);
  try {
    const { findings } = await reader.verifyAll();
    return findings.map(({ place, message }) => `${place}: ${message}`);
  } finally {
    reader.close();
  }
}

function flipByte(path: string, position: number, flip = 1): void {
  const bytes = readFileSync(path);
  bytes[position] = (bytes[position] ?? 0) ^ flip;
  writeFileSync(path, bytes);
}

function changeIndex(directory: string, change: (index: Database.Database) => void): void {
  const index = new Database(join(directory, 'index.db'));
  try {
    change(index);
  } finally {
    index.close();
  }
}

const PACKS = ['packs/000001.pack', 'packs/000002.pack'] as const;

describe('verification', () => {
  test('finds nothing in a whole store, and tells how far it is', async () => {
    const { directory } = await storedFiles();
    const reader = new BlobReader(directory);
    onTestFinished(() => reader.close());
    const steps: number[] = [];
    const { findings, blobs } = await reader.verifyAll({
      onProgress: (done, total) => {
        expect(total).toBe(8);
        steps.push(done);
      },
    });
    expect(findings).toEqual([]);
    expect(blobs).toBe(8);
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await expect(reader.verifyAll({ signal: AbortSignal.abort() })).rejects.toThrow(coded('CANCELLED'));
  });

  test('finds any flipped byte of any pack, and reading it is refused with its name', async () => {
    const { directory, stored } = await storedFiles();
    const sizes = PACKS.map((pack) => readFileSync(join(directory, pack)).length);
    await fc.assert(
      fc.asyncProperty(fc.nat(1), fc.nat(), fc.integer({ min: 1, max: 255 }), async (pack, place, flip) => {
        const path = join(directory, PACKS[pack] ?? PACKS[0]);
        const position = place % (sizes[pack] ?? 1);
        flipByte(path, position, flip);
        const [finding = ''] = await findingsOf(directory);
        expect(finding).toMatch(
          new RegExp(`^blob 0x[0-9a-f]{64}: pack ${pack + 1} at \\d+, \\d+ bytes: holds other bytes$`),
        );
        const chunk = finding.slice(5, 71);
        const reader = new BlobReader(directory);
        const errors = await Promise.all(
          stored.entries.map(({ content_hash }) => reader.readFile(content_hash).catch((error: unknown) => error)),
        );
        reader.close();
        const refused = errors.filter((error) => error instanceof QuantumLockError);
        expect(refused).not.toEqual([]);
        for (const error of refused) expect(error).toMatchObject({ code: 'BLOB_CORRUPT', context: { blob: chunk } });
        flipByte(path, position, flip);
      }),
      { numRuns: soak ? 1000 : 25 },
    );
    expect(await findingsOf(directory)).toEqual([]);
  });

  test.each([
    ['chunks', 'hash'],
    ['contents', 'content_hash'],
    ['contents', 'chunks'],
    ['manifests', 'state_hash'],
    ['manifests', 'entries'],
  ])('finds any flipped byte of %s.%s', async (table, column) => {
    const { directory } = await storedFiles();
    const read = (index: Database.Database): { rowKey: Buffer; value: Buffer }[] =>
      index
        .prepare<[], { rowKey: Buffer; value: Buffer }>(
          `SELECT ${KEYS[table] ?? ''} AS rowKey, ${column} AS value FROM ${table} WHERE length(${column}) > 0`,
        )
        .all();
    let rows: { rowKey: Buffer; value: Buffer }[] = [];
    changeIndex(directory, (index) => {
      rows = read(index);
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (whichRow, whichByte, flip) => {
        const row = rows[whichRow % rows.length];
        if (row === undefined) throw new Error('no rows');
        const bad = Buffer.from(row.value);
        const position = whichByte % bad.length;
        bad[position] = (bad[position] ?? 0) ^ flip;
        const set = (from: Buffer, to: Buffer): void =>
          changeIndex(directory, (index) => {
            const key = column === KEYS[table] ? from : row.rowKey;
            expect(
              index.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${KEYS[table] ?? ''} = ?`).run(to, key).changes,
            ).toBe(1);
          });
        set(row.value, bad);
        expect(await findingsOf(directory)).not.toEqual([]);
        set(bad, row.value);
      }),
      { numRuns: soak ? 500 : 10 },
    );
    expect(await findingsOf(directory)).toEqual([]);
  });

  test.each([
    ['UPDATE chunks SET offset = offset + 1 WHERE offset > 0', /pack \d: a chunk should begin at/],
    ['UPDATE chunks SET size = size - 1 WHERE size > 10', /pack \d|blob 0x/],
    ['UPDATE chunks SET pack = 9', /pack 9|blob 0x/],
    ['DELETE FROM chunks WHERE offset = 0', /pack 1: a chunk should begin at 0/],
    ['UPDATE contents SET size = size + 1', /content 0x.*chunks have/],
    ['DELETE FROM contents WHERE size = 0', /manifest 0x.*"empty" is missing/],
    ['UPDATE packs SET size = size + 1', /pack \d: its chunks end at/],
    ['DELETE FROM packs', /pack \d: its chunks end at \d+, its committed bytes at none/],
    ['INSERT INTO packs(pack, size) VALUES (7, 12)', /pack 7: 12 committed bytes belong to no chunk/],
    ["UPDATE manifests SET entries = x'5b5d'", /manifest 0x/],
  ])('finds: %s', async (change, expected) => {
    const { directory } = await storedFiles();
    changeIndex(directory, (index) => index.exec(change));
    expect((await findingsOf(directory)).join('\n')).toMatch(expected);
  });

  test('finds a pack that was cut off, or is gone', async () => {
    const { directory } = await storedFiles();
    truncateSync(join(directory, PACKS[1]), 10);
    expect((await findingsOf(directory)).join('\n')).toContain('the file is shorter');
    rmSync(join(directory, PACKS[0]));
    expect((await findingsOf(directory)).filter((finding) => finding.startsWith('blob'))).toHaveLength(5);
  });

  test('what lies behind the committed bytes belongs to nobody, and is dropped', async () => {
    const { directory, source } = await storedFiles();
    const path = join(directory, PACKS[1]);
    const size = readFileSync(path).length;
    writeFileSync(path, Buffer.concat([readFileSync(path), noise(5000, 9)]));
    writeFileSync(join(directory, 'packs/000003.pack'), noise(100, 9));
    expect(await findingsOf(directory)).toEqual([]);
    const { store } = temporaryStore({ directory });
    await store.storeDirectory(writeFiles({ new: noise(4000, 10) }));
    await store.storeDirectory(source);
    expect(readFileSync(path).length).toBe(size + 4000);
    expect((await store.verifyAll()).findings).toEqual([]);
  });

  test('a flipped byte anywhere in the index is found, or does no harm', async () => {
    const { directory, stored } = await storedFiles();
    const copy = join(temporaryDirectory(), 'blobs');
    const size = readFileSync(join(directory, 'index.db')).length;
    await fc.assert(
      fc.asyncProperty(fc.nat(size - 1), fc.integer({ min: 1, max: 255 }), async (position, flip) => {
        rmSync(copy, { recursive: true, force: true });
        cpSync(directory, copy, { recursive: true });
        flipByte(join(copy, 'index.db'), position, flip);
        let reader: BlobReader;
        try {
          reader = new BlobReader(copy);
        } catch {
          return;
        }
        try {
          const { findings } = await reader.verifyAll();
          if (findings.length > 0) return;
          expect(reader.manifest(stored.state_hash)).toEqual(stored.entries);
          for (const { content_hash, size_bytes } of stored.entries) {
            expect((await reader.readFile(content_hash)).length).toBe(size_bytes);
          }
        } finally {
          reader.close();
        }
      }),
      { numRuns: soak ? 2000 : 60 },
    );
  });
});

const KEYS: Readonly<Record<string, string>> = { chunks: 'hash', contents: 'content_hash', manifests: 'state_hash' };

describe('storing the directory again mends', () => {
  async function mend(
    damage: (directory: string) => void,
  ): Promise<{ before: readonly unknown[]; after: readonly unknown[] }> {
    const { directory, source, stored } = await storedFiles();
    damage(directory);
    const { store } = temporaryStore({ directory, packSizeMax: 2 * MEBIBYTE });
    const before = (await store.verifyAll()).findings;
    const again = await store.storeDirectory(source);
    expect(again.state_hash).toBe(stored.state_hash);
    const after = (await store.verifyAll()).findings;
    // And a later scan has forgotten the damage.
    if (after.length === 0) expect((await store.storeDirectory(source)).bytes_read).toBe(0);
    return { before, after };
  }

  test.each(PACKS)('a flipped byte in %s', async (pack) => {
    const { before, after } = await mend((directory) => flipByte(join(directory, pack), 10));
    expect(before).not.toEqual([]);
    expect(after).toEqual([]);
  });

  test.each([
    ['UPDATE contents SET chunks = zeroblob(length(chunks)) WHERE size > 5'],
    ['UPDATE contents SET size = size - 1 WHERE size > 5'],
    ["UPDATE manifests SET entries = x'5b5d'"],
  ])('%s', async (change) => {
    const { before, after } = await mend((directory) => changeIndex(directory, (index) => index.exec(change)));
    expect(before).not.toEqual([]);
    expect(after).toEqual([]);
  });

  test('but never writes over a chunk whose neighbour the index has displaced', async () => {
    const { before, after } = await mend((directory) =>
      changeIndex(directory, (index) => index.exec('UPDATE chunks SET offset = offset + 1 WHERE size = 70000')),
    );
    expect(before).not.toEqual([]);
    const blobs = (findings: readonly unknown[]): readonly unknown[] =>
      findings.filter((finding) => (finding as { place: string }).place.startsWith('blob'));
    expect(blobs(before)).not.toEqual([]);
    // It stands at another place now; what was between the two stays named.
    expect(blobs(after)).toEqual([]);
    expect(after).not.toEqual([]);
  });
});
