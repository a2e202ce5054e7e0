import { join } from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { ChainReader } from '../../../src/node/storage/chain-reader.ts';
import { ChainScrub } from '../../../src/node/storage/chain-scrub.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { createBytes } from '../../crash/test-chain.ts';
import { coded } from '../../coded.ts';
import { LateOrderer } from '../chain/late-orderer.ts';
import { foundedDirectory, openedNode, receiptOf } from './opened-node.ts';

function change(data: string, sql: string): void {
  const database = new Database(join(dataPaths(data).chain, 'chain.db'));
  database.exec(sql);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

async function findingsIn(data: string): Promise<readonly { readonly place: string; readonly message: string }[]> {
  return (await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined })).findings;
}

async function threeBlocks(): Promise<string> {
  const data = foundedDirectory();
  const node = await openedNode(data);
  for (const name of ['a', 'b', 'c']) receiptOf(await node.submit(createBytes(name)));
  await node.close();
  return data;
}

describe('the end of a chain', () => {
  test.each([
    ['a final block has no proof, where none may wait', 'UPDATE blocks SET proof = NULL WHERE height = 3', 'block 3'],
    ['a block has its proof and is not final', 'UPDATE blocks SET final = 0 WHERE height = 3', 'block 3'],
    ['a block is something between', 'UPDATE blocks SET final = 2 WHERE height = 3', 'block 3'],
    ['a block behind the end is not final', 'UPDATE blocks SET final = 0 WHERE height = 2', 'block 2'],
    ['a block behind the end has lost its proof', 'UPDATE blocks SET proof = NULL WHERE height = 2', 'block 2'],
    ['so has one that is not final either', 'UPDATE blocks SET proof = NULL, final = 0 WHERE height = 2', 'block 2'],
  ])('is damage where %s', async (_, sql, place) => {
    const data = await threeBlocks();
    change(data, sql);
    expect((await findingsIn(data))[0]?.place).toBe(place);
    const { reader, database } = ChainReader.open(dataPaths(data).chain, { pageCacheCount: 16 });
    const scrub = new ChainScrub(reader, database);
    expect(() => {
      while (scrub.advance(1_000));
    }).toThrow(coded('STORAGE_CORRUPT'));
    database.close();
  });

  test.each([
    ['is something between', 'UPDATE blocks SET final = 691489734657 WHERE height = 3'],
    ['has its proof and is not final', 'UPDATE blocks SET final = 0 WHERE height = 3'],
    ['is not final any more', 'UPDATE blocks SET final = 0, proof = NULL WHERE height = 3'],
    ['is gone', 'DELETE FROM blocks WHERE height = 3'],
    ['stands before the first', 'UPDATE blocks SET height = -5 WHERE height = 3'],
    ['stands far behind the end', 'UPDATE blocks SET height = 691489734660 WHERE height = 3'],
    ['is gone with others', 'DELETE FROM blocks WHERE height > 0'],
  ])('is never told to be an older one to who has seen it, where the newest block %s', async (_, sql) => {
    const data = await threeBlocks();
    const { reader, database } = ChainReader.open(dataPaths(data).chain, { pageCacheCount: 16 });
    try {
      expect(reader.head().header.index).toBe(3);
      change(data, sql);
      expect(() => reader.head()).toThrow(coded('STORAGE_CORRUPT'));
      expect(() => reader.identity()).toThrow(coded('STORAGE_CORRUPT'));
      expect(() => reader.heightAtTime(Date.now())).toThrow(coded('STORAGE_CORRUPT'));
    } finally {
      database.close();
    }
  });

  test.each(['UPDATE blocks SET final = 40961 WHERE height = 3', 'DELETE FROM blocks WHERE height = 3'])(
    'that a node found when it was opened is known to each of its readers, whatever comes between: %s',
    async (sql) => {
      const data = await threeBlocks();
      const { reader, database } = ChainReader.open(dataPaths(data).chain, { pageCacheCount: 16 });
      try {
        change(data, sql);
        expect(reader.head().header.index).toBe(2);
        reader.noteFinal(3);
        expect(() => reader.head()).toThrow(coded('STORAGE_CORRUPT'));
        reader.noteFinal(1);
        expect(() => reader.head()).toThrow(coded('STORAGE_CORRUPT'));
      } finally {
        database.close();
      }

      const another = await threeBlocks();
      const node = await openedNode(another, 'read');
      // Before the thread for reads has looked, or after it: it depends on the machine.
      change(another, sql);
      await expect(node.query.environment({ env_id: 'a' })).rejects.toThrow(coded('STORAGE_CORRUPT'));
    },
  );

  test('may wait for its proof where proofs come late, and is looked at like the rest', () => {
    const data = foundedDirectory();
    const orderer = LateOrderer.open(data, 2);
    for (const name of ['a', 'b', 'c', 'd']) {
      orderer.finalise(createBytes(name));
      if (orderer.head.block.header.index > 1) orderer.prove(orderer.head.block.header.index - 1);
    }
    orderer.decide(createBytes('e'));
    orderer.close();
    const scrubbed = (): void => {
      const { reader, database } = ChainReader.open(dataPaths(data).chain, { unprovedMax: 1 });
      try {
        const scrub = new ChainScrub(reader, database);
        while (scrub.advance(1_000));
      } finally {
        database.close();
      }
    };
    scrubbed();
    // No proof is over it, and what it holds must fit all the same.
    change(data, 'UPDATE blocks SET roots = (SELECT roots FROM blocks WHERE height = 3) WHERE height = 4');
    expect(scrubbed).toThrow(coded('STORAGE_CORRUPT'));
  });
});
