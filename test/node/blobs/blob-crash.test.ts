import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';

import { isHash, type Hash } from '../../../src/base/bytes.ts';
import { QuantumLockError } from '../../../src/base/errors.ts';
import { BlobStore } from '../../../src/node/blobs/blob-store.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { MEBIBYTE, noise, soak, temporaryStore, writeFiles } from './blobs-fixture.ts';

const child = fileURLToPath(new URL('./store-child.ts', import.meta.url));

/** Runs the child and kills it with SIGKILL as it prints its `killAt`th line. Returns what it had promised by then. */
function storeAndKill(directory: string, sources: readonly string[], killAt: number): Promise<readonly Hash[]> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, [child, directory, ...sources], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    process_.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.split('\n').length > killAt) process_.kill('SIGKILL');
    });
    process_.once('error', reject);
    process_.once('close', () => {
      const promised = Array.from(text.matchAll(/^stored (\S+)\n/gm), (match) => match[1]);
      resolve(promised.filter(isHash));
    });
  });
}

describe('a store whose process is killed', () => {
  test('keeps every promise, and holds nothing half', async () => {
    const sources = Array.from({ length: 6 }, (_, index) => {
      const files: Record<string, Uint8Array> = { 'large.bin': noise(2 * MEBIBYTE + index, index + 1) };
      for (let file = 0; file < 40; file++) files[`small/${file}`] = noise(500 + file, 100 * index + file);
      return writeFiles(files);
    });
    const directory = join(temporaryDirectory(), 'blobs');
    // One directory is two or three lines: the kills fall into every part of a registration.
    for (const killAt of soak ? Array.from({ length: 60 }, (_, index) => 1 + (index % 14)) : [1, 2, 3, 5, 8]) {
      const promised = await storeAndKill(directory, sources, killAt);
      const { store } = temporaryStore({ directory });
      expect((await store.verifyAll()).findings).toEqual([]);
      for (const stateHash of promised) {
        const entries = store.manifest(stateHash);
        expect(entries).toHaveLength(41);
        for (const { content_hash, size_bytes } of entries ?? []) {
          expect((await store.readFile(content_hash)).length).toBe(size_bytes);
        }
      }
      await store.close();
      rmSync(join(directory, 'packs'), { recursive: true });
      for (const name of readdirSync(directory)) rmSync(join(directory, name));
    }
  });

  test('goes on where it was, over and over on one store', async () => {
    const sources = Array.from({ length: 12 }, (_, index) =>
      writeFiles({ a: noise(300_000 + index, index), b: noise(5_000, index) }),
    );
    const directory = join(temporaryDirectory(), 'blobs');
    const promised = new Set<Hash>();
    for (let round = 0; round < (soak ? 12 : 4); round++) {
      for (const stateHash of await storeAndKill(directory, sources.slice(round), 2 + round)) promised.add(stateHash);
    }
    const { store } = temporaryStore({ directory });
    for (const source of sources) promised.add((await store.storeDirectory(source)).state_hash);
    expect(promised.size).toBe(sources.length);
    for (const stateHash of promised) expect(store.manifest(stateHash)).toHaveLength(2);
    expect((await store.verifyAll()).findings).toEqual([]);
  });
});

/** A file system of its own, so small that it is soon full. */
function mountSmall(sizeBytes: number): string | null {
  const directory = temporaryDirectory();
  const mountPoint = join(directory, 'small');
  mkdirSync(mountPoint);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', mountPoint], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', mountPoint]);
  });
  return mountPoint;
}

describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)('on a disk that is full', () => {
  test('a registration is refused whole, whatever it lacked room for, and succeeds when there is room', async () => {
    const mountPoint = mountSmall(6 * MEBIBYTE);
    if (mountPoint === null) return;
    const directory = join(mountPoint, 'blobs');
    const filler = join(mountPoint, 'filler');
    const kept: Hash[] = [];
    let full = 0;
    // Less and less is left: at first for all but the last row, at last not for the first chunk.
    for (const left of [600, 400, 300, 250, 200, 150, 100, 60, 30, 8, 0]) {
      const store = new BlobStore({ directory });
      const source = writeFiles({ big: noise(150 * 1024, left), small: noise(100, left), ...manyNames(left) });
      fillUpTo(filler, mountPoint, left * 1024);
      const result: unknown = await store.storeDirectory(source).catch((error: unknown) => error);
      if (result instanceof QuantumLockError) {
        expect(result.code).toBe('STORAGE_FULL');
        full += 1;
      }
      rmSync(filler);
      expect(packedBytes(directory)).toBe(committedBytes(directory));
      const { state_hash } = await store.storeDirectory(source);
      kept.push(state_hash);
      for (const stateHash of kept) expect(store.manifest(stateHash)).not.toBeNull();
      expect((await store.verifyAll()).findings).toEqual([]);
      await store.close();
    }
    expect(full).toBeGreaterThan(5);
  });

  test('a store that cannot even be made says so', () => {
    const mountPoint = mountSmall(64 * 1024);
    if (mountPoint === null) return;
    fillUpTo(join(mountPoint, 'filler'), mountPoint, 0);
    expect(() => new BlobStore({ directory: join(mountPoint, 'blobs') })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^STORAGE_(FULL|FAILED)$/) as unknown }),
    );
  });
});

/** Many rows, so that the index needs room too. */
function manyNames(seed: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`many/${index}-${'n'.repeat(100)}`, `${seed} ${index}`]),
  );
}

function fillUpTo(filler: string, mountPoint: string, leftBytes: number): void {
  const { bavail, bsize } = statfsSync(mountPoint);
  writeFileSync(filler, new Uint8Array(Math.max(0, bavail * bsize - leftBytes)));
}

function packedBytes(directory: string): number {
  const packs = join(directory, 'packs');
  return readdirSync(packs).reduce((sum, name) => sum + statSync(join(packs, name)).size, 0);
}

function committedBytes(directory: string): number {
  const index = new Database(join(directory, 'index.db'), { readonly: true });
  try {
    return Number(index.prepare('SELECT coalesce(sum(size), 0) FROM packs').pluck().get());
  } finally {
    index.close();
  }
}
