import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { QuantumLockError } from '../../../src/base/errors.ts';
import { stateHashOf } from '../../../src/ledger/log/file-tree.ts';
import { BlobReader } from '../../../src/node/blobs/blob-reader.ts';
import { BlobStore } from '../../../src/node/blobs/blob-store.ts';
import type { StoreProgress } from '../../../src/node/blobs/store-directory.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { MEBIBYTE, noise, soak, temporaryStore, writeFiles } from './blobs-fixture.ts';

const SHA256SUM = 'sha256sum';

describe('storeDirectory', () => {
  test('gives back every byte, under the hashes that sha256sum prints', async () => {
    const { store } = temporaryStore();
    const files = {
      empty: '',
      'src/main.py': 'print("hello")\n',
      'data/one-chunk.bin': noise(MEBIBYTE, 1),
      'data/more.bin': noise(3 * MEBIBYTE + 17, 2),
      'ünï/😀.txt': 'names are UTF-8',
    };
    const directory = writeFiles(files);
    chmodSync(join(directory, 'src/main.py'), 0o750);
    const stored = await store.storeDirectory(directory);
    expect(stored.entries.map(({ path }) => path)).toEqual(
      Object.keys(files).toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))),
    );
    for (const { path, mode, size_bytes, content_hash } of stored.entries) {
      const content = readFileSync(join(directory, path));
      expect(Buffer.from(await store.readFile(content_hash)).equals(content)).toBe(true);
      expect(size_bytes).toBe(content.length);
      expect(mode).toBe(path === 'src/main.py' ? 0o755 : 0o644);
      const printed = spawnSync(SHA256SUM, [join(directory, path)], { encoding: 'utf8' }).stdout;
      expect(`0x${printed.slice(0, 64)}`).toBe(content_hash);
    }
    expect(stored.state_hash).toBe(stateHashOf(stored.entries));
    expect(store.manifest(stored.state_hash)).toEqual(stored.entries);
    expect(await store.verifyAll()).toMatchObject({ findings: [] });
  });

  test('any directory comes back as it was', async () => {
    const { store } = temporaryStore({ packSizeMax: 5000 });
    const name = fc.string({ unit: fc.constantFrom(...Array.from('abcé-_. 😀')), minLength: 1, maxLength: 5 });
    const path = fc
      .array(name, { minLength: 1, maxLength: 3 })
      .map((segments) => segments.map((segment) => `${segment}!`).join('/'));
    const content = fc.uint8Array({ maxLength: 3000 });
    await fc.assert(
      fc.asyncProperty(
        fc
          .dictionary(path, content, { minKeys: 1, maxKeys: 8 })
          .filter((files) =>
            Object.keys(files).every((one) => Object.keys(files).every((other) => !other.startsWith(`${one}/`))),
          ),
        async (files) => {
          const directory = writeFiles(files);
          const { entries, state_hash } = await store.storeDirectory(directory);
          expect(entries.map((entry) => entry.path).toSorted()).toEqual(Object.keys(files).toSorted());
          for (const entry of entries) {
            const read = Buffer.from(await store.readFile(entry.content_hash));
            expect(read.equals(Buffer.from(files[entry.path] ?? []))).toBe(true);
          }
          expect(store.manifest(state_hash)).toEqual(entries);
          rmSync(directory, { recursive: true });
        },
      ),
      { numRuns: soak ? 1000 : 30 },
    );
    expect((await store.verifyAll()).findings).toEqual([]);
  });

  test('reads an unchanged directory not at all, and of a changed one only what changed', async () => {
    const { store } = temporaryStore();
    const directory = writeFiles({ 'a.bin': noise(2 * MEBIBYTE, 1), 'b.txt': 'b', 'c.txt': 'c' });
    const first = await store.storeDirectory(directory);
    expect(first.bytes_read).toBe(2 * MEBIBYTE + 2);
    const again = await store.storeDirectory(directory);
    expect(again).toMatchObject({ bytes_read: 0, state_hash: first.state_hash, entries: first.entries });
    writeFileSync(join(directory, 'b.txt'), 'another');
    rmSync(join(directory, 'c.txt'));
    const changed = await store.storeDirectory(directory);
    expect(changed.bytes_read).toBe('another'.length);
    expect(changed.entries).toHaveLength(2);
    // Back to the first content: known, and yet it is read, for its times are others.
    writeFiles({ 'b.txt': 'b', 'c.txt': 'c' }, directory);
    expect((await store.storeDirectory(directory)).state_hash).toBe(first.state_hash);
  });

  test('a change that keeps size and mtime is not missed', async () => {
    const { store } = temporaryStore();
    const directory = writeFiles({ 'a.txt': 'aaaa' });
    const path = join(directory, 'a.txt');
    const before = await store.storeDirectory(directory);
    const { atime, mtime } = statSync(path);
    writeFileSync(path, 'bbbb');
    utimesSync(path, atime, mtime);
    expect((await store.storeDirectory(directory)).state_hash).not.toBe(before.state_hash);
  });

  test('a file written in the tick of its last reading is read again', async () => {
    // Every write lands as close behind the store as this process can make it.
    const { store } = temporaryStore();
    const directory = writeFiles({ 'a.txt': '000' });
    const path = join(directory, 'a.txt');
    for (let round = 0; round < 50; round++) {
      const text = String(round).padStart(3, '0');
      writeFileSync(path, text);
      const { entries } = await store.storeDirectory(directory);
      const [entry] = entries;
      const read = entry === undefined ? '' : Buffer.from(await store.readFile(entry.content_hash)).toString();
      expect(read).toBe(text);
    }
  });

  test('keeps equal content once', async () => {
    const { store, directory: own } = temporaryStore();
    const block = noise(MEBIBYTE, 7);
    await store.storeDirectory(
      writeFiles({ a: block, b: block, c: Buffer.concat([block, block, Buffer.from('tail')]) }),
    );
    await store.storeDirectory(writeFiles({ other: block }));
    expect(statSync(join(own, 'packs', '000001.pack')).size).toBe(MEBIBYTE + 4);
  });

  test('reads large directories on threads of their own, with the same result', async () => {
    const { store } = temporaryStore();
    const files: Record<string, Uint8Array> = { 'large.bin': noise(9 * MEBIBYTE + 5, 3) };
    for (let index = 0; index < 600; index++) files[`small/${index}.bin`] = noise(20_000 + index, index);
    const directory = writeFiles(files);
    const progress: StoreProgress[] = [];
    const { entries, bytes_read, size_bytes } = await store.storeDirectory(directory, {
      onProgress: (step) => progress.push(step),
    });
    expect(bytes_read).toBe(size_bytes);
    expect(entries).toHaveLength(601);
    for (const { path, content_hash } of entries) {
      expect(Buffer.from(await store.readFile(content_hash)).equals(Buffer.from(files[path] ?? []))).toBe(true);
    }
    expect(progress.length).toBeGreaterThan(0);
    expect((await store.storeDirectory(directory)).bytes_read).toBe(0);
  });

  test('packs roll over, and each is covered', async () => {
    const { store, directory: own } = temporaryStore({ packSizeMax: 1000 });
    const files = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}`, noise(300 + index, index)]));
    await store.storeDirectory(writeFiles(files));
    await store.storeDirectory(writeFiles({ more: noise(900, 99) }));
    expect(statSync(join(own, 'packs', '000005.pack')).size).toBe(900);
    expect((await store.verifyAll()).findings).toEqual([]);
  });

  test('leaves out the fixed list, and says how many', async () => {
    const { store } = temporaryStore();
    const directory = writeFiles({
      'keep.py': '',
      '.git/config': '',
      'a/__pycache__/x.cpython.pyc': '',
      'a/module.pyc': '',
      'node_modules/b/index.js': '',
      '.DS_Store': '',
      '.gitignore': '',
    });
    const { entries, ignored_count } = await store.storeDirectory(directory);
    expect(entries.map(({ path }) => path)).toEqual(['.gitignore', 'keep.py']);
    expect(ignored_count).toBe(5);
  });

  test('is cancelled, before and during, and keeps nothing', async () => {
    const { store, directory: own } = temporaryStore();
    const files: Record<string, Uint8Array> = {};
    for (let index = 0; index < 40; index++) files[`${index}.bin`] = noise(MEBIBYTE, index);
    const directory = writeFiles(files);
    await expect(store.storeDirectory(directory, { signal: AbortSignal.abort() })).rejects.toThrow(coded('CANCELLED'));
    const controller = new AbortController();
    const cancelled = store.storeDirectory(directory, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(cancelled).rejects.toThrow(coded('CANCELLED'));
    expect(statSync(join(own, 'packs', '000001.pack')).size).toBe(0);
    expect((await store.storeDirectory(directory)).entries).toHaveLength(40);
  });

  test('requests wait for each other', async () => {
    const { store } = temporaryStore();
    const directories = [1, 2, 3].map((seed) => writeFiles({ file: noise(1000, seed) }));
    const stored = await Promise.all(directories.map((directory) => store.storeDirectory(directory)));
    expect(new Set(stored.map(({ state_hash }) => state_hash)).size).toBe(3);
  });
});

describe('BlobStore', () => {
  test('has one writer, and readers beside it', async () => {
    const { store, directory } = temporaryStore();
    const stored = await store.storeDirectory(writeFiles({ a: 'a' }));
    expect(() => new BlobStore({ directory })).toThrow(coded('DATA_DIR_LOCKED'));
    const reader = new BlobReader(directory);
    expect(reader.manifest(stored.state_hash)).toEqual(stored.entries);
    const more = await store.storeDirectory(writeFiles({ b: 'b' }));
    expect(reader.manifest(more.state_hash)).toEqual(more.entries);
    reader.close();
    await store.close();
    await store.close();
    await expect(store.storeDirectory(directory)).rejects.toThrow(coded('NODE_STOPPED'));
    await new BlobStore({ directory }).close();
  });

  test('what is not there is not there', async () => {
    const { store } = temporaryStore();
    const { entries, state_hash } = await store.storeDirectory(writeFiles({ a: 'a' }));
    const [entry] = entries;
    expect(entry === undefined ? null : store.manifest(entry.content_hash)).toBeNull();
    await expect(store.readFile(state_hash)).rejects.toThrow(coded('BLOB_MISSING'));
    expect(() => new BlobReader(temporaryDirectory())).toThrow(coded('NOT_FOUND'));
  });

  test('keeps its commits when it is opened again', async () => {
    const { store, directory } = temporaryStore();
    const source = writeFiles({ a: noise(100_000, 1) });
    const stored = await store.storeDirectory(source);
    await store.close();
    const again = temporaryStore({ directory }).store;
    expect(again.manifest(stored.state_hash)).toEqual(stored.entries);
    expect((await again.storeDirectory(source)).bytes_read).toBe(0);
  });

  test('opens its index at synchronous FULL, and refuses one of a newer version', async () => {
    const { store, directory } = temporaryStore();
    await store.close();
    const index = new Database(join(directory, 'index.db'));
    expect(index.pragma('journal_mode', { simple: true })).toBe('wal');
    index.pragma('user_version = 99');
    index.close();
    expect(() => new BlobStore({ directory })).toThrow(coded('DATA_DIR_NEWER'));
  });

  test('does not take packs whose index is gone for rubbish', async () => {
    const { store, directory } = temporaryStore();
    await store.storeDirectory(writeFiles({ a: 'a' }));
    await store.close();
    renameSync(join(directory, 'index.db'), join(directory, 'elsewhere.db'));
    expect(() => new BlobStore({ directory })).toThrow(coded('STORAGE_CORRUPT'));
    writeFileSync(join(directory, 'index.db'), 'this is not a database, but it is long enough to be looked at');
    expect(() => new BlobStore({ directory })).toThrow(coded('STORAGE_CORRUPT'));
    copyFileSync(join(directory, 'elsewhere.db'), join(directory, 'index.db'));
    await new BlobStore({ directory }).close();
  });

  test('an error is a QuantumLockError on the other side of the thread too', async () => {
    const { store } = temporaryStore();
    const error: unknown = await store.storeDirectory('/no/such/directory').catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(QuantumLockError);
    expect(error).toMatchObject({ code: 'DIRECTORY_UNREADABLE' });
  });
});
