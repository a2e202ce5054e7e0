import { describe, expect, test } from 'vitest';

import { MemoryStateStore } from '../../../../src/ledger/state/memory-store.ts';
import { ChainReplay } from '../../../../src/ledger/blocks/replay.ts';
import { verifyWithNoble } from '../../../../src/ledger/crypto/signature.ts';
import { verifyStateProof } from '../../../../src/ledger/proofs/state-proof.ts';
import { verifyTransactionProof } from '../../../../src/ledger/proofs/transaction-proof.ts';
import { addMember, ben, cyd, GovernedWorld, node2, spare, withValidator } from '../governance-world.ts';
import { create, GENESIS_TIME, node1 } from '../world.ts';

/** What is wrong with the chain, by a replay of all its blocks. */
function faultOf(world: GovernedWorld): string | null {
  const replay = new ChainReplay({ store: new MemoryStateStore(), verify: verifyWithNoble });
  for (const block of world.replayBlocks()) {
    const fault = replay.apply(block);
    if (fault !== null) return `block ${block.header.index}: ${fault}`;
  }
  return null;
}

const rotated = (): GovernedWorld => {
  const world = GovernedWorld.governed().later(1_000);
  world.decide('rotate_validator', withValidator('node1', node2));
  return world;
};

describe('a validator that gets another key', () => {
  test('seals with the old one up to the block that says so, and with the new one after', () => {
    const world = rotated();
    expect(faultOf(world)).toBeNull();
    const height = world.head.header.index;
    world.sealBy({ id: 'node1', signer: node2 });
    world.append(world.time, [create('alpha')]);
    expect(faultOf(world)).toBeNull();
    expect(world.validator('node1')).toEqual({
      validator_id: 'node1',
      public_key: node2.publicKey,
      status: 'active',
      added_at: GENESIS_TIME,
    });
    expect(world.state.get('validators', `key/${node1.publicKey}`)).toMatchObject({
      status: 'retired',
      retired_at: world.time,
    });
    expect(world.blocks[height]?.proof.public_key).toBe(node1.publicKey);
  });

  test('does not seal with the old one any more', () => {
    const world = rotated();
    const height = world.head.header.index;
    world.append(world.time, [create('alpha')]);
    expect(faultOf(world)).toBe(`block ${height + 1}: the seal is by another key than node1's`);
  });

  test('does not seal with the new one too early', () => {
    const world = GovernedWorld.governed();
    const id = world.propose('rotate_validator', withValidator('node1', node2));
    world.sealBy({ id: 'node1', signer: node2 });
    world.approve(id, ben);
    expect(faultOf(world)).toBe(`block ${world.head.header.index}: the seal is by another key than node1's`);
  });

  test('never has the old one again, nor has anybody else', () => {
    const world = rotated();
    for (const [action, payload] of [
      ['rotate_validator', withValidator('node1', node1)],
      ['add_validator', withValidator('node2', node1)],
      ['add_member', addMember('dee', 'validator', [node1])],
    ] as const)
      expect(world.tryPropose(action, payload)).toMatchObject({ name: 'KEY_TAKEN' });
  });

  test('has blocks whose proofs verify with the key of their time', () => {
    const world = rotated();
    world.sealBy({ id: 'node1', signer: node2 });
    world.append(world.time, [create('alpha')]);
    const { trusted } = world;
    expect(trusted.validators).toHaveLength(2);
    for (const height of [0, world.head.header.index])
      expect(verifyTransactionProof(world.proveTransaction(0, height), trusted)).toMatchObject({ ok: true });
    const onlyNew = { ...trusted, validators: trusted.validators.slice(1) };
    expect(verifyTransactionProof(world.proveTransaction(0, 0), onlyNew)).toMatchObject({ ok: false });
  });

  test('convinces nobody of a later block with the old one, though whoever stole it can seal one', () => {
    const world = rotated();
    const height = world.head.header.index;
    const [old] = world.trusted.validators;
    if (old === undefined) throw new Error('nobody seals');
    const next = { ...old, public_key: node2.publicKey, seals_from: height + 1 };
    const trusted = { ...world.trusted, validators: [{ ...old, seals_to: height }, next] };
    world.append(world.time, [create('alpha')]);
    const forged = world.proveState('environments', 'alpha', height + 1);
    // Whoever trusts the key for ever is deceived.
    expect(verifyStateProof(forged, world.trusted).ok).toBe(true);
    expect(verifyStateProof(forged, trusted).steps.at(-1)).toEqual({
      step: 'Seal',
      ok: false,
      detail: `the key of node1 may not seal block ${height + 1}: it seals 0 to ${height}`,
    });
  });
});

describe('a validator', () => {
  test('that is added seals from the next block on', () => {
    const world = GovernedWorld.governed();
    const id = world.propose('add_validator', withValidator('node2', node2));
    const early = GovernedWorld.governed();
    early.append(early.time, [create('alpha')]);
    world.approve(id, cyd);
    world.sealBy({ id: 'node2', signer: node2 });
    world.append(world.time, [create('alpha')]);
    expect(faultOf(world)).toBeNull();
    early.sealBy({ id: 'node2', signer: node2 });
    early.append(early.time, [create('beta')]);
    expect(faultOf(early)).toContain('node2 was not a validator');
  });

  test('that is removed does not seal the next block, and never comes back', () => {
    const world = GovernedWorld.governed();
    world.decide('add_validator', withValidator('node2', node2));
    world.decide('remove_validator', { validator_id: 'node1' });
    expect(faultOf(world)).toBeNull();
    expect(world.validator('node1')?.status).toBe('removed');
    expect(world.tryPropose('add_validator', withValidator('node1', spare))).toMatchObject({
      name: 'VALIDATOR_EXISTS',
    });
    expect(world.tryPropose('rotate_validator', withValidator('node1', spare))).toMatchObject({
      name: 'VALIDATOR_NOT_FOUND',
    });
    world.append(world.time, [create('alpha')]);
    expect(faultOf(world)).toContain('node1 was not a validator');
  });

  test('is left in any case', () => {
    const world = GovernedWorld.governed();
    expect(world.tryPropose('remove_validator', { validator_id: 'node1' })).toMatchObject({ name: 'LAST_VALIDATOR' });
  });
});
