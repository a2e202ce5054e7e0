import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Hash } from '../../../src/base/bytes.ts';
import { encodeProof, type BlockProof } from '../../../src/ledger/blocks/block-proof.ts';
import { signDigest } from '../../../src/ledger/crypto/signature.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { acceptHistory } from '../../../src/node/history/accept-history.ts';
import { folderCopy, type HeadCopy } from '../../../src/node/history/head-copies.ts';
import { headRecordPath, readHeadRecord } from '../../../src/node/history/head-record.ts';
import { checkHistory } from '../../../src/node/history/reader-check.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { loadSignatureVerifier } from '../../../src/node/signature-verifier.ts';
import { ChainReader } from '../../../src/node/storage/chain-reader.ts';
import type { StoredBlock } from '../../../src/node/storage/stored-block.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import {
  administratorSigner,
  createBytes,
  engineerSigner,
  foundTestChain,
  sealingKey,
  signForChainIn,
} from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { receiptOf } from '../storage/opened-node.ts';

const HASH = `0x${'11'.repeat(32)}` as Hash;

const signing = ({ publicKey, secret }: ReturnType<typeof engineerSigner>) => ({
  publicKey,
  sign: async (digest: Uint8Array) => signDigest(digest, secret),
});
const FAULT = { severity: 'critical', code: 'HISTORY_CHANGED' };

/** What was once a data directory: after four blocks, and after eight. */
describe('a chain that is not the one that was sealed here', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-history-'));
  const [four, eight, other] = ['four', 'eight', 'other'].map((name) => join(root, name)) as [string, string, string];
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  beforeAll(async () => {
    foundTestChain(eight, { timestamp: Date.now() - 5_000 });
    await grow(eight, 'a', 4);
    cpSync(eight, four, { recursive: true });
    await grow(eight, 'b', 4);
    foundTestChain(other);
    await grow(other, 'c', 9);
  });

  async function grow(data: string, prefix: string, blocks: number): Promise<void> {
    signForChainIn(data);
    const node = await open(data);
    for (let block = 0; block < blocks; block++) receiptOf(await node.submit(createBytes(`${prefix}-${block}`)));
    await node.close();
  }

  const open = (data: string): Promise<QuantumNode> =>
    QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });

  function copyOf(data: string): string {
    const copy = join(temporaryDirectory(), 'data');
    cpSync(data, copy, { recursive: true });
    return copy;
  }

  function put(from: string, to: string, ...names: readonly string[]): void {
    for (const name of names) {
      rmSync(join(to, name), { recursive: true, force: true });
      cpSync(join(from, name), join(to, name), { recursive: true });
    }
  }

  /** As who writes the file without the program. */
  function change(data: string, sql: string): void {
    const database = new Database(join(dataPaths(data).chain, 'chain.db'));
    database.exec(sql);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
  }

  /** A stranger with the validator's key seals another history on what there was. */
  async function rewritten(): Promise<string> {
    const data = copyOf(four);
    await grow(data, 'forged', 4);
    const result = copyOf(eight);
    put(data, result, 'chain');
    return result;
  }

  const CHANGES: Readonly<Record<string, { readonly make: () => string | Promise<string>; readonly says: RegExp }>> = {
    'an older copy': {
      make: () => {
        const data = copyOf(eight);
        put(four, data, 'chain');
        return data;
      },
      says: /ends at block 4, and head\.record has seen block 8 .*4 block\(s\) with 4 transaction\(s\) are missing/,
    },
    'an older copy, with the index of then': {
      make: () => {
        const data = copyOf(eight);
        put(four, data, 'chain', 'index.db');
        return data;
      },
      says: /4 block\(s\)/,
    },
    'another chain of the same name': {
      make: () => {
        const data = copyOf(eight);
        put(other, data, 'chain', 'index.db');
        return data;
      },
      says: /another chain than the one of this directory/,
    },
    'rewritten with the validator’s key': { make: rewritten, says: /block 8 .* the history was replaced/ },
    'longer than what was sealed here': {
      make: () => {
        const data = copyOf(four);
        put(eight, data, 'chain');
        return data;
      },
      says: /4 block\(s\) were not sealed here/,
    },
    'without a record': {
      make: () => {
        const data = copyOf(eight);
        rmSync(join(data, 'head.record'));
        return data;
      },
      says: /head\.record\) is missing/,
    },
    'with an empty record': {
      make: () => {
        const data = copyOf(eight);
        writeFileSync(join(data, 'head.record'), '');
        return data;
      },
      says: /damaged/,
    },
    'with a record that says another root': {
      make: () => {
        const data = copyOf(eight);
        const path = headRecordPath(dataPaths(data).chain);
        const record = readHeadRecord(dataPaths(data).chain);
        if (typeof record === 'string') throw new Error(record);
        writeFileSync(path, readFileSync(path, 'utf8').replaceAll(record.header.log_root, `0x${'ab'.repeat(32)}`));
        return data;
      },
      says: /damaged/,
    },
    'two of whose newest blocks lost their seal': {
      make: () => {
        const data = copyOf(eight);
        change(data, 'UPDATE blocks SET proof = NULL, final = 0 WHERE height > 6');
        return data;
      },
      says: /ends at block 6/,
    },
  };

  test.each(Object.entries(CHANGES))('is shown and not sealed on: %s', async (_, { make, says }) => {
    const data = await make();
    const record = existsSync(join(data, 'head.record')) ? readFileSync(join(data, 'head.record')) : null;
    const critical = expect.objectContaining({ ...FAULT, message: expect.stringMatching(says) as unknown }) as unknown;
    for (let start = 0; start < 2; start++) {
      const node = await open(data);
      const status = await node.status();
      expect(status.alerts).toContainEqual(critical);
      expect(status.health).toBe('failed');
      await expect(node.submit(createBytes('more'))).rejects.toMatchObject({ code: 'HISTORY_CHANGED' });
      await node.close();
    }
    const reader = await QuantumNode.open({ dataDirectory: data, key: null, now: Date.now });
    expect((await reader.status()).alerts).toContainEqual(critical);
    await reader.close();
    const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(report.ok).toBe(false);
    expect(report.findings.map(({ message }) => message).join('\n')).toMatch(says);
    // What was seen is not forgotten for it.
    expect(existsSync(join(data, 'head.record')) ? readFileSync(join(data, 'head.record')) : null).toEqual(record);
  });

  test('is told by signing.log and by other places where head.record was put back with it', async () => {
    const folder = temporaryDirectory();
    const data = copyOf(eight);
    const keep = folderCopy(folder, data);
    await keep.write({ genesis: HASH, index: 0, hash: HASH, log_size: 1, log_root: HASH });
    expect(await keep.read()).toMatchObject({ index: 0, genesis: HASH });
    put(four, data, 'chain', 'index.db', 'head.record');
    const status = async (headCopies: readonly HeadCopy[]): Promise<string> => {
      const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now, headCopies });
      const { alerts } = await node.status();
      await node.close();
      return alerts.map(({ message }) => message).join('\n');
    };
    expect(await status([])).toMatch(/ends at block 4, and signing\.log has seen block 8/);
    put(four, data, 'signing.log');
    expect(await status([keep])).toMatch(/holds another chain .*quantum-lock-head-/s);
    // A whole older copy, and nothing outside it: that cannot be told.
    expect(await status([])).not.toMatch(/missing|replaced|another/);
  });

  test('is accepted by an administrator alone, who names its newest block, and is sealed on from then', async () => {
    const data = copyOf(eight);
    put(four, data, 'chain');
    const { hash } = newest(data) as { hash: Hash };
    const by = signing(administratorSigner());
    const options = {
      dataDirectory: data,
      head: hash,
      reason: 'the disk is gone',
      by,
      copies: [],
      verifyThreads: 1,
      now: Date.now,
    };
    await expect(acceptHistory({ ...options, head: HASH })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(acceptHistory({ ...options, by: signing(engineerSigner()) })).rejects.toMatchObject({
      code: 'SIGNING_REFUSED',
    });
    const { fault, member_id, set_aside } = await acceptHistory(options);
    expect(fault).toMatch(/4 block\(s\)/);
    expect({ member_id, set_aside }).toEqual({ member_id: 'administrator', set_aside: null });
    expect(readFileSync(join(data, 'signing.log'), 'utf8')).toMatch(/"reason":"the disk is gone"/);
    await grow(data, 'again', 1);
    const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(report).toMatchObject({ findings: [], height: 5 });
  });

  test('is accepted without the rows that no sealed block accounts for, which are kept aside', async () => {
    const data = copyOf(eight);
    change(data, "UPDATE blocks SET proof = NULL, final = 0, header = replace(header, '0x', '0x0') WHERE height = 8");
    const node = await QuantumNode.open({ dataDirectory: data, key: null, now: Date.now }).catch(() => null);
    await node?.close();
    const { set_aside } = await acceptHistory({
      dataDirectory: data,
      head: (newest(data) as { hash: Hash }).hash,
      reason: 'planted',
      by: signing(administratorSigner()),
      copies: [],
      verifyThreads: 1,
      now: Date.now,
    });
    expect(existsSync(join(set_aside ?? '', 'chain.db'))).toBe(true);
    await grow(data, 'again', 1);
    const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(report.findings).toEqual([]);
  });

  test('is told from the right one, which goes on', async () => {
    for (const source of [four, eight]) {
      const data = copyOf(source);
      const before = readHeadRecord(dataPaths(data).chain);
      await grow(data, 'more', 1);
      const after = readHeadRecord(dataPaths(data).chain);
      const indexOf = (record: typeof before): number => (typeof record === 'string' ? -1 : record.header.index);
      expect(indexOf(after)).toBe(indexOf(before) + 1);
      const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
      expect(report.findings).toEqual([]);
    }
  });

  test('whose newest block lost its seal is sealed again with the same bytes, and every reader says so before', async () => {
    const data = copyOf(eight);
    const sealed = newest(data);
    change(data, 'UPDATE blocks SET proof = NULL, final = 0 WHERE height = 8');
    let time = Date.now();
    const reader = await QuantumNode.open({ dataDirectory: data, key: null, now: () => (time += 1_000) });
    const status = await reader.status();
    expect(status).toMatchObject({ height: 7, health: 'degraded' });
    expect(status.alerts).toContainEqual(expect.objectContaining({ severity: 'warning', code: 'BLOCK_UNSEALED' }));
    // Since when it is so, and not since the last look.
    const [first, second] = [status, await reader.status()].map(({ alerts }) =>
      alerts.filter(({ code }) => code === 'BLOCK_UNSEALED'),
    );
    expect(second).toEqual(first);
    await reader.close();
    const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(report).toMatchObject({ ok: true, height: 7, unsealed_block: 8 });
    const node = await open(data);
    expect((await node.status()).alerts.filter(({ code }) => code !== 'LOW_DISK')).toEqual([]);
    await node.close();
    expect(newest(data)).toEqual(sealed);
  });

  test('is whole to a reader beside whom its newest block becomes final, whatever of it was read before', async () => {
    const data = copyOf(eight);
    const { chain } = dataPaths(data);
    const { proof } = newest(data);
    change(data, 'UPDATE blocks SET proof = NULL, final = 0 WHERE height = 8');
    const writer = new Database(join(chain, 'chain.db'));
    const seal = writer.prepare('UPDATE blocks SET final = 1, proof = ? WHERE height = 8');
    const { reader, database } = ChainReader.open(chain);
    let looks = 0;
    // The check of the record's seal lies between what is read of the chain's end and the question for the block that was seen.
    const fault = checkHistory(chain, reader, (signature, digest, key) => {
      if (looks++ === 0) seal.run(encodeProof(proof as BlockProof));
      return loadSignatureVerifier().verify(signature, digest, key);
    });
    expect([fault, looks]).toEqual([null, 1]);
    expect(reader.height()).toBe(8);
    database.close();
    writer.close();
  });

  function newest(data: string): StoredBlock {
    const { reader, database } = ChainReader.open(dataPaths(data).chain);
    const block = reader.head();
    database.close();
    return block;
  }

  test.each([
    [
      'a state of its own',
      'UPDATE blocks SET header = replace(header, \'"state_root":"0x\', \'"state_root":"0x0\') WHERE height = 8',
    ],
    ['another time', 'UPDATE blocks SET timestamp = timestamp + 1 WHERE height = 8'],
    ['other ids', 'UPDATE block_ids SET entries = zeroblob(40) WHERE height = 8'],
    [
      'another transaction',
      'UPDATE transactions SET bytes = (SELECT bytes FROM transactions WHERE log_index = 7) WHERE log_index = 8',
    ],
    [
      'a changed state page',
      'UPDATE state_pages SET bytes = zeroblob(length(bytes)) WHERE id = (SELECT max(id) FROM state_pages)',
    ],
    ['a changed value', "UPDATE state_values SET key = key || 'x' WHERE id = (SELECT max(id) FROM state_values)"],
    ['a page too many', 'INSERT INTO state_pages SELECT id + 1, bytes FROM state_pages ORDER BY id DESC LIMIT 1'],
    [
      'a transaction too many',
      'INSERT INTO transactions SELECT log_index + 1, bytes FROM transactions ORDER BY log_index DESC LIMIT 1',
    ],
    ['other roots', 'UPDATE blocks SET roots = (SELECT roots FROM blocks WHERE height = 7) WHERE height = 8'],
  ])('gets no seal where the block that waits for it has %s', async (_, sql) => {
    const data = copyOf(eight);
    change(data, 'UPDATE blocks SET proof = NULL, final = 0 WHERE height = 8');
    // The record of the block before, as where a stop came between decision and record.
    const slots = readFileSync(join(data, 'head.record'), 'utf8');
    const isNewest = (slot: string): boolean => slot.includes(String.raw`\"index\":8,`);
    writeFileSync(
      join(data, 'head.record'),
      [slots.slice(0, 4096), slots.slice(4096)].map((slot) => (isNewest(slot) ? ' '.repeat(4096) : slot)).join(''),
    );
    change(data, sql);
    const outcome = await open(data).then(
      async (node) => {
        const { alerts } = await node.status();
        await node.close();
        return alerts.map(({ code }) => code).join();
      },
      (error: unknown) => String((error as { code?: unknown }).code),
    );
    expect(outcome).toMatch(/BLOCK_REFUSED|STORAGE_CORRUPT|HISTORY_CHANGED|CHAIN_INVALID/);
    const database = new Database(join(dataPaths(data).chain, 'chain.db'), { readonly: true });
    expect(database.prepare('SELECT proof FROM blocks WHERE height = 8').pluck().get()).toBeNull();
    database.close();
  });
});
