import { describe, expect, test } from 'vitest';

import {
  addMember,
  ben,
  count,
  cyd,
  dee,
  fraction,
  GovernedWorld,
  other,
  rotateKey,
  setPolicy,
  spare,
  updateMember,
} from '../governance-world.ts';
import { ada, bob, call, create, GENESIS_TIME, genesisPayload, vic, World } from '../world.ts';

describe('a member', () => {
  test('is added with its keys, and acts from then on', () => {
    const world = GovernedWorld.governed().later(1_000);
    world.decide('add_member', addMember('dee', 'blue_state', [dee, spare]));
    expect(world.member('dee')).toEqual({
      member_id: 'dee',
      name: 'DEE',
      level: 'blue_state',
      status: 'active',
      keys: [dee.publicKey, spare.publicKey],
      added_at: GENESIS_TIME + 1_000,
    });
    expect(world.state.get('members', `key/${spare.publicKey}`)).toEqual({
      public_key: spare.publicKey,
      member_id: 'dee',
      status: 'active',
      added_at: GENESIS_TIME + 1_000,
      retired_at: null,
    });
    expect(world.try(create('alpha', {}, { signer: spare }), world.time)).toBeNull();
  });

  test('is suspended and comes back', () => {
    const world = GovernedWorld.governed();
    world.decide('update_member', updateMember('bob', 'blue_state', 'suspended'));
    expect(world.try(create('alpha', {}, { signer: bob }))).toMatchObject({ name: 'SIGNER_INACTIVE' });
    world.decide('update_member', updateMember('bob', 'blue_state'));
    expect(world.try(create('alpha', {}, { signer: bob }))).toBeNull();
  });

  test('that is removed never acts again, under no id and with no key', () => {
    const world = GovernedWorld.governed().later(1_000);
    world.decide('remove_member', { member_id: 'bob' });
    expect(world.state.get('members', `key/${bob.publicKey}`)).toMatchObject({
      member_id: 'bob',
      status: 'retired',
      retired_at: GENESIS_TIME + 1_000,
    });
    expect(world.try(create('alpha', {}, { signer: bob }), world.time)).toMatchObject({ name: 'SIGNER_INACTIVE' });
    expect(world.tryPropose('add_member', addMember('bob', 'blue_state', [spare]))).toMatchObject({
      name: 'MEMBER_EXISTS',
    });
    expect(world.tryPropose('add_member', addMember('dee', 'blue_state', [bob]))).toMatchObject({ name: 'KEY_TAKEN' });
  });

  test('is not updated to what it is', () => {
    expect(GovernedWorld.governed().tryPropose('update_member', updateMember('bob', 'blue_state'))).toMatchObject({
      name: 'STATE_UNCHANGED',
    });
  });
});

describe('a key', () => {
  test('is rotated by itself alone', () => {
    const world = GovernedWorld.governed().later(1_000);
    expect(world.ask('rotate_key', rotateKey('bob', bob, spare), ada)).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    expect(world.ask('rotate_key', rotateKey('bob', bob, spare), vic)).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    world.must('rotate_key', rotateKey('bob', bob, spare), bob);
    expect(world.member('bob')?.keys).toEqual([spare.publicKey]);
    expect(world.state.get('members', `key/${bob.publicKey}`)).toMatchObject({
      status: 'retired',
      retired_at: world.time,
    });
    expect(world.ask('rotate_key', rotateKey('bob', bob, dee), bob)).toMatchObject({ name: 'SIGNER_INACTIVE' });
  });

  test('is not rotated by another key of the same member alone', () => {
    const world = GovernedWorld.governed();
    world.decide('add_member', addMember('dee', 'blue_state', [dee, spare]));
    expect(world.ask('rotate_key', rotateKey('dee', spare, other), dee)).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    world.must('rotate_key', rotateKey('dee', spare, other), spare);
    expect(world.member('dee')?.keys).toEqual([dee.publicKey, other.publicKey]);
  });

  test('that is lost is replaced by the others', () => {
    const world = GovernedWorld.governed();
    world.decide('rotate_key', rotateKey('bob', bob, spare));
    expect(world.try(create('alpha', {}, { signer: bob }))).toMatchObject({ name: 'SIGNER_INACTIVE' });
    expect(world.try(create('alpha', {}, { signer: spare }))).toBeNull();
  });

  test('is not replaced by the approval that it gives itself', () => {
    const world = GovernedWorld.governed({ policies: { rotate_key: count(2) } });
    const id = world.propose('rotate_key', rotateKey('ben', ben, spare), { by: ada });
    world.approve(id, ben);
    // After the change that vote is by a retired key.
    expect(world.status(id)).toBe('open');
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
  });

  test('is rotated while the chain is frozen, too', () => {
    const world = GovernedWorld.governed();
    world.must('freeze', { reason: 'an intruder' });
    expect(world.ask('rotate_key', rotateKey('bob', bob, spare), bob)).toBeNull();
  });
});

describe('a change of those who decide', () => {
  test('is approved by enough of those who stay', () => {
    const world = GovernedWorld.governed({ policies: { remove_member: count(2) } });
    const id = world.propose('remove_member', { member_id: 'cyd' }, { by: cyd });
    world.approve(id, ben);
    // Two approve, but only one of them is left after it.
    expect(world.status(id)).toBe('open');
    world.approve(id, ada);
    expect(world.status(id)).toBe('executed');
  });

  test('by demotion or suspension, too', () => {
    for (const status of ['active', 'suspended']) {
      const world = GovernedWorld.governed({ policies: { update_member: count(2) } });
      const id = world.propose('update_member', updateMember('cyd', 'validator', status), { by: cyd });
      world.approve(id, ben);
      expect(world.status(id)).toBe('open');
      world.approve(id, ada);
      expect(world.status(id)).toBe('executed');
    }
  });

  test('does not wait for those who come in by it', () => {
    const world = GovernedWorld.governed({ policies: { add_member: fraction(1, 1) } });
    const id = world.propose('add_member', addMember('dee', 'administrator', [dee]));
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
  });

  test('does not wait for those who rise or come back by it', () => {
    const world = GovernedWorld.governed({ policies: { update_member: fraction(1, 1) } });
    const approveAll = (id: string): string => {
      for (const signer of [ben, cyd]) expect(world.approve(id, signer)).toBeNull();
      return world.status(id);
    };
    expect(approveAll(world.propose('update_member', updateMember('vic', 'administrator')))).toBe('executed');
    const out = world.propose('update_member', updateMember('vic', 'administrator', 'suspended'));
    expect(approveAll(out)).toBe('open');
    expect(world.approve(out, vic)).toBeNull();
    expect(world.status(out)).toBe('executed');
    expect(approveAll(world.propose('update_member', updateMember('vic', 'administrator')))).toBe('executed');
  });

  test('is not completed by an old vote of somebody who rises by it', () => {
    const world = GovernedWorld.governed({ policies: { update_member: count(2) } });
    const id = world.propose('update_member', updateMember('vic', 'administrator'));
    // After it, vic would be asked as ben and cyd are; before it, it is not.
    expect(world.approve(id, vic)).toMatchObject({ name: 'NOT_AN_APPROVER' });
    expect(world.status(id)).toBe('open');
  });

  test('cannot leave a policy out of reach, be it of one environment', () => {
    const world = GovernedWorld.governed();
    world.append(world.time, [create('alpha')]);
    world.decide('set_policy', setPolicy('promote_environment', count(3), 'alpha'));
    expect(world.tryPropose('remove_member', { member_id: 'cyd' })).toMatchObject({
      name: 'THRESHOLD_UNREACHABLE',
      message: expect.stringContaining('promote_environment of alpha needs 3 of 2 (administrator)') as string,
    });
    world.decide('set_policy', setPolicy('promote_environment', { mode: 'default' }, 'alpha'));
    expect(world.tryPropose('remove_member', { member_id: 'cyd' })).toBeNull();
  });

  test('that another made impossible is refused at its last approval', () => {
    const world = GovernedWorld.governed();
    const id = world.propose('remove_member', { member_id: 'cyd' });
    world.decide('set_policy', setPolicy('unfreeze', count(3)));
    expect(world.approve(id, ben)).toMatchObject({ name: 'THRESHOLD_UNREACHABLE' });
    expect(world.proposal(id)).toMatchObject({ status: 'open', votes: [{ member_id: 'ada' }] });
  });

  test('holds of the first state, too', () => {
    const policies = { unfreeze: { mode: 'multisig', role: 'administrator', threshold: { count: 1 } } };
    expect(World.empty().try(call('genesis', genesisPayload({ policies })))).toBeNull();
  });
});
