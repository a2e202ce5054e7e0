import { describe, expect, test } from 'vitest';

import type { Transaction } from '../../../../src/ledger/transactions/transaction.ts';
import { addMember, ben, count, cyd, dee, GovernedWorld, setPolicy, updateMember } from '../governance-world.ts';
import { ada, batch, bob, CONTENT, create, GENESIS_TIME, rob, update, vic } from '../world.ts';

const env = (envId: string) => ({ env_id: envId, state_hash: CONTENT, metadata: {} });
const frozen = (policies = {}): GovernedWorld => {
  const world = GovernedWorld.governed({ policies });
  world.append(world.time, [create('alpha')]);
  world.must('freeze', { reason: 'an intruder' }, cyd);
  return world;
};

describe('a freeze', () => {
  test('is one administrator’s, and nobody else’s', () => {
    for (const signer of [vic, bob, rob])
      expect(GovernedWorld.governed().ask('freeze', { reason: 'x' }, signer)).toMatchObject({
        name: 'PERMISSION_MISSING',
      });
    const world = GovernedWorld.governed().later(1_000);
    world.must('freeze', { reason: 'an intruder' }, ben);
    expect(world.freeze).toEqual({
      frozen: true,
      reason: 'an intruder',
      since: GENESIS_TIME + 1_000,
      member_id: 'ben',
      transaction_id: expect.stringMatching(/^0x[0-9a-f]{64}$/) as string,
    });
    expect(world.ask('freeze', { reason: 'again' }, cyd)).toMatchObject({ name: 'STATE_UNCHANGED' });
  });

  test('cannot be made harder or easier by a policy', () => {
    expect(GovernedWorld.governed().tryPropose('set_policy', setPolicy('freeze', count(2)))).toMatchObject({
      name: 'POLICY_NOT_ALLOWED',
    });
  });

  test('stops environments from the next transaction of its own block on', () => {
    const world = GovernedWorld.governed();
    const execution = world.execution(world.time);
    const tell = (transaction: Transaction) => execution.add(world.checked(transaction));
    expect(tell(create('alpha'))).toBeNull();
    expect(tell(world.call('freeze', { reason: 'now' }, ada))).toBeNull();
    expect(tell(create('beta'))).toMatchObject({ name: 'CHAIN_FROZEN' });
    expect(tell(batch([update('alpha')]))).toMatchObject({ name: 'CHAIN_FROZEN' });
  });

  test('is told before what else is wrong with an environment, and after who may', () => {
    expect(frozen().try(create('alpha'))).toMatchObject({ name: 'CHAIN_FROZEN' });
    expect(frozen().try(create('beta', {}, { signer: rob }))).toMatchObject({ name: 'PERMISSION_MISSING' });
    expect(frozen({ update_environment: count(2) }).try(update('alpha'))).toMatchObject({ name: 'APPROVAL_REQUIRED' });
  });

  test('stops proposals for environments at their start and at their end', () => {
    const world = GovernedWorld.governed({ policies: { create_environment: count(3) } });
    const id = world.propose('create_environment', env('alpha'));
    world.must('freeze', { reason: 'an intruder' });
    expect(world.tryPropose('create_environment', env('beta'))).toMatchObject({ name: 'CHAIN_FROZEN' });
    // It may be voted on; only the last approval is refused.
    expect(world.approve(id, ben)).toBeNull();
    expect(world.approve(id, cyd)).toMatchObject({ name: 'CHAIN_FROZEN' });
    expect(world.carry(id, [cyd])).toMatchObject({ name: 'CHAIN_FROZEN' });
    expect(world.proposal(id).votes).toHaveLength(2);
    world.decide('unfreeze', {});
    expect(world.approve(id, cyd)).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test('lets governance go on', () => {
    const world = frozen();
    world.decide('add_member', addMember('dee', 'blue_state', [dee]));
    world.decide('update_member', updateMember('dee', 'blue_state', 'suspended'));
    world.decide('set_policy', setPolicy('create_environment', count(2)));
    world.decide('set_parameter', { name: 'proposal_lifetime_ms', value: 60_000 });
    expect(world.freeze?.frozen).toBe(true);
  });

  test('ends by as many approvals as its policy asks for', () => {
    const world = frozen({ unfreeze: count(3) });
    const id = world.later(1_000).propose('unfreeze', {});
    world.approve(id, ben);
    expect(world.try(create('beta'))).toMatchObject({ name: 'CHAIN_FROZEN' });
    world.approve(id, cyd);
    expect(world.freeze).toMatchObject({
      frozen: false,
      reason: 'an intruder',
      since: world.time,
      member_id: 'cyd',
      transaction_id: world.proposal(id).closed_by,
    });
    expect(world.try(create('beta'))).toBeNull();
    expect(world.tryPropose('unfreeze', {})).toMatchObject({ name: 'STATE_UNCHANGED' });
  });

  test('that came after the proposal to end one is not ended by it', () => {
    const world = frozen();
    const late = world.propose('unfreeze', {}, { by: ben });
    // As a freeze that was ended, and came again, leaves it.
    world.force('parameters', 'freeze', { ...world.freeze, reason: 'again', since: world.time + 1 });
    expect(world.approve(late, ada)).toBeNull();
    expect(world.status(late)).toBe('stale');
    expect(world.freeze).toMatchObject({ frozen: true, reason: 'again' });
  });
});
