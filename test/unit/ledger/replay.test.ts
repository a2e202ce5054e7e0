import { describe, expect, test } from 'vitest';

import { encodeHash } from '../../../src/base/bytes.ts';
import { BLOCK_TRANSACTIONS_MAX } from '../../../src/base/limits.ts';
import { headerDigest, type BlockHeader } from '../../../src/ledger/blocks/block.ts';
import type { BlockProof } from '../../../src/ledger/blocks/block-proof.ts';
import { stateRoot } from '../../../src/ledger/state/ledger-state.ts';
import { StateOverlay } from '../../../src/ledger/state/overlay.ts';
import { leafHash, merkleRoot } from '../../../src/ledger/log/log.ts';
import { MemoryStateStore } from '../../../src/ledger/state/memory-store.ts';
import { reject } from '../../../src/ledger/rejections.ts';
import { ChainReplay, type ReplayBlock } from '../../../src/ledger/blocks/replay.ts';
import { signDigest, verifyWithNoble } from '../../../src/ledger/crypto/signature.ts';
import { currentChain, hashOf, type Signer } from '../../vectors/chain-builder.ts';
import { call, create, eve, genesisPayload, GENESIS_TIME, node1, promote, update, World } from './world.ts';

const newReplay = (onLeaf?: (leaf: Uint8Array, logIndex: number) => void): ChainReplay =>
  new ChainReplay({
    store: new MemoryStateStore(),
    verify: verifyWithNoble,
    ...(onLeaf === undefined ? {} : { onLeaf }),
  });

function threeBlocks(): World {
  const world = World.with(create('alpha'), create('beta'));
  world.append(GENESIS_TIME + 1_000, [update('alpha'), promote('beta')]);
  return world;
}

/** The block with a changed header, sealed anew: what a hostile validator could publish. */
function resealed(
  block: ReplayBlock,
  changes: Partial<BlockHeader>,
  signer: Signer = node1,
): ReplayBlock & { readonly proof: BlockProof } {
  const header = { ...block.header, ...changes };
  return {
    ...block,
    header,
    proof: {
      type: 'seal',
      public_key: signer.publicKey,
      signature: signDigest(headerDigest(header, currentChain()), signer.secret),
    },
  };
}

/** Replays the world's blocks with its last one replaced. */
function replayWithLast(
  world: World,
  change: (block: ReplayBlock, all: readonly ReplayBlock[]) => ReplayBlock,
): string | null {
  const blocks = world.replayBlocks();
  const replay = newReplay();
  for (const [index, block] of blocks.entries()) {
    const fault = replay.apply(index === blocks.length - 1 ? change(block, blocks) : block);
    if (fault !== null) return fault;
  }
  return null;
}

describe('ChainReplay', () => {
  test('accepts a chain, and arrives at its head, roots and leaves', () => {
    const world = threeBlocks();
    const leaves: string[] = [];
    const replay = newReplay((leaf, logIndex) => {
      expect(logIndex).toBe(leaves.length);
      leaves.push(encodeHash(leaf));
    });
    expect(replay.head).toBeNull();
    for (const block of world.replayBlocks()) expect(replay.apply(block)).toBeNull();
    expect(replay.head).toEqual({ header: world.head.header, hash: world.head.hash });
    expect(encodeHash(stateRoot(replay.roots))).toBe(world.head.header.state_root);
    expect(leaves).toEqual(world.log.leaves.map(encodeHash));
    expect(replay.state.get('environments', 'alpha')).toEqual(world.environment('alpha'));
  });

  test.each<[string, (block: ReplayBlock, all: readonly ReplayBlock[]) => ReplayBlock, string]>([
    ['a wrong link', (block) => resealed(block, { previous_hash: hashOf('x') }), 'previous_hash'],
    ['time before its parent', (block) => resealed(block, { timestamp: GENESIS_TIME - 1 }), 'backwards'],
    ['another chain', (block) => resealed(block, { chain_id: 'other' }), 'chain id'],
    ['a gap', (block) => resealed(block, { index: 7 }), 'index 7'],
    ['a wrong state root', (block) => resealed(block, { state_root: hashOf('x') }), 'state_root'],
    ['a wrong log root', (block) => resealed(block, { log_root: hashOf('x') }), 'log_root'],
    ['a wrong log size', (block) => resealed(block, { log_size: 99 }), 'log_size'],
    ['a wrong transactions root', (block) => resealed(block, { transactions_root: hashOf('x') }), 'transactions_root'],
    [
      'a transaction left out',
      (block) => ({ ...block, transactions: block.transactions.slice(1) }),
      'transactions_root',
    ],
    [
      'transactions in another order',
      (block) => ({ ...block, transactions: block.transactions.toReversed() }),
      'transactions_root',
    ],
    ['no transaction', (block) => ({ ...block, transactions: [] }), 'transactions_root'],
    [
      'a transaction again',
      (block, all) => ({ ...block, transactions: all[1]?.transactions ?? [] }),
      'already in the chain',
    ],
    [
      'a transaction that does not check',
      (block) => ({ ...block, transactions: [reject('SIGNATURE_INVALID')] }),
      'signature does not verify',
    ],
    [
      'a transaction that does not apply',
      (block) => ({ ...block, transactions: [World.empty().checked(create('alpha'))] }),
      'exists',
    ],
    [
      "a stranger's transaction",
      (block) => ({ ...block, transactions: [World.empty().checked(create('zeta', {}, { signer: eve }))] }),
      'no member',
    ],
    [
      'a stale transaction',
      (block) => ({ ...block, transactions: [World.empty().checked(create('zeta', {}, { timestamp: 0 }))] }),
      'older',
    ],
    [
      'genesis again',
      (block) => ({ ...block, transactions: [World.empty().checked(call('genesis', genesisPayload()))] }),
      'genesis',
    ],
    [
      'a seal over another header',
      (block, all) => ({ ...block, proof: all[1]?.proof ?? block.proof }),
      'seal does not verify',
    ],
    ["a stranger's seal", (block) => resealed(block, {}, eve), 'another key'],
    [
      'a validator that names itself by the place of its key',
      (block) => resealed(block, { validator: `key/${node1.publicKey}` }),
      'was not a validator',
    ],
    ['a validator that is none', (block) => resealed(block, { validator: 'node2' }), 'node2 was not a validator'],
    [
      'more transactions than a block holds',
      (block) => ({
        ...block,
        transactions: Array.from({ length: BLOCK_TRANSACTIONS_MAX + 1 }, () => reject('DUPLICATE')),
      }),
      `at most ${BLOCK_TRANSACTIONS_MAX}`,
    ],
  ])('refuses %s', (_, change, reason) => {
    expect(replayWithLast(threeBlocks(), change)).toContain(reason);
  });

  test.each<[string, (block: ReplayBlock) => ReplayBlock, string]>([
    ['nothing', (block) => block, ''],
    ['another index', (block) => resealed(block, { index: 1 }), 'index 0'],
    ['a block before it', (block) => resealed(block, { previous_hash: hashOf('x') }), 'no previous hash'],
    ['a seal by a key that is not its own', (block) => resealed(block, {}, eve), 'another key'],
    [
      'a seal over another header',
      (block) => ({ ...block, header: { ...block.header, timestamp: block.header.timestamp + 1 } }),
      'state_root',
    ],
    [
      'a broken seal',
      (block) => ({
        ...block,
        proof: { ...resealed(block, {}).proof, signature: resealed(block, { version: 2, index: 3 }).proof.signature },
      }),
      'seal',
    ],
    ['no transaction', (block) => ({ ...block, transactions: [] }), 'transactions_root'],
    [
      'a header of another chain than its transaction',
      (block) => resealed(block, { chain_id: 'other' }),
      'another chain',
    ],
  ])('of genesis with %s', (_, change, reason) => {
    const fault = replayWithLast(World.founded(), change);
    if (reason === '') expect(fault).toBeNull();
    else expect(fault).toContain(reason);
  });

  test('refuses a first block that carries more than genesis, though every root of it fits', () => {
    const founded = World.founded();
    const genesis = founded.replayBlocks()[0];
    if (genesis === undefined) throw new Error('no genesis');
    const more = founded.checked(create('alpha'));
    const leaves = [...founded.log.leaves, leafHash(more.bytes)];
    const root = encodeHash(merkleRoot(leaves));
    const after = World.founded();
    after.append(GENESIS_TIME, [more.transaction]);
    const block = resealed(
      { ...genesis, transactions: [...genesis.transactions, more] },
      { log_size: 2, log_root: root, transactions_root: root, state_root: after.head.header.state_root },
    );
    expect(newReplay().apply(block)).toContain('genesis is only allowed as block 0');
  });

  test('refuses a seal of a validator that was removed before the block', () => {
    const world = World.founded();
    const replay = newReplay();
    for (const block of world.replayBlocks()) expect(replay.apply(block)).toBeNull();
    const overlay = new StateOverlay(replay.state);
    overlay.put('validators', 'node1', {
      validator_id: 'node1',
      public_key: node1.publicKey,
      status: 'removed',
      added_at: GENESIS_TIME,
    });
    replay.state.adopt(replay.state.next(overlay), overlay);
    world.append(GENESIS_TIME, [create('alpha')]);
    expect(replay.apply(world.replayBlocks()[1] as ReplayBlock)).toContain('node1 was not a validator');
  });
});
