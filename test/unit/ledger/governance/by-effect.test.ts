import { describe, expect, test } from 'vitest';

import { hashOf } from '../../../vectors/chain-builder.ts';
import {
  ben,
  count,
  cyd,
  dee,
  direct,
  fraction,
  GovernedWorld,
  node2,
  rotateKey,
  setPolicy,
  spare,
  updateMember,
  withValidator,
} from '../governance-world.ts';
import { ada, batch, bob, CONTENT, create, merge, update, vic } from '../world.ts';

/** Each of these got round a policy once: another action, or another order, with the same effect. */

const EVIL = hashOf('evil');
const REFUSED = { name: 'APPROVAL_REQUIRED' };

describe('what writes Blue', () => {
  test.each(['create_environment', 'update_environment'])('is under the policy of %s, also as a merge', (action) => {
    const world = GovernedWorld.governed();
    world.append(world.time, [create('mine'), create('prod'), create('other')]);
    world.decide('set_policy', setPolicy(action, count(3)));
    const isMade = action === 'create_environment';
    const target = isMade ? 'new' : 'prod';
    const base = { base_version: isMade ? null : 1, state_hash: EVIL };
    expect(world.try(merge(target, ['mine'], base, { signer: bob }))).toMatchObject(REFUSED);
    expect(world.try(batch([merge(target, ['mine'], base)], { signer: bob }))).toMatchObject(REFUSED);
    const payload = merge(target, ['mine'], base).payload;
    const id = world.propose('merge_environments', payload, { by: bob });
    world.approve(id, ada);
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
  });

  test('is under the policy of one environment too, and of no other', () => {
    const world = GovernedWorld.governed();
    world.append(world.time, [create('mine'), create('prod')]);
    world.decide('set_policy', setPolicy('update_environment', count(3), 'prod'));
    expect(world.try(merge('prod', ['mine'], { state_hash: EVIL }, { signer: bob }))).toMatchObject(REFUSED);
    expect(world.try(merge('mine', ['prod'], { state_hash: EVIL }, { signer: bob }))).toBeNull();
  });

  test('cannot be hidden behind an operation of the same batch', () => {
    const world = GovernedWorld.governed({ policies: { update_environment: count(3) } });
    world.append(world.time, [create('mine')]);
    const operations = [create('new'), merge('new', ['mine'], { state_hash: EVIL })];
    expect(world.try(batch(operations, { signer: bob }))).toMatchObject(REFUSED);
    expect(world.try(batch([create('new'), update('new')], { signer: bob }))).toMatchObject(REFUSED);
    expect(world.try(batch([create('new')], { signer: bob }))).toBeNull();
  });
});

describe('a policy decides about its own end', () => {
  test.each([
    ['for every environment', 'promote_environment', null, direct('promote_to_green')],
    ['for one environment', 'promote_environment', 'prod', direct('promote_to_green')],
    ['by a lower number', 'archive_environment', null, count(1)],
    ['by its default', 'update_environment', null, { mode: 'default' }],
    ['by a fraction', 'checkpoint_state', null, fraction(1, 3)],
  ] as const)('%s', (_, action, envId, next) => {
    const world = GovernedWorld.governed({ policies: { [action]: count(3) } });
    if (action !== 'update_environment') world.append(world.time, [create('prod')]);
    const id = world.propose('set_policy', setPolicy(action, next, envId));
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
  });

  test('and the new one is asked for as well', () => {
    const world = GovernedWorld.governed();
    const id = world.propose('set_policy', setPolicy('promote_environment', count(3)));
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
  });
});

describe('who has a say is not changed under another name', () => {
  test.each([
    [
      'suspending, under what removing asks for',
      { remove_member: fraction(1, 1) },
      'update_member',
      updateMember('cyd', 'administrator', 'suspended'),
    ],
    [
      'lowering, under what removing asks for',
      { remove_member: count(3) },
      'update_member',
      updateMember('vic', 'read_only'),
    ],
    [
      'raising, under what adding asks for',
      { add_member: count(3) },
      'update_member',
      updateMember('bob', 'administrator'),
    ],
    [
      'replacing a key, under what adding asks for',
      { add_member: count(3) },
      'rotate_key',
      rotateKey('vic', vic, spare),
    ],
    [
      'replacing a key, under what removing asks for',
      { remove_member: count(3) },
      'rotate_key',
      rotateKey('vic', vic, dee),
    ],
    [
      'a validator’s key, under what adding one asks for',
      { add_validator: count(3) },
      'rotate_validator',
      withValidator('node1', node2),
    ],
    [
      'a validator’s key, under what removing one asks for',
      { remove_validator: count(3) },
      'rotate_validator',
      withValidator('node1', node2),
    ],
  ])('%s', (_, policies, action, payload) => {
    const world = GovernedWorld.governed({ policies });
    const id = world.propose(action, payload);
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
  });

  test('a change of name alone asks for its own policy', () => {
    const world = GovernedWorld.governed({ policies: { add_member: count(3), remove_member: count(3) } });
    const rename = { ...updateMember('bob', 'blue_state'), name: 'Robert' };
    const id = world.propose('update_member', rename);
    world.approve(id, ben);
    expect(world.status(id)).toBe('executed');
  });

  test('what was suspended by all comes back by those who may add', () => {
    const world = GovernedWorld.governed({ policies: { add_member: count(2) } });
    world.decide('update_member', updateMember('bob', 'blue_state', 'suspended'));
    world.decide('set_policy', setPolicy('add_member', count(3)));
    const id = world.propose('update_member', updateMember('bob', 'blue_state'));
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
  });
});

describe('a promotion by proposal', () => {
  test('is recorded as its approvers’, whatever became of its proposer', () => {
    const world = GovernedWorld.governed();
    world.append(world.time, [create('env')]);
    const id = world.propose('promote_environment', { env_id: 'env', state_hash: CONTENT, metadata: {} }, { by: bob });
    world.decide('update_member', updateMember('bob', 'read_only', 'suspended'));
    expect(world.approve(id, vic)).toBeNull();
    expect(world.environment('env')?.green).toMatchObject({ promoted_by: 'vic', approved_by: ['vic'] });
  });
});
