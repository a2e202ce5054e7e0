import { currentChain } from '../../../vectors/chain-builder.ts';
import { describe, expect, test } from 'vitest';

import type { Rejection } from '../../../../src/ledger/rejections.ts';
import { checkTransaction, encodeTransaction } from '../../../../src/ledger/transactions/transaction.ts';
import { verifyWithNoble } from '../../../../src/ledger/crypto/signature.ts';
import {
  addMember,
  ben,
  count,
  cyd,
  DAY_MS,
  dee,
  GovernedWorld,
  rotateKey,
  setPolicy,
  spare,
  updateMember,
  val,
  withValidator,
  node2,
} from '../governance-world.ts';
import { ada, batch, bob, call, CONTENT, create, GENESIS_TIME, rob, update, vic } from '../world.ts';

const remove = { member_id: 'bob' };
const env = (envId: string) => ({ env_id: envId, state_hash: CONTENT, metadata: {} });

/** A proposal of ada's that waits for one more approval. */
function waiting(): { readonly world: GovernedWorld; readonly id: string } {
  const world = GovernedWorld.governed();
  return { world, id: world.propose('remove_member', remove) };
}

describe('a proposal is executed', () => {
  test('in the block of the last approval, with its transaction as the one that ended it', () => {
    const { world, id } = waiting();
    world.later(5_000);
    const last = world.call('approve', { proposal_id: id }, ben);
    world.append(world.time, [last]);
    const { status, closed_at, closed_by, votes } = world.proposal(id);
    expect({ status, closed_at }).toEqual({ status: 'executed', closed_at: GENESIS_TIME + 5_000 });
    expect(votes.at(-1)?.transaction_id).toBe(closed_by);
    expect(world.member('bob')).toMatchObject({ status: 'removed', keys: [] });
  });

  test('where its last approval is in one block with the proposal', () => {
    const world = GovernedWorld.governed();
    const { id, payload } = world.draft('remove_member', remove);
    world.append(world.time, [world.call('propose', payload), world.call('approve', { proposal_id: id }, ben)]);
    expect(world.status(id)).toBe('executed');
  });

  test('up to and with its expiry, and not after', () => {
    const { world, id } = waiting();
    const late = waiting();
    expect(world.later(DAY_MS).status(id)).toBe('open');
    expect(world.approve(id, ben)).toBeNull();
    expect(world.status(id)).toBe('executed');
    expect(late.world.later(DAY_MS + 1).status(late.id)).toBe('expired');
    expect(late.world.approve(late.id, ben)).toMatchObject({ name: 'PROPOSAL_EXPIRED' });
    // An expired one is still open in the state: time alone ended it.
    expect(late.world.proposal(late.id).status).toBe('open');
  });

  test('once', () => {
    const { world, id } = waiting();
    world.approve(id, ben);
    expect(world.approve(id, cyd)).toMatchObject({ name: 'PROPOSAL_CLOSED' });
  });

  test('though the proposer has gone', () => {
    const world = GovernedWorld.governed();
    const id = world.propose('update_member', updateMember('rob', 'blue_state'), { by: vic });
    world.decide('remove_member', { member_id: 'vic' });
    world.approve(id, ada);
    world.approve(id, ben);
    expect(world.status(id)).toBe('executed');
  });
});

describe('a proposal is rejected', () => {
  test('when the approvals can no longer come together', () => {
    const { world, id } = waiting();
    expect(world.reject(id, ben)).toBeNull();
    expect(world.status(id)).toBe('open');
    expect(world.reject(id, cyd)).toBeNull();
    expect(world.proposal(id)).toMatchObject({ status: 'rejected', closed_at: world.time });
    expect(world.member('bob')?.status).toBe('active');
  });

  test('by a single rejection where all are needed', () => {
    const world = GovernedWorld.governed({ policies: { remove_member: count(3) } });
    const id = world.propose('remove_member', remove);
    world.reject(id, cyd);
    expect(world.status(id)).toBe('rejected');
  });

  test('not by those who do not count', () => {
    const world = GovernedWorld.governed({ policies: { unfreeze: count(1) } });
    // val has a say in what validators will decide, and none in what administrators decide today.
    const id = world.propose('set_policy', setPolicy('unfreeze', count(3, 'validator')));
    for (const signer of [vic, val]) expect(world.reject(id, signer)).toBeNull();
    expect(world.status(id)).toBe('open');
  });

  test('by an approval that finds it lost since', () => {
    const world = GovernedWorld.governed({ policies: { remove_member: count(2) } });
    const id = world.propose('remove_member', remove);
    world.reject(id, ben);
    world.decide('set_policy', setPolicy('remove_member', count(3)));
    expect(world.approve(id, cyd)).toBeNull();
    expect(world.status(id)).toBe('rejected');
  });
});

describe('a proposal is withdrawn', () => {
  test('by its proposer', () => {
    const { world, id } = waiting();
    expect(world.withdraw(id, ben)).toMatchObject({ name: 'NOT_PROPOSER' });
    expect(world.withdraw(id, ada)).toBeNull();
    expect(world.proposal(id)).toMatchObject({ status: 'withdrawn', closed_at: world.time });
    expect(world.approve(id, ben)).toMatchObject({ name: 'PROPOSAL_CLOSED' });
  });

  test('by any key of its proposer', () => {
    const { world, id } = waiting();
    world.must('rotate_key', rotateKey('ada', ada, spare), ada);
    expect(world.withdraw(id, spare)).toBeNull();
  });

  test('not after its proposer was suspended', () => {
    const { world, id } = waiting();
    const suspension = world.propose('update_member', updateMember('ada', 'administrator', 'suspended'), { by: ben });
    world.approve(suspension, cyd);
    expect(world.withdraw(id, ada)).toMatchObject({ name: 'SIGNER_INACTIVE' });
  });
});

describe('a proposal ends stale', () => {
  test('with the next approval, where what it rests on has changed', () => {
    const { world, id } = waiting();
    world.must('rotate_key', rotateKey('bob', bob, spare), bob);
    expect(world.status(id)).toBe('open');
    expect(world.approve(id, ben)).toBeNull();
    expect(world.proposal(id)).toMatchObject({ status: 'stale', closed_at: world.time });
    expect(world.member('bob')).toMatchObject({ status: 'active', keys: [spare.publicKey] });
  });

  test('with an approval that is not the last one too, and not where the value is again as it was', () => {
    for (const isBack of [false, true]) {
      const world = GovernedWorld.governed({ policies: { remove_member: count(3) } });
      const id = world.propose('remove_member', remove);
      world.decide('update_member', updateMember('bob', 'validator'));
      if (isBack) world.decide('update_member', updateMember('bob', 'blue_state'));
      expect(world.approve(id, ben)).toBeNull();
      expect(world.status(id)).toBe(isBack ? 'open' : 'stale');
    }
  });

  test('where what it would make is there already', () => {
    const world = GovernedWorld.governed();
    const first = world.propose('add_member', addMember('dee', 'blue_state', [dee]));
    const twin = world.propose('add_member', addMember('dee', 'administrator', [spare]), { by: ben });
    world.approve(first, cyd);
    world.approve(twin, cyd);
    expect([world.status(first), world.status(twin)]).toEqual(['executed', 'stale']);
    expect(world.member('dee')?.level).toBe('blue_state');
  });

  test('for an environment that was changed', () => {
    const world = GovernedWorld.governed({ policies: { promote_environment: count(2) } });
    world.append(world.time, [create('alpha')]);
    const id = world.propose('promote_environment', env('alpha'));
    world.append(world.time, [update('alpha', { state_hash: CONTENT, metadata: { note: 1 } })]);
    world.approve(id, ben);
    expect(world.status(id)).toBe('stale');
    expect(world.environment('alpha')?.green).toBeNull();
  });

  test.each<[string, (world: GovernedWorld, id: string) => Rejection | null]>([
    ['a rejection', (world, id) => world.reject(id, ben)],
    ['an approval that is carried in', (world, id) => world.carry(id, [ben], rob)],
    ["its proposer's second approval", (world, id) => world.approve(id, ada)],
    ['its proposer’s withdrawal', (world, id) => world.withdraw(id, ada)],
    ['a withdrawal by anybody else', (world, id) => world.withdraw(id, rob)],
  ])('with %s as well', (_, say) => {
    const { world, id } = waiting();
    world.must('rotate_key', rotateKey('bob', bob, spare), bob);
    expect(say(world, id)).toBeNull();
    expect(world.proposal(id)).toMatchObject({ status: 'stale', closed_at: world.time });
    expect(world.approve(id, cyd)).toMatchObject({ name: 'PROPOSAL_CLOSED' });
  });
});

describe('a vote', () => {
  test('is one for each member, and the last word counts', () => {
    const { world, id } = waiting();
    world.reject(id, ben);
    expect(world.reject(id, ben)).toMatchObject({ name: 'ALREADY_VOTED' });
    world.reject(id, ada);
    expect(world.status(id)).toBe('rejected');
    const other = waiting();
    other.world.reject(other.id, ada);
    other.world.approve(other.id, ben);
    expect(other.world.status(other.id)).toBe('open');
    expect(other.world.proposal(other.id).votes.map(({ member_id, decision }) => [member_id, decision])).toEqual([
      ['ada', 'reject'],
      ['ben', 'approve'],
    ]);
    other.world.approve(other.id, ada);
    expect(other.world.status(other.id)).toBe('executed');
  });

  test('given twice counts once', () => {
    const { world, id } = waiting();
    expect(world.approve(id, ada)).toMatchObject({ name: 'ALREADY_VOTED' });
    expect(world.proposal(id).votes).toHaveLength(1);
  });

  test('by two keys of one member counts once', () => {
    const world = GovernedWorld.governed();
    world.decide('add_member', addMember('dee', 'administrator', [dee, spare]));
    const id = world.propose('remove_member', remove, { by: dee });
    expect(world.approve(id, spare)).toMatchObject({ name: 'ALREADY_VOTED' });
    world.approve(id, ada);
    expect(world.status(id)).toBe('open');
    // Three of four.
    world.approve(id, ben);
    expect(world.status(id)).toBe('executed');
  });

  test('does not count while its member is suspended, and does again after', () => {
    const world = GovernedWorld.governed({ policies: { remove_member: count(2) } });
    const id = world.propose('remove_member', remove);
    world.decide('update_member', updateMember('ada', 'administrator', 'suspended'));
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    const back = world.propose('update_member', updateMember('ada', 'administrator'), { by: ben });
    world.approve(back, cyd);
    expect(world.approve(id, ben)).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test('does not count of a member who was removed or demoted', () => {
    for (const [action, payload] of [
      ['remove_member', { member_id: 'ada' }],
      ['update_member', updateMember('ada', 'validator')],
    ] as const) {
      const world = GovernedWorld.governed({ policies: { set_parameter: count(2) } });
      const id = world.propose('set_parameter', { name: 'proposal_lifetime_ms', value: DAY_MS });
      const out = world.propose(action, payload, { by: ben });
      expect(world.approve(out, cyd)).toBeNull();
      expect(world.status(out)).toBe('executed');
      world.approve(id, ben);
      expect(world.status(id), action).toBe('open');
      world.approve(id, cyd);
      expect(world.status(id), action).toBe('executed');
    }
  });

  test('against it does not count of a member who was suspended', () => {
    const world = GovernedWorld.governed({ policies: { remove_member: count(1) } });
    const id = world.propose('remove_member', remove, { by: vic });
    world.reject(id, ben);
    world.reject(id, cyd);
    const out = world.propose('update_member', updateMember('cyd', 'administrator', 'suspended'), { by: ben });
    expect(world.approve(out, ada)).toBeNull();
    expect(world.status(out)).toBe('executed');
    // One of two rejects it now, and one approval is enough.
    expect(world.approve(id, ada)).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test('does not count by a key that was rotated, until it is given again', () => {
    const { world, id } = waiting();
    world.must('rotate_key', rotateKey('ada', ada, spare), ada);
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    expect(world.approve(id, ada)).toMatchObject({ name: 'SIGNER_INACTIVE' });
    expect(world.approve(id, spare)).toBeNull();
    expect(world.status(id)).toBe('executed');
    expect(world.proposal(id).votes.map(({ public_key }) => public_key)).toEqual([ben.publicKey, spare.publicKey]);
  });

  test('of somebody who voted executes what a lower threshold has completed', () => {
    const world = GovernedWorld.governed({ policies: { remove_member: count(3) } });
    const id = world.propose('remove_member', remove);
    world.approve(id, ben);
    world.decide('set_policy', setPolicy('remove_member', count(2)));
    expect(world.status(id)).toBe('open');
    expect(world.approve(id, ada)).toBeNull();
    expect(world.status(id)).toBe('executed');
    expect(world.proposal(id).votes).toHaveLength(2);
  });

  test('against it executes nothing, though the approvals are complete by now', () => {
    const world = GovernedWorld.governed({ policies: { remove_member: count(3) } });
    const id = world.propose('remove_member', remove);
    world.approve(id, ben);
    world.decide('set_policy', setPolicy('remove_member', count(2)));
    expect(world.reject(id, cyd)).toBeNull();
    expect(world.status(id)).toBe('open');
    expect(world.member('bob')?.status).toBe('active');
  });

  test('against it is heard, though to execute it would be refused', () => {
    const world = GovernedWorld.governed({ policies: { create_environment: count(3, 'validator') } });
    const id = world.propose('create_environment', env('alpha'));
    world.approve(id, ben);
    world.decide('set_policy', setPolicy('create_environment', count(2, 'validator')));
    world.must('freeze', { reason: 'an intruder' });
    expect(world.approve(id, cyd)).toMatchObject({ name: 'CHAIN_FROZEN' });
    expect(world.reject(id, cyd)).toBeNull();
  });
});

describe('an approval that would be refused at execution', () => {
  test('leaves no trace', () => {
    const world = GovernedWorld.governed();
    world.decide('add_validator', withValidator('node2', node2));
    const [first, second] = ['node1', 'node2'].map((id) => world.propose('remove_validator', { validator_id: id }));
    expect(world.approve(first ?? '', ben)).toBeNull();
    expect(world.approve(second ?? '', ben)).toMatchObject({ name: 'LAST_VALIDATOR' });
    expect(world.proposal(second ?? '').votes).toHaveLength(1);
    expect(world.status(second ?? '')).toBe('open');
  });
});

describe('what can be proposed', () => {
  const refused = (action: string, payload: object): string | undefined => {
    const proposal = { action, payload, expires_at: GENESIS_TIME + 1, pre_state: CONTENT };
    const transaction = call('propose', proposal as never);
    const checked = checkTransaction(encodeTransaction(transaction), currentChain(), verifyWithNoble);
    return 'name' in checked ? checked.name : undefined;
  };

  test('is a batch of what changes environments, and of who must agree to that in one of them', () => {
    const create = { action: 'create_environment', payload: env('alpha') };
    const protect = (env_id: string | null) => ({
      action: 'set_policy',
      payload: setPolicy('promote_environment', count(2), env_id),
    });
    expect(refused('batch', { operations: [create, protect('alpha')] })).toBeUndefined();
    for (const operations of [
      [],
      [create, protect(null)],
      [create, { action: 'remove_member', payload: remove }],
      [create, { action: 'batch', payload: { operations: [create] } }],
      [create, { action: 'approve', payload: { proposal_id: CONTENT } }],
      [create, { action: 'create_environment', payload: {} }],
    ])
      expect(refused('batch', { operations }), JSON.stringify(operations)).toBe('PAYLOAD_INVALID');
    const governed = batch([call('create_environment', env('alpha')), call('remove_member', remove)]);
    const checked = checkTransaction(encodeTransaction(governed), currentChain(), verifyWithNoble);
    expect(checked).toMatchObject({ name: 'PAYLOAD_INVALID' });
  });

  test('is not what carries proposals, nor a freeze', () => {
    const named: Readonly<Record<string, object>> = {
      freeze: { reason: 'x' },
      propose: { action: 'unfreeze', payload: {}, expires_at: 1, pre_state: CONTENT },
      approve: { proposal_id: CONTENT },
      reject: { proposal_id: CONTENT, reason: 'x' },
      withdraw: { proposal_id: CONTENT },
      carry_approvals: { proposal_id: CONTENT, approvals: [] },
      genesis: {},
      none: {},
    };
    for (const [action, payload] of Object.entries(named))
      expect(refused(action, payload), action).toBe('PAYLOAD_INVALID');
  });

  test('is checked as the action itself would check it', () => {
    expect(refused('remove_member', { member_id: '' })).toBe('PAYLOAD_INVALID');
    expect(refused('remove_member', { member_id: 'bob', extra: 1 })).toBe('PAYLOAD_INVALID');
    expect(refused('set_parameter', { name: 'sandbox', value: 1 })).toBe('PAYLOAD_INVALID');
    expect(refused('set_parameter', { name: 'transaction_window_ms', value: 999 })).toBe('PAYLOAD_INVALID');
    expect(refused('set_policy', { action: 'unfreeze', env_id: null, policy: { mode: 'none' } })).toBe(
      'PAYLOAD_INVALID',
    );
    expect(refused('add_member', { ...addMember('dee', 'validator', [dee]), keys: [] })).toBe('PAYLOAD_INVALID');
    const [key] = addMember('dee', 'validator', [dee])['keys'] as [object];
    expect(refused('add_member', { ...addMember('dee', 'validator', [dee]), keys: [key, key] })).toBe(
      'PAYLOAD_INVALID',
    );
    expect(refused('remove_member', { member_id: 'bob' })).toBeUndefined();
  });

  test('is each once, though it ended', () => {
    const { world, id } = waiting();
    world.reject(id, ben);
    world.reject(id, cyd);
    expect(world.tryPropose('remove_member', remove)).toMatchObject({ name: 'PROPOSAL_EXISTS' });
    expect(world.tryPropose('remove_member', remove, { lifetimeMs: DAY_MS - 1 })).toBeNull();
  });

  test('rests on exactly what it reads or changes', () => {
    const { world, id } = waiting();
    expect(world.proposal(id).reads.map(({ namespace, key }) => `${namespace} ${key}`)).toEqual([
      `members key/${bob.publicKey}`,
      'members member/bob',
    ]);
    // What it does not rest on may change.
    world.must('rotate_key', rotateKey('rob', rob, spare), rob);
    world.approve(id, ben);
    expect(world.status(id)).toBe('executed');
  });
});
