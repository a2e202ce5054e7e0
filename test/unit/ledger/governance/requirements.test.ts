import { describe, expect, test } from 'vitest';

import { ACTION_TABLE } from '../../../../src/ledger/actions/registry.ts';
import { requirementsOf } from '../../../../src/ledger/governance/settle.ts';
import type { Policy } from '../../../../src/ledger/state/records.ts';
import { hashOf } from '../../../vectors/chain-builder.ts';
import { ben, count, cyd, direct, GovernedWorld, setPolicy, val } from '../governance-world.ts';
import { ada, bob, create, merge, vic } from '../world.ts';

/** What several policies ask for together, where none of them implies the other. */

const governed = (policies: Readonly<Record<string, Policy>>): GovernedWorld => {
  const world = GovernedWorld.governed({ policies });
  world.append(world.time, [create('mine'), create('prod')]);
  return world;
};
const asked = (world: GovernedWorld, ...actions: readonly string[]): object[] =>
  requirementsOf(
    world.state,
    ACTION_TABLE,
    actions.map((action) => ({ action, envId: null })),
  );
const mergeInto = (target: string): ReturnType<typeof merge>['payload'] =>
  merge(target, ['mine'], { base_version: 1, state_hash: hashOf('merged') }).payload;

describe('what is asked for', () => {
  test('is said once where several policies say the same', () => {
    expect(asked(governed({}), 'rotate_key', 'add_member', 'remove_member')).toEqual([
      { role: 'administrator', needed: 2 },
    ]);
  });

  test.each([
    ['first', ['remove_member', 'add_member']],
    ['last', ['add_member', 'remove_member']],
  ])('leaves out what another implies, named %s', (_, actions) => {
    expect(asked(governed({ remove_member: count(3) }), ...actions)).toEqual([{ role: 'administrator', needed: 3 }]);
  });

  test('is all of them where none implies another', () => {
    const world = governed({ add_member: count(4, 'validator') });
    expect(asked(world, 'add_member', 'remove_member')).toEqual([
      { role: 'validator', needed: 4 },
      { role: 'administrator', needed: 2 },
    ]);
  });
});

describe('two policies that ask for different people', () => {
  const BOTH = { merge_environments: count(3, 'validator'), update_environment: count(2) };

  test('must both be met', () => {
    const world = governed(BOTH);
    const id = world.propose('merge_environments', mergeInto('prod'), { by: bob });
    for (const signer of [vic, val, ada]) {
      expect(world.approve(id, signer)).toBeNull();
      expect(world.status(id)).toBe('open');
    }
    expect(world.approve(id, cyd)).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test('end the proposal where one of them can no longer be met, by a rejection', () => {
    const world = governed({ ...BOTH, update_environment: count(3) });
    const id = world.propose('merge_environments', mergeInto('prod'), { by: bob });
    expect(world.reject(id, ben)).toBeNull();
    expect(world.status(id)).toBe('rejected');
  });

  test('and by a change of policy, which the next approval finds', () => {
    const world = governed({ ...BOTH, merge_environments: count(4, 'validator') });
    const id = world.propose('merge_environments', mergeInto('prod'), { by: bob });
    expect(world.reject(id, ben)).toBeNull();
    expect(world.status(id)).toBe('open');
    world.decide('set_policy', setPolicy('update_environment', count(3)));
    expect(world.approve(id, vic)).toBeNull();
    expect(world.status(id)).toBe('rejected');
  });
});

test('nobody who rejected a promotion is recorded as having approved it', () => {
  const world = governed({ promote_environment: count(2) });
  const { blue } = world.environment('prod') ?? { blue: null };
  const id = world.propose('promote_environment', {
    env_id: 'prod',
    state_hash: blue?.state_hash ?? '',
    metadata: blue?.metadata ?? {},
  });
  expect(world.reject(id, ben)).toBeNull();
  expect(world.approve(id, cyd)).toBeNull();
  expect(world.environment('prod')?.green).toMatchObject({ approved_by: ['ada', 'cyd'], promoted_by: 'cyd' });
});

test('where a policy is taken away, those have a say whom the one behind it asks', () => {
  const world = governed({ update_environment: count(2) });
  world.decide('set_policy', setPolicy('update_environment', count(3), 'prod'));
  const general = world.propose('set_policy', setPolicy('update_environment', { mode: 'default' }, 'prod'));
  expect(world.approve(general, bob)).toMatchObject({ name: 'NOT_AN_APPROVER' });
  world.withdraw(general);
  const toDefault = world.propose('set_policy', setPolicy('update_environment', { mode: 'default' }));
  expect(world.approve(toDefault, bob)).toBeNull();
  const toDirect = world.propose('set_policy', setPolicy('merge_environments', direct('write_blue_state')));
  expect(world.approve(toDirect, bob)).toBeNull();
});
