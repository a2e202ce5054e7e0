import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Hash } from '../../../src/base/bytes.ts';
import { lockDataDirectory } from '../../../src/node/data-directory/data-lock.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { acceptHistory } from '../../../src/node/history/accept-history.ts';
import { openSigner } from '../../../src/node/keys/signer.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { readTarget } from '../../../src/node/recovery/restore-target.ts';
import { missingKeysOf } from '../../../src/node/recovery/restored-keys.ts';
import { ChainReader } from '../../../src/node/storage/chain-reader.ts';
import type { MadeBackup } from '../../../src/node/recovery/write-backup.ts';
import {
  administratorSigner,
  createBytes,
  foundTestChain,
  sealingKey,
  signForChainIn,
} from '../../crash/test-chain.ts';
import { backUp, commit, findingsOf, grow, makeChain, restore, type BackedUpChain } from './recovery-fixture.ts';

function headOf(data: string): { readonly height: number; readonly hash: Hash; readonly roots: readonly Hash[] } {
  const { reader, database } = ChainReader.open(dataPaths(data).chain, { pageCacheCount: 16 });
  try {
    const { header, hash } = reader.head();
    return { height: header.index, hash, roots: [header.state_root, header.log_root] };
  } finally {
    database.close();
  }
}

/** What stands beside a data directory because of a restore. */
function beside(data: string): readonly string[] {
  return readdirSync(dirname(data)).filter((name) => name !== basename(data) && name.startsWith(`${basename(data)}.`));
}

describe('a restore', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-restore-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let chain: BackedUpChain;
  let full: MadeBackup;
  let increment: MadeBackup;

  beforeAll(async () => {
    chain = await makeChain(root);
    full = await backUp(chain.data, join(root, 'full.backup'));
    await grow(chain, ['fourth']);
    increment = await backUp(chain.data, join(root, 'increment.backup'), { base: full.manifest });
  });

  test('elsewhere gives the same head and roots, and the node goes on sealing there', async () => {
    const data = join(root, 'elsewhere');
    const restored = await restore([full.path, increment.path], data);
    expect(restored).toMatchObject({ setAside: null, fault: null, notes: [] });
    expect(restored.missingKeys).toMatchObject([{ of: 'the validator authority-1' }]);
    expect(headOf(data)).toEqual(headOf(chain.data));
    expect(await findingsOf(data)).toEqual([]);
    signForChainIn(data);
    await commit(data, [createBytes('after', { chainId: 'backed-up' })]);
    expect(headOf(data).height).toBe(5);
    expect(await findingsOf(data)).toEqual([]);
    expect(beside(data)).toEqual([]);
  });

  test('of the newest that was seen goes live at once, with the old chain kept whole beside it', async () => {
    const data = join(root, 'damaged');
    cpSync(chain.data, data, { recursive: true });
    const path = join(dataPaths(data).chain, 'chain.db');
    const bytes = readFileSync(path);
    bytes.fill(0, 8192, 16_384);
    writeFileSync(path, bytes);
    writeFileSync(join(data, 'kept.txt'), 'stays');
    const { setAside, fault } = await restore([full.path, increment.path], data);
    expect(fault).toBeNull();
    expect(readFileSync(join(setAside ?? '', 'chain', 'chain.db'))).toEqual(bytes);
    expect(existsSync(join(data, 'kept.txt'))).toBe(true);
    expect(headOf(data)).toEqual(headOf(chain.data));
    expect(await findingsOf(data)).toEqual([]);
    expect(beside(data)).toEqual([basename(setAside ?? '')]);
  });

  test('behind the newest block that was seen is shown, and sealed on only once an administrator accepts it', async () => {
    const data = join(root, 'behind');
    cpSync(chain.data, data, { recursive: true });
    const { setAside, fault, extracted } = await restore([full.path], data);
    expect(fault).toMatchObject({ code: 'HISTORY_CHANGED', context: { missing_blocks: 1 } });
    expect(headOf(setAside ?? '').height).toBe(4);
    // Its content stays where it is: the directory has it still.
    expect((await findingsOf(setAside ?? '')).filter((each) => !each.startsWith('content of'))).toEqual([]);
    const reading = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
    await expect(reading.submit(createBytes('x', { chainId: 'backed-up' }))).rejects.toMatchObject({
      code: 'HISTORY_CHANGED',
    });
    await reading.close();
    const { publicKey, secret } = administratorSigner();
    const by = openSigner({ key_id: 'k', name: 'k', public_key: publicKey, store: 'file', created_at: 0 }, secret);
    await acceptHistory({
      dataDirectory: data,
      head: extracted.end.hash,
      reason: 'a drill',
      by,
      copies: [],
      verifyThreads: 1,
      now: Date.now,
    });
    await commit(data, [createBytes('after', { chainId: 'backed-up' })]);
    expect(headOf(data).height).toBe(4);
  });

  test('ahead of what is there goes live, and the content that is there stays', async () => {
    const data = join(root, 'ahead');
    await restore([full.path], data);
    const bare = await backUp(chain.data, join(root, 'bare.backup'), { withContent: false });
    const { fault, setAside } = await restore([bare.path], data);
    expect(fault).toBeNull();
    expect(headOf(data).height).toBe(4);
    expect(headOf(setAside ?? '').height).toBe(3);
    expect(await findingsOf(data)).toEqual([]);
  });

  test.each([
    ['chain.db', (data: string) => join(dataPaths(data).chain, 'chain.db')],
    ['node.json', (data: string) => dataPaths(data).config],
  ])('can be planned where %s cannot be read, and puts it right', async (name, pathIn) => {
    const data = join(root, `unreadable-${name}`);
    cpSync(chain.data, data, { recursive: true });
    writeFileSync(pathIn(data), '{');
    expect(readTarget(data)).toMatchObject({ height: name === 'chain.db' ? null : 4, seen: { height: 4 } });
    expect(await missingKeysOf(data, { list: () => Promise.resolve([]) })).toEqual([]);
    expect((await restore([full.path, increment.path], data)).fault).toBeNull();
    expect(await missingKeysOf(data, { list: () => Promise.resolve([]) })).toHaveLength(1);
    expect(headOf(data)).toEqual(headOf(chain.data));
  });

  test('mends the content that is there, and brings what is missing', async () => {
    const data = join(root, 'content');
    cpSync(chain.data, data, { recursive: true });
    const pack = join(dataPaths(data).blobs, 'packs', '000001.pack');
    const bytes = readFileSync(pack);
    bytes[100] = (bytes[100] ?? 0) ^ 0xff;
    writeFileSync(pack, bytes);
    expect(await findingsOf(data)).not.toEqual([]);
    await restore([full.path, increment.path], data);
    expect(await findingsOf(data)).toEqual([]);
  });

  test('into a directory of another chain, of other files, or of a running node is refused, and changes nothing', async () => {
    const other = join(root, 'other');
    foundTestChain(other, { chainId: 'other' });
    const before = headOf(other);
    await expect(restore([full.path], other)).rejects.toMatchObject({ code: 'DATA_DIR_OTHER_CHAIN' });
    expect(headOf(other)).toEqual(before);
    const strange = mkdtempSync(join(root, 'strange-'));
    writeFileSync(join(strange, 'thesis.tex'), 'x');
    await expect(restore([full.path], strange)).rejects.toMatchObject({ code: 'DATA_DIR_NOT_EMPTY' });
    const held = join(root, 'held');
    cpSync(chain.data, held, { recursive: true });
    const lock = lockDataDirectory(held);
    await expect(restore([full.path], held)).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
    lock.release();
    for (const directory of [other, strange, held]) expect(beside(directory)).toEqual([]);
  });

  test('that cannot be verified leaves the chain as it is, and nothing beside it', async () => {
    const data = join(root, 'untouched');
    cpSync(chain.data, data, { recursive: true });
    const bytes = readFileSync(full.path);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    const damaged = join(root, 'flipped.backup');
    writeFileSync(damaged, bytes);
    await expect(restore([damaged], data)).rejects.toMatchObject({
      code: 'BACKUP_INVALID',
      context: { place: expect.stringContaining('part 1 of') as string },
    });
    expect(headOf(data)).toEqual(headOf(chain.data));
    expect(beside(data)).toEqual([]);
  });

  test('is finished, or undone, by whoever opens the directory after it was cut short', async () => {
    const data = join(root, 'cut');
    cpSync(chain.data, data, { recursive: true });
    mkdtempSync(`${data}.restoring-`);
    const scratch = `${data}.restoring-0123456789ab`;
    cpSync(chain.data, scratch, { recursive: true });
    const journal = {
      version: 1,
      hash: full.manifest.to.hash,
      pages: 1,
      values: 1,
      scratch: basename(scratch),
      aside: null,
    };
    writeFileSync(join(data, 'restoring.json'), JSON.stringify(journal));
    await commit(data, [createBytes('goes-on', { chainId: 'backed-up' })]);
    expect(existsSync(join(data, 'restoring.json'))).toBe(false);
    expect(existsSync(scratch)).toBe(false);
    expect(headOf(data).height).toBe(5);
  });
});
