import { describe, expect, test } from 'vitest';

import { acceptHistory } from '../../../src/node/history/accept-history.ts';
import { readHistoryState } from '../../../src/node/history/history-state.ts';
import { exportBlocks } from '../../../src/node/verify/export-blocks.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { loadDigestSigner } from '../../../src/node/signature-verifier.ts';
import { administratorSigner, createBytes } from '../../crash/test-chain.ts';
import { LateOrderer } from '../chain/late-orderer.ts';
import { foundedDirectory } from '../storage/opened-node.ts';

/** Blocks 0 and 1 have their proofs, block 2 is final, and block 3 is decided alone where `decided` says so. */
function tailed({ decided = false } = {}): string {
  const data = foundedDirectory();
  const orderer = LateOrderer.open(data);
  orderer.finalise(createBytes('a'));
  orderer.prove(1);
  orderer.finalise(createBytes('b'));
  if (decided) orderer.decide(createBytes('c'));
  orderer.close();
  return data;
}

const checking = { verifyThreads: 1, onProgress: (): void => undefined };

describe('a final block whose proof has not arrived yet', () => {
  test('is verified with the chain, and told', async () => {
    const report = await verifyNode({ dataDirectory: tailed({ decided: true }), ...checking, unprovedMax: 1 });
    expect(report).toMatchObject({ ok: true, height: 2, blocks: 3, unsealed_block: 3 });
    expect(report.notes.filter(({ place }) => place.startsWith('block'))).toEqual([
      { place: 'block 2', message: 'is final; its proof has not arrived yet' },
    ]);
  });

  test('is a finding where none may wait', async () => {
    const report = await verifyNode({ dataDirectory: tailed(), ...checking });
    expect(report).toMatchObject({ ok: false, height: 1 });
    expect(report.findings[0]).toEqual({ place: 'block 2', message: 'block 2 is final and has no proof' });
  });

  test('is left out of an export, which says so', async () => {
    const lines: string[] = [];
    const write = (line: string): Promise<void> => Promise.resolve(void lines.push(line));
    const done = await exportBlocks({ dataDirectory: tailed(), ...checking, write, unprovedMax: 1 });
    expect(done).toEqual({ blocks: 2, transactions: 2, unproved: 1 });
    expect(lines.map((line) => (JSON.parse(line) as { header: { index: number } }).header.index)).toEqual([0, 1]);
  });

  test('is no change of the history, and stays where that is accepted', async () => {
    const data = tailed({ decided: true });
    expect(readHistoryState(data, [], { unprovedMax: 1 })).toMatchObject({ fault: null, unsealed: { index: 3 } });
    const { publicKey, secret } = administratorSigner();
    const before = LateOrderer.open(data);
    const { hash } = before.head.block;
    before.close();
    const accepted = await acceptHistory({
      dataDirectory: data,
      head: hash,
      reason: 'the disk is another',
      by: {
        publicKey,
        sign: (digest) => Promise.resolve(loadDigestSigner()(digest, secret)),
      },
      copies: [],
      verifyThreads: 1,
      now: Date.now,
      unprovedMax: 1,
    });
    expect(accepted).toMatchObject({ accepted: { index: 2, hash } });
    // What was decided alone went; what is final did not, and gets its proof.
    const after = LateOrderer.open(data);
    expect(after.store.decided()).toBeNull();
    expect(after.head.block.hash).toBe(hash);
    after.prove(2);
    after.close();
    expect(await verifyNode({ dataDirectory: data, ...checking })).toMatchObject({ ok: true, height: 2, blocks: 3 });
  });
});
