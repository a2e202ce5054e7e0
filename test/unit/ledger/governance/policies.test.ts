import { describe, expect, test } from 'vitest';

import { neededOf } from '../../../../src/ledger/governance/requirement.ts';
import {
  addMember,
  ben,
  count,
  cyd,
  dee,
  direct,
  fraction,
  GovernedWorld,
  setPolicy,
  val,
} from '../governance-world.ts';
import { ada, bob, CONTENT, create, promote, rob, vic } from '../world.ts';

const env = (envId: string) => ({ env_id: envId, state_hash: CONTENT, metadata: {} });

describe('a threshold', () => {
  test.each([
    [{ count: 1 }, 3, 1],
    [{ count: 3 }, 3, 3],
    [{ numerator: 1, denominator: 2 }, 1, 1],
    [{ numerator: 1, denominator: 2 }, 2, 1],
    [{ numerator: 1, denominator: 2 }, 3, 2],
    [{ numerator: 2, denominator: 3 }, 1, 1],
    [{ numerator: 2, denominator: 3 }, 2, 2],
    [{ numerator: 2, denominator: 3 }, 3, 2],
    [{ numerator: 2, denominator: 3 }, 4, 3],
    [{ numerator: 2, denominator: 3 }, 6, 4],
    [{ numerator: 1, denominator: 1 }, 7, 7],
    [{ numerator: 1, denominator: 1_000 }, 3, 1],
    // Floating point says 4: three times this numerator has no number of its own.
    [{ numerator: Number.MAX_SAFE_INTEGER, denominator: Number.MAX_SAFE_INTEGER }, 3, 3],
    [{ numerator: Number.MAX_SAFE_INTEGER - 1, denominator: Number.MAX_SAFE_INTEGER }, 3, 3],
    [{ numerator: 1, denominator: Number.MAX_SAFE_INTEGER }, 3, 1],
  ])('%j of %i is %i', (threshold, holders, needed) => {
    expect(neededOf(threshold, holders)).toBe(needed);
  });

  test('is never less than its fraction, and never more than one above it', () => {
    for (let holders = 1; holders <= 12; holders++)
      for (let denominator = 1; denominator <= 12; denominator++)
        for (let numerator = 1; numerator <= denominator; numerator++) {
          const needed = neededOf({ numerator, denominator }, holders);
          expect(needed * denominator).toBeGreaterThanOrEqual(holders * numerator);
          expect((needed - 1) * denominator).toBeLessThan(holders * numerator);
        }
  });
});

describe('by default', () => {
  test('two thirds of the administrators approve what governs', () => {
    const world = GovernedWorld.governed();
    const id = world.propose('remove_member', { member_id: 'rob' });
    expect(world.status(id)).toBe('open');
    expect(world.approve(id, ben)).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test('nothing that governs is done directly, but a member’s own key', () => {
    const world = GovernedWorld.governed();
    expect(world.ask('remove_member', { member_id: 'rob' })).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    expect(world.ask('unfreeze', {})).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    expect(world.ask('set_policy', setPolicy('unfreeze', count(1)))).toMatchObject({ name: 'APPROVAL_REQUIRED' });
  });

  test('a single administrator decides at once', () => {
    const world = GovernedWorld.governed({ members: ['ada', 'bob'] });
    const id = world.propose('remove_member', { member_id: 'bob' });
    expect(world.proposal(id)).toMatchObject({
      status: 'executed',
      closed_at: world.time,
      closed_by: world.proposal(id).transaction_id,
      votes: [{ member_id: 'ada', decision: 'approve' }],
    });
    expect(world.member('bob')?.status).toBe('removed');
  });

  test('a single administrator can bring in a second, and then two decide', () => {
    const world = GovernedWorld.governed({ members: ['ada', 'bob'] });
    world.propose('add_member', addMember('dee', 'administrator', [dee]));
    expect(world.member('dee')?.level).toBe('administrator');
    const id = world.propose('remove_member', { member_id: 'bob' });
    expect(world.status(id)).toBe('open');
    expect(world.approve(id, dee)).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test('governance is proposed by validators and above, environments by whoever may write', () => {
    const world = GovernedWorld.governed();
    expect(world.tryPropose('remove_member', { member_id: 'rob' }, { by: vic })).toBeNull();
    for (const by of [bob, rob])
      expect(world.tryPropose('remove_member', { member_id: 'rob' }, { by })).toMatchObject({
        name: 'PERMISSION_MISSING',
      });
    expect(world.tryPropose('create_environment', env('alpha'), { by: bob })).toBeNull();
    expect(world.tryPropose('create_environment', env('alpha'), { by: rob })).toMatchObject({
      name: 'PERMISSION_MISSING',
    });
  });

  test('a proposer without a say opens it with no vote', () => {
    const world = GovernedWorld.governed();
    const id = world.propose('remove_member', { member_id: 'rob' }, { by: vic });
    expect(world.proposal(id)).toMatchObject({ status: 'open', votes: [] });
    world.approve(id, ada);
    expect(world.status(id)).toBe('open');
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
  });
});

describe('an action under a direct policy', () => {
  test('is executed by a proposal of whoever could do it alone', () => {
    const world = GovernedWorld.governed();
    const id = world.propose('create_environment', env('alpha'), { by: bob });
    expect(world.status(id)).toBe('executed');
    expect(world.environment('alpha')).toMatchObject({ created_by: 'bob' });
  });

  test('can be proposed to somebody who may, and is recorded as theirs who approved it', () => {
    const world = GovernedWorld.governed();
    world.append(world.time, [create('alpha')]);
    const id = world.propose('promote_environment', env('alpha'), { by: bob });
    expect(world.status(id)).toBe('open');
    expect(world.approve(id, rob)).toMatchObject({ name: 'NOT_AN_APPROVER' });
    expect(world.approve(id, vic)).toBeNull();
    expect(world.environment('alpha')?.green).toMatchObject({
      promoted_by: 'vic',
      approved_by: ['vic'],
      transaction_id: world.proposal(id).closed_by,
    });
  });
});

describe('a multisig policy of an environment action', () => {
  test('counts whoever holds the role or more', () => {
    const world = GovernedWorld.governed({ policies: { create_environment: count(3, 'blue_state') } });
    const id = world.propose('create_environment', env('alpha'), { by: bob });
    expect(world.approve(id, vic)).toBeNull();
    expect(world.status(id)).toBe('open');
    expect(world.approve(id, rob)).toMatchObject({ name: 'NOT_AN_APPROVER' });
    expect(world.approve(id, ada)).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test('by fraction is of those who hold it when it is counted', () => {
    const world = GovernedWorld.governed({ policies: { create_environment: fraction(1, 2, 'validator') } });
    const id = world.propose('create_environment', env('alpha'), { by: ada });
    world.approve(id, vic);
    expect(world.status(id)).toBe('open');
    world.decide('remove_member', { member_id: 'val' });
    // Two of four are enough now; somebody has to say so.
    expect(world.approve(id, vic)).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test('protects one environment, and no other', () => {
    const world = GovernedWorld.governed();
    world.append(world.time, [create('alpha'), create('beta')]);
    world.decide('set_policy', setPolicy('promote_environment', count(2, 'validator'), 'alpha'));
    expect(world.try(promote('alpha'), world.time)).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    expect(world.try(promote('beta'), world.time)).toBeNull();
    const id = world.propose('promote_environment', env('alpha'), { by: vic });
    expect(world.approve(id, val)).toBeNull();
    expect(world.environment('alpha')?.green?.version).toBe(1);
  });

  test('of one environment goes before the action’s, and gives way to it again', () => {
    const world = GovernedWorld.governed({ policies: { promote_environment: count(2) } });
    world.append(world.time, [create('alpha')]);
    expect(world.try(promote('alpha'), world.time)).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    world.decide('set_policy', setPolicy('promote_environment', direct('promote_to_green'), 'alpha'));
    expect(world.try(promote('alpha'), world.time)).toBeNull();
    world.decide('set_policy', setPolicy('promote_environment', { mode: 'default' }, 'alpha'));
    expect(world.try(promote('alpha'), world.time)).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    world.decide('set_policy', setPolicy('promote_environment', { mode: 'default' }));
    expect(world.try(promote('alpha'), world.time)).toBeNull();
  });

  test('cannot be set for an environment that is not there', () => {
    const world = GovernedWorld.governed();
    expect(world.tryPropose('set_policy', setPolicy('promote_environment', count(2), 'alpha'))).toMatchObject({
      name: 'ENVIRONMENT_NOT_FOUND',
    });
  });
});

describe('a change of a governance action’s policy', () => {
  test('needs the approvals of the old policy as well', () => {
    const world = GovernedWorld.governed({ policies: { set_policy: count(1), unfreeze: count(3) } });
    const id = world.propose('set_policy', setPolicy('unfreeze', count(1)));
    expect(world.status(id)).toBe('open');
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
  });

  test('needs the approvals of the new policy as well', () => {
    const world = GovernedWorld.governed({ policies: { set_policy: count(1), unfreeze: count(1) } });
    const id = world.propose('set_policy', setPolicy('unfreeze', count(3)));
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
  });

  test('needs those who will have a say by it', () => {
    const world = GovernedWorld.governed({ policies: { set_policy: count(1), unfreeze: count(1) } });
    const id = world.propose('set_policy', setPolicy('unfreeze', fraction(1, 1, 'validator')));
    for (const signer of [ben, cyd, vic]) expect(world.approve(id, signer)).toBeNull();
    expect(world.status(id)).toBe('open');
    expect(world.approve(id, bob)).toMatchObject({ name: 'NOT_AN_APPROVER' });
    expect(world.approve(id, val)).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test('of set_policy itself, lower: the old threshold is what counts', () => {
    const world = GovernedWorld.governed({ policies: { set_policy: count(3) } });
    const id = world.propose('set_policy', setPolicy('set_policy', count(1)));
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
    expect(world.status(world.propose('set_policy', setPolicy('set_policy', count(2))))).toBe('open');
  });

  test('of set_policy itself, higher: the new threshold is what counts', () => {
    const world = GovernedWorld.governed({ policies: { set_policy: count(1) } });
    const id = world.propose('set_policy', setPolicy('set_policy', count(2)));
    expect(world.status(id)).toBe('open');
    world.approve(id, ben);
    expect(world.status(id)).toBe('executed');
  });

  test('back to the default needs the default’s approvals', () => {
    const world = GovernedWorld.governed({ policies: { set_policy: count(1), unfreeze: count(1) } });
    const id = world.propose('set_policy', setPolicy('unfreeze', { mode: 'default' }));
    expect(world.status(id)).toBe('open');
    world.approve(id, ben);
    expect(world.status(id)).toBe('executed');
  });

  test('says so where nothing would change', () => {
    const world = GovernedWorld.governed({ policies: { unfreeze: count(2) } });
    expect(world.tryPropose('set_policy', setPolicy('unfreeze', count(2)))).toMatchObject({ name: 'STATE_UNCHANGED' });
    expect(world.tryPropose('set_policy', setPolicy('add_member', { mode: 'default' }))).toMatchObject({
      name: 'STATE_UNCHANGED',
    });
  });
});
