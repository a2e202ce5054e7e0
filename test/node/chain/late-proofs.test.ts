import { describe, expect, test } from 'vitest';

import { readHeadRecord } from '../../../src/node/history/head-record.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { createBytes } from '../../crash/test-chain.ts';
import { coded } from '../../coded.ts';
import { foundedDirectory } from '../storage/opened-node.ts';
import { LateOrderer } from './late-orderer.ts';

/** A chain whose blocks are final before they have their proofs. */

function recordedHeight(data: string): number {
  const record = readHeadRecord(dataPaths(data).chain);
  return typeof record === 'string' ? -1 : record.header.index;
}

describe('a block that is final before it has its proof', () => {
  test('is the head, is built on, and gets its proof after a restart', async () => {
    const data = foundedDirectory();
    const before = LateOrderer.open(data);
    const first = before.finalise(createBytes('a'));
    expect(before.head.block).toMatchObject({ hash: first.hash, header: { index: 1 } });
    before.close();

    const again = LateOrderer.open(data);
    expect(again.head.block).toMatchObject({ hash: first.hash, header: { index: 1 } });
    expect(again.store.decided()).toBeNull();
    expect(again.store.reader.head()).toMatchObject({ hash: first.hash, proof: null });
    expect(again.store.reader.provedHead().header.index).toBe(0);
    expect(recordedHeight(data)).toBe(0);
    const second = again.decide(createBytes('b'));
    expect(second.header.previous_hash).toBe(first.hash);
    again.prove(1);
    expect(recordedHeight(data)).toBe(1);
    again.store.finalise(2);
    again.head.adopt(second);
    // The reader had looked at block 1 before its proof came.
    expect(again.store.reader.provedHead()).toMatchObject({ hash: first.hash, proof: again.proofOf(1) });
    again.prove(2);
    // The same proof once more changes nothing.
    again.prove(2);
    expect(recordedHeight(data)).toBe(2);
    again.close();
    const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(report).toMatchObject({ findings: [], height: 2, unsealed_block: null });
    expect(report.notes.filter(({ place }) => place.startsWith('block'))).toEqual([]);
  });

  test('is told from one that was decided alone, where a stop came between', () => {
    const data = foundedDirectory();
    const before = LateOrderer.open(data);
    before.finalise(createBytes('a'));
    before.prove(1);
    const decided = before.decide(createBytes('b'));
    expect(() => before.head.adopt(decided)).toThrow('final when it becomes the head');
    before.close();

    const again = LateOrderer.open(data);
    expect(again.head.block.header.index).toBe(1);
    expect(again.store.decided()?.hash).toBe(decided.hash);
    expect(() => again.store.reader.block(2)).toThrow(coded('NOT_FOUND'));
    expect(() => again.store.prove(2, again.proofOf(1))).toThrow(coded('NOT_FOUND'));
    again.store.finalise(2);
    expect(again.store.decided()).toBeNull();
    expect(again.store.reader.head()).toMatchObject({ hash: decided.hash, proof: null });
  });

  test('gets no proof that does not prove it, and none out of turn', () => {
    const orderer = LateOrderer.open(foundedDirectory(), 2);
    orderer.finalise(createBytes('a'));
    orderer.finalise(createBytes('b'));
    expect(() => orderer.store.prove(1, orderer.proofOf(2))).toThrow(coded('PROOF_INVALID'));
    expect(() => orderer.prove(2)).toThrow(coded('PROOF_PENDING'));
    expect(orderer.store.reader.provedHeightOrNone()).toBe(0);
    orderer.prove(1);
    orderer.prove(2);
    expect(orderer.store.reader.provedHeightOrNone()).toBe(2);
  });

  test('is followed by no more such blocks than may wait, and by none where one validator seals', () => {
    const data = foundedDirectory();
    const orderer = LateOrderer.open(data);
    orderer.finalise(createBytes('a'));
    orderer.decide(createBytes('b'));
    expect(() => orderer.store.finalise(2)).toThrow(coded('PROOF_PENDING'));
    expect(orderer.store.finalHeight).toBe(1);
    expect(() => orderer.store.finalise(3)).toThrow();
    orderer.close();
    expect(() => LateOrderer.open(data, 0)).toThrow(coded('STORAGE_CORRUPT'));

    const alone = LateOrderer.open(foundedDirectory(), 0);
    alone.decide(createBytes('a'));
    expect(() => alone.store.finalise(1)).toThrow(coded('PROOF_PENDING'));
  });
});
