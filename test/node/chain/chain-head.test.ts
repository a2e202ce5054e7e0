import { cpSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import {
  encodeUnsigned,
  checkTransaction,
  isRejection,
  type CheckedTransaction,
} from '../../../src/ledger/transactions/transaction.ts';
import { ChainHead } from '../../../src/node/chain/chain-head.ts';
import type { MadeBlock } from '../../../src/node/chain/make-block.ts';
import { sealBlock } from '../../../src/node/chain/seal-block.ts';
import { StageClock } from '../../../src/node/chain/stage-clock.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { loadDigestSigner, loadSignatureVerifier } from '../../../src/node/signature-verifier.ts';
import { ChainStore } from '../../../src/node/storage/chain-store.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { createBytes, sealingKey, updateBytes } from '../../crash/test-chain.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { foundedDirectory } from '../storage/opened-node.ts';

/** The head of a chain in other hands than the embedded engine's: who orders, who copies, who goes on after a stop. */

const { verify } = loadSignatureVerifier();
const { validatorId } = sealingKey();

function opened(dataDirectory: string): { readonly store: ChainStore; readonly head: ChainHead } {
  const store = ChainStore.open(dataPaths(dataDirectory).chain);
  onTestFinished(() => store.close());
  return { store, head: new ChainHead(store) };
}

function checked(head: ChainHead, bytes: Uint8Array): CheckedTransaction {
  const result = checkTransaction(bytes, head.chain, verify);
  if (isRejection(result)) throw new Error(result.message);
  return result;
}

function seal(store: ChainStore, block: Pick<MadeBlock, 'header' | 'hash'>): void {
  sealBlock({ store, block, key: sealingKey(), sign: loadDigestSigner(), stages: new StageClock() });
}

function decide(head: ChainHead, candidates: readonly CheckedTransaction[], timestamp = head.leastTime + 5): MadeBlock {
  const { block } = head.decide(candidates, { verify, validatorId, timestamp, stages: new StageClock() });
  if (block === null) throw new Error('no block was decided');
  return block;
}

async function findingsIn(dataDirectory: string): Promise<readonly unknown[]> {
  return (await verifyNode({ dataDirectory, verifyThreads: 1, onProgress: () => undefined })).findings;
}

describe('the head of a chain', () => {
  test('takes blocks from whoever orders transactions, and tells of each', async () => {
    const data = foundedDirectory();
    const { store, head } = opened(data);
    const candidates = [createBytes('a'), updateBytes('nobody', 'x'), createBytes('b')].map((bytes) =>
      checked(head, bytes),
    );
    const timestamp = head.leastTime + 5;
    const { block, refusals } = head.decide(candidates, { verify, validatorId, timestamp, stages: new StageClock() });
    expect(refusals.map((refusal) => refusal?.name ?? null)).toEqual([null, 'ENVIRONMENT_NOT_FOUND', null]);
    if (block === null) throw new Error('no block was decided');
    expect(head.block.header.index).toBe(0);
    seal(store, block);
    expect(head.adopt(block)).toMatchObject({
      index: 1,
      timestamp,
      transaction_count: 2,
      env_ids: ['a', 'b'],
      actions: ['create_environment'],
      changes_governance: false,
      changes_validators: false,
    });
    expect(head.block).toMatchObject({ hash: block.hash, header: { index: 1, log_size: 3 } });
    const [first] = candidates as [CheckedTransaction];
    expect(head.earlier(first)).toMatchObject({
      log_index: 1,
      block_index: 1,
      block_hash: block.hash,
      block_time: timestamp,
    });
    expect(head.earlier(checked(head, createBytes('c')))).toBeNull();
    const again = head.decide([first], { verify, validatorId, timestamp, stages: new StageClock() });
    expect(again).toMatchObject({ block: null, refusals: [{ name: 'DUPLICATE' }] });
    store.close();
    expect(await findingsIn(data)).toEqual([]);
  });

  test('says what a transaction would do, and changes nothing', () => {
    const { head } = opened(foundedDirectory());
    const { transaction } = checked(head, createBytes('a'));
    const unsigned = encodeUnsigned(transaction);
    const making = { verify, timestamp: head.leastTime };
    expect(head.simulate(unsigned, making)).toMatchObject({
      outcome: 'applied',
      sentence: expect.stringContaining('a is registered') as string,
    });
    expect(head.block.header.index).toBe(0);
    expect(head.recentCount).toBe(1);
  });

  test('is the same for a replica that decides the same blocks', async () => {
    const data = foundedDirectory();
    const copy = join(temporaryDirectory(), 'copy');
    cpSync(data, copy, { recursive: true });
    const [one, other] = [opened(data), opened(copy)];
    for (let round = 0; round < 4; round++) {
      const bytes = [createBytes(`env-${round}`), createBytes(`more-${round}`)];
      const timestamp = one.head.leastTime + round;
      const made = decide(
        one.head,
        bytes.map((each) => checked(one.head, each)),
        timestamp,
      );
      const replayed = decide(
        other.head,
        bytes.map((each) => checked(other.head, each)),
        timestamp,
      );
      expect(replayed.hash).toBe(made.hash);
      seal(one.store, made);
      // The replica has no key: the proof comes with the block.
      other.store.seal(replayed, one.store.reader.provedBlock(made.header.index).proof);
      expect(other.head.adopt(replayed)).toEqual(one.head.adopt(made));
    }
    expect(other.head.block).toEqual(one.head.block);
    one.store.close();
    other.store.close();
    expect(await findingsIn(copy)).toEqual([]);
  });

  test('goes on where a stop came between the decision and the proof', async () => {
    const data = foundedDirectory();
    const before = opened(data);
    const made = decide(before.head, [checked(before.head, createBytes('a'))]);
    before.store.close();
    const { store, head } = opened(data);
    expect(head.block.header.index).toBe(0);
    const decided = store.decided();
    if (decided === null) throw new Error('what was decided is gone');
    expect(decided.hash).toBe(made.hash);
    expect(() => head.recheck(decided, { verify, validatorId: 'another' })).toThrow(coded('BLOCK_REFUSED'));
    head.recheck(decided, { verify, validatorId });
    seal(store, decided);
    const after = new ChainHead(store);
    expect(after.block).toMatchObject({ hash: made.hash, header: { index: 1 } });
    const next = decide(after, [checked(after, createBytes('b'))]);
    seal(store, next);
    expect(after.adopt(next)).toMatchObject({ index: 2, env_ids: ['b'] });
    store.close();
    expect(await findingsIn(data)).toEqual([]);
  });
});
