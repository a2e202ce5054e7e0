import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { BlobReader } from '../../../src/node/blobs/blob-reader.ts';
import { checkOut, type CheckoutOptions } from '../../../src/node/blobs/checkout.ts';
import { hashDirectory } from '../../../src/node/blobs/hash-directory.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { noise, temporaryStore, writeFiles } from './blobs-fixture.ts';

/** A stored directory, and how to check it out. */
async function stored(files: Parameters<typeof writeFiles>[0]) {
  const source = writeFiles(files);
  chmodSync(join(source, Object.keys(files)[0] ?? ''), 0o755);
  const { store, directory } = temporaryStore();
  const { state_hash } = await store.storeDirectory(source);
  const reader = new BlobReader(directory);
  const data = temporaryDirectory();
  const to = (target: string, more: Partial<CheckoutOptions> = {}) =>
    checkOut({ store: reader, stateHash: state_hash, target, dataDirectory: data, replace: false, ...more });
  return { source, directory, state_hash, data, to };
}

const FILES = { 'run.sh': '#!/bin/sh\n', 'env.py': 'pass\n', 'deep/er/a.bin': noise(3_000_000, 1), empty: '' };

describe('a checkout', () => {
  test('is the directory that was registered: names, content, modes', async () => {
    const { state_hash, to } = await stored(FILES);
    const target = join(temporaryDirectory(), 'out');
    expect(await to(target)).toMatchObject({ file_count: 4, kept: null });
    expect((await hashDirectory(target)).state_hash).toBe(state_hash);
    expect(statSync(join(target, 'run.sh')).mode & 0o777).toBe(0o755);
    expect(readdirSync(join(target, '..'))).toEqual(['out']);
  });

  test('goes into an empty directory, and into no other unless it is told; that is kept', async () => {
    const { to } = await stored(FILES);
    const target = temporaryDirectory();
    await to(join(target, 'empty-one'));
    mkdirSync(join(target, 'empty'));
    await to(join(target, 'empty'));
    const filled = join(target, 'filled');
    writeFiles({ mine: 'precious' }, filled);
    await expect(to(filled)).rejects.toMatchObject({ code: 'CHECKOUT_REFUSED' });
    expect(readFileSync(join(filled, 'mine'), 'utf8')).toBe('precious');
    const { kept } = await to(filled, { replace: true });
    expect(readFileSync(join(kept ?? '', 'mine'), 'utf8')).toBe('precious');
    expect(existsSync(join(filled, 'env.py'))).toBe(true);
  });

  test('writes nothing through a link, over a file, or into the node’s own data', async () => {
    const { data, to } = await stored(FILES);
    const place = temporaryDirectory();
    const elsewhere = temporaryDirectory();
    symlinkSync(elsewhere, join(place, 'link'));
    writeFileSync(join(place, 'file'), 'x');
    for (const target of [join(place, 'link'), join(place, 'file'), join(place, 'nowhere', 'deep')])
      await expect(to(target, { replace: true })).rejects.toMatchObject({ code: 'CHECKOUT_REFUSED' });
    for (const target of [join(data, 'x'), data, join(data, '..')])
      await expect(to(target, { replace: true })).rejects.toMatchObject({
        code: expect.stringMatching(/OUTSIDE|REFUSED/) as string,
      });
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(readdirSync(place).sort()).toEqual(['file', 'link']);
  });

  test.each([1, 2_000_000, 2_999_999])('leaves nothing behind where byte %i of a pack is damaged', async (at) => {
    const { directory, to } = await stored(FILES);
    const pack = join(directory, 'packs', '000001.pack');
    const bytes = readFileSync(pack);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(pack, bytes);
    const place = temporaryDirectory();
    await expect(to(join(place, 'out'))).rejects.toMatchObject({ code: 'BLOB_CORRUPT' });
    expect(readdirSync(place)).toEqual([]);
  });

  test('of what was lost says so', async () => {
    const { directory, to } = await stored(FILES);
    rmSync(join(directory, 'packs', '000001.pack'));
    await expect(to(join(temporaryDirectory(), 'out'))).rejects.toMatchObject({ code: 'BLOB_CORRUPT' });
  });
});
