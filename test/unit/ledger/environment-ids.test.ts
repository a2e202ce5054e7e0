import { describe, expect, test } from 'vitest';

import { isEnvironmentId, isIdentifier } from '../../../src/ledger/actions/fields.ts';
import { policyKey, policySubject } from '../../../src/ledger/governance/policy-rules.ts';
import { addMember, count, dee, GovernedWorld, setPolicy } from './governance-world.ts';
import { ada, create, promote, World } from './world.ts';

/** Ids as the registries of the field have them. */
const NAMED = [
  'ALE/Pong-v5',
  'phys2d/CartPole-v1',
  'owner/env',
  'farama-minari/D4RL/door/human-v2',
  'a/b',
  'x'.repeat(128),
];
const REFUSED = [
  '',
  '/',
  'a/',
  '/a',
  'a//b',
  'a/./b',
  'a/../b',
  '../a',
  '.',
  'a/.b',
  'a/-b',
  'a b',
  'a\\b',
  'a:b',
  'é/a',
  'a/é',
];

describe('the id of an environment', () => {
  test.each(NAMED)('may be %s', (id) => {
    expect(isEnvironmentId(id)).toBe(true);
    expect(World.founded().try(create(id))).toBeNull();
    const subject = { action: 'promote_environment', envId: id };
    expect(policySubject(policyKey(subject))).toEqual(subject);
  });

  test.each([...REFUSED, `a/${'x'.repeat(127)}`, 'x'.repeat(129)])('may not be %j', (id) => {
    expect(isEnvironmentId(id)).toBe(false);
    expect(World.founded().try(create(id))).toMatchObject({ name: 'PAYLOAD_INVALID' });
  });

  test('with a namespace has policies of its own, and no other has them', () => {
    const world = GovernedWorld.governed({ policies: { 'promote_environment/ALE/Pong-v5': count(2) } });
    world.append(
      world.time,
      ['ALE/Pong-v5', 'ALE/Pong-v4', 'ALE'].map((id) => create(id)),
    );
    world.decide('set_policy', setPolicy('archive_environment', count(3), 'ALE/Pong-v4'));
    const send = (action: string, envId: string) => world.ask(action, { env_id: envId }, ada)?.name ?? null;
    expect(world.try(promote('ALE/Pong-v5'))).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    expect(world.try(promote('ALE'))).toBeNull();
    expect([send('archive_environment', 'ALE/Pong-v4'), send('archive_environment', 'ALE')]).toEqual([
      'APPROVAL_REQUIRED',
      null,
    ]);
  });

  test('has a slash, and that of a member or a validator has none', () => {
    expect(isIdentifier('owner/env')).toBe(false);
    const world = GovernedWorld.governed();
    const member = { ...addMember('dee', 'validator', [dee]), member_id: 'key/dee' };
    expect(world.tryPropose('add_member', member)).toMatchObject({ name: 'PAYLOAD_INVALID' });
  });
});
