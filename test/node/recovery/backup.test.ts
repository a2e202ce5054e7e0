import Database from 'better-sqlite3';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { decodeSignedManifest } from '../../../src/node/recovery/backup-format.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { ChainReader } from '../../../src/node/storage/chain-reader.ts';
import type { MadeBackup } from '../../../src/node/recovery/write-backup.ts';
import {
  backUp,
  extract,
  findingsOf,
  grow,
  makeChain,
  signAsAdministrator,
  signAsStranger,
  type BackedUpChain,
} from './recovery-fixture.ts';

/** Every row of every table. */
function rowsOf(data: string): Readonly<Record<string, readonly unknown[]>> {
  const database = new Database(join(dataPaths(data).chain, 'chain.db'), { readonly: true });
  try {
    const tables = ['meta', 'blocks', 'block_ids', 'transactions', 'log_tiles', 'state_pages', 'state_values'];
    return Object.fromEntries(
      tables.map((table) => [table, database.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()]),
    );
  } finally {
    database.close();
  }
}

describe('a backup', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-backup-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let chain: BackedUpChain;
  let full: MadeBackup;

  beforeAll(async () => {
    chain = await makeChain(root);
    full = await backUp(chain.data, join(root, 'full.backup'));
  });

  test('comes out as the rows that it was made of, verifies from genesis, and holds no key', async () => {
    const into = join(root, 'out');
    const extracted = await extract([full.path], into);
    expect(rowsOf(into)).toEqual(rowsOf(chain.data));
    expect(await findingsOf(into)).toEqual([]);
    expect(extracted).toMatchObject({ hasContent: true, end: { height: 3 } });
    expect(extracted.backups).toMatchObject([
      { backup: full.backup, signer: { kind: 'validator', id: 'authority-1' } },
    ]);
    expect(existsSync(join(into, 'keys'))).toBe(false);
    expect(readdirSync(into).toSorted()).toEqual(['blobs', 'chain', 'head.record', 'node.json', 'signing.log']);
  });

  test('in increments comes out the same, each with what is new alone', async () => {
    const data = join(root, 'growing');
    const growing = { root, data };
    cpSync(chain.data, data, { recursive: true });
    const first = await backUp(data, join(root, 'growing-0.backup'));
    await grow(growing, ['fourth']);
    const second = await backUp(data, join(root, 'growing-1.backup'), { base: first.manifest });
    await grow(growing, ['fifth', 'sixth']);
    const third = await backUp(data, join(root, 'growing-2.backup'), {
      base: second.manifest,
      sign: signAsAdministrator,
    });
    const nothing = await backUp(data, join(root, 'growing-3.backup'), { base: third.manifest });
    expect(second.manifest).toMatchObject({ kind: 'incremental', base: first.backup, depth: 1 });
    expect(second.manifest.parts.filter(({ table }) => table === 'blocks')).toMatchObject([{ first: 4, last: 4 }]);
    expect(second.manifest.content).toMatchObject({ directories: 1, chunks: 3, lost: 0 });
    expect(nothing.manifest.parts).toEqual([]);

    const files = [first, second, third, nothing].map(({ path }) => path);
    const into = join(root, 'growing-out');
    const extracted = await extract(files.toReversed(), into);
    expect(rowsOf(into)).toEqual(rowsOf(data));
    expect(await findingsOf(into)).toEqual([]);
    expect(extracted.backups.map(({ signer }) => signer.id)).toEqual([
      'authority-1',
      'authority-1',
      'administrator',
      'authority-1',
    ]);
    // As far as a part of them goes, too.
    await extract(files.slice(0, 2), join(root, 'growing-part'));
    expect(await findingsOf(join(root, 'growing-part'))).toEqual([]);

    await expect(extract([files[0] ?? '', files[2] ?? ''], join(root, 'gap'))).rejects.toMatchObject({
      code: 'BACKUP_BASE_MISSING',
    });
    await expect(extract([files[1] ?? ''], join(root, 'no-base'))).rejects.toMatchObject({
      code: 'BACKUP_BASE_MISSING',
    });
  });

  test('without content holds the chain alone', async () => {
    const made = await backUp(chain.data, join(root, 'bare.backup'), { withContent: false });
    const into = join(root, 'bare');
    expect(await extract([made.path], into)).toMatchObject({ hasContent: false });
    expect(existsSync(dataPaths(into).blobs)).toBe(false);
    expect(await findingsOf(into)).toEqual([]);
    expect(made.size).toBeLessThan(full.size);
  });

  test('ends with the newest sealed block, where another is decided and not yet sealed', async () => {
    const data = join(root, 'unsealed');
    cpSync(chain.data, data, { recursive: true });
    const database = new Database(join(dataPaths(data).chain, 'chain.db'));
    database.exec('UPDATE blocks SET proof = NULL, final = 0 WHERE height = 3');
    database.close();
    const made = await backUp(data, join(root, 'unsealed.backup'));
    expect(made.manifest.to.height).toBe(2);
    const into = join(root, 'unsealed-out');
    await extract([made.path], into);
    expect(await findingsOf(into)).toEqual([]);
    const { reader, database: opened } = ChainReader.open(dataPaths(into).chain);
    expect(reader.height()).toBe(2);
    opened.close();
  });

  test('goes on only from one of this chain, whose last block the chain still has', async () => {
    const other = join(root, 'other');
    await makeChain(root, 'other');
    const short = await backUp(other, join(root, 'other.backup'));
    await expect(backUp(chain.data, join(root, 'x.backup'), { base: short.manifest })).rejects.toMatchObject({
      code: 'BACKUP_INVALID',
    });
    const beyond = { ...full.manifest, to: { ...full.manifest.to, height: 9 } };
    await expect(backUp(chain.data, join(root, 'x.backup'), { base: beyond })).rejects.toMatchObject({
      code: 'BACKUP_INVALID',
      message: expect.stringContaining('ends at block 9') as string,
    });
    expect(readdirSync(root).filter((name) => name.startsWith('x.backup'))).toEqual([]);
  });

  test('signed by a stranger is refused, and so is one over another manifest', async () => {
    const made = await backUp(chain.data, join(root, 'stranger.backup'), { sign: signAsStranger });
    await expect(extract([made.path], join(root, 'stranger'))).rejects.toMatchObject({ code: 'BACKUP_SIGNER_UNKNOWN' });
    const forged = await backUp(chain.data, join(root, 'forged.backup'), {
      sign: async (manifest) => signAsAdministrator({ ...manifest, created_at: manifest.created_at + 1 }),
    });
    await expect(extract([forged.path], join(root, 'forged'))).rejects.toMatchObject({
      code: 'BACKUP_INVALID',
      context: { place: 'manifest' },
    });
  });

  test('is never written over, and appears in its place only when it is whole', async () => {
    await expect(backUp(chain.data, full.path)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const stop = new AbortController();
    stop.abort();
    const path = join(root, 'stopped.backup');
    await expect(backUp(chain.data, path, { signal: stop.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(root).filter((name) => name.startsWith('stopped'))).toEqual([]);
  });

  test('of a chain with damaged content says how much of it was lost, and holds the rest', async () => {
    const data = join(root, 'damaged');
    cpSync(chain.data, data, { recursive: true });
    const pack = join(dataPaths(data).blobs, 'packs', '000001.pack');
    const bytes = readFileSync(pack);
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    writeFileSync(pack, bytes);
    const made = await backUp(data, join(root, 'damaged.backup'));
    expect(made.manifest.content).toMatchObject({ lost: 1 });
    await extract([made.path], join(root, 'damaged-out'));
    expect(await findingsOf(join(root, 'damaged-out'))).toEqual([
      expect.stringMatching(/^manifest 0x.*"a\.txt" is missing/),
      expect.stringContaining('is here in part'),
    ]);
  });

  test('says in its manifest what it holds, and nothing of the machine', () => {
    const bytes = readFileSync(full.path);
    const begin = full.manifest.parts.reduce((sum, { size }) => sum + size, 'quantum-lock/backup/v1\n'.length);
    const size = Number(bytes.toString('latin1', bytes.length - 17, bytes.length - 1));
    const { manifest } = decodeSignedManifest(bytes.subarray(begin, begin + size));
    expect(manifest).toEqual(full.manifest);
    expect(JSON.stringify(manifest)).not.toContain(root);
    expect(statSync(full.path).mode & 0o777).toBe(0o600);
  });

  test('of another place is the same file', async () => {
    copyFileSync(full.path, join(root, 'copy.backup'));
    rmSync(join(root, 'copied'), { recursive: true, force: true });
    expect((await extract([join(root, 'copy.backup')], join(root, 'copied'))).backups[0]?.backup).toBe(full.backup);
  });
});
