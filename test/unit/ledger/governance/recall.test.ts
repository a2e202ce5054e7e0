import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../src/base/canonical.ts';
import { ben, count, type GovernedWorld } from '../governance-world.ts';
import { env, recalling, twiceGreen } from '../rollback-world.ts';
import { ada, bob, call, CONTENT, OTHER, rob, vic } from '../world.ts';

const emergency = (envId = 'alpha'): JsonObject => recalling(envId, { emergency: true });

describe('a recall', () => {
  test('takes back what is Green, and keeps it on record', () => {
    const world = twiceGreen();
    const before = world.environment('alpha');
    const superseded_by = { env_id: 'beta', version: 1 };
    world.must('recall_environment', recalling('alpha', { superseded_by }), vic);
    const recalled = {
      version: 2,
      state_hash: OTHER,
      promoted_at: before?.green?.promoted_at,
      promotion: before?.green?.transaction_id,
      recalled_at: world.time,
      recalled_by: 'vic',
      approved_by: [],
      emergency: false,
      reason: 'it leaks its test set',
      superseded_by,
      transaction_id: world.environment('alpha')?.recalled?.transaction_id,
    };
    expect(world.environment('alpha')).toEqual({ ...before, green: null, recalled });
    expect(world.state.get('environments', `recall:alpha:${recalled.promotion ?? ''}`)).toEqual(recalled);
    expect(world.ask('recall_environment', recalling('alpha', { green_version: 2, state_hash: OTHER }))).toMatchObject({
      name: 'NOT_PROMOTED',
    });
  });

  test('by a proposal names who approved it', () => {
    const world = twiceGreen({ policies: { 'promote_environment/beta': count(2) } });
    world.decide('promote_environment', env('beta'));
    const id = world.decide('recall_environment', recalling('beta'));
    const { closed_by } = world.proposal(id);
    expect(world.environment('beta')?.recalled).toMatchObject({
      recalled_by: 'ben',
      approved_by: ['ada', 'ben'],
      transaction_id: closed_by,
    });
  });

  test.each([
    ['ENVIRONMENT_NOT_FOUND', { env_id: 'gamma', green_version: 1, state_hash: CONTENT }],
    ['NOT_PROMOTED', { env_id: 'beta', green_version: 1, state_hash: CONTENT }],
    ['STATE_MISMATCH', { state_hash: CONTENT }],
    ['VERSION_MISMATCH', { green_version: 1 }],
  ])('is refused: %s', (name, changes) => {
    expect(twiceGreen().ask('recall_environment', recalling('alpha', changes))).toMatchObject({ name });
  });

  test.each([{ reason: '' }, { emergency: 'yes' }, { superseded_by: { env_id: 'beta' } }, { superseded_by: 'beta' }])(
    'takes no such payload: %j',
    (changes) => {
      expect(twiceGreen().ask('recall_environment', recalling('alpha', changes))).toMatchObject({
        name: 'PAYLOAD_INVALID',
      });
    },
  );

  test('is possible of what is archived', () => {
    const world = twiceGreen();
    world.must('archive_environment', { env_id: 'alpha' });
    world.must('recall_environment', recalling('alpha'));
    expect(world.environment('alpha')).toMatchObject({ green: null, recalled: { version: 2 } });
  });

  test('goes on while the chain is frozen, alone and with others like it', () => {
    const world = twiceGreen();
    world.must('promote_environment', env('beta'));
    world.must('freeze', { reason: 'an intruder' });
    const recalls = ['alpha', 'beta'].map((envId) => ({
      action: 'recall_environment',
      payload: world.bound('recall_environment', recalling(envId)),
    }));
    const batch = (operations: readonly JsonObject[]) =>
      world.try(
        call(
          'batch',
          { operations },
          { timestamp: world.time, chain: world.chain, zones: ['green_state', 'blue_state'] },
        ),
        world.time,
      );
    expect(batch(recalls)).toBeNull();
    expect(batch([...recalls, { action: 'create_environment', payload: env('gamma') }])).toMatchObject({
      name: 'CHAIN_FROZEN',
    });
    const id = world.propose('recall_environment', recalling('beta'), { by: bob });
    world.approve(id, vic);
    expect(world.status(id)).toBe('executed');
    world.must('recall_environment', recalling('alpha'), vic);
    expect(world.environment('alpha')?.green).toBeNull();
  });
});

describe('who decides about a recall', () => {
  const guarded = (): GovernedWorld => {
    const world = twiceGreen();
    world.decide('set_policy', {
      action: 'promote_environment',
      env_id: 'alpha',
      policy: count(2),
    });
    return world;
  };

  test('is whoever decides about promotions of that environment', () => {
    expect(twiceGreen().ask('recall_environment', recalling('alpha'), vic)).toBeNull();
    expect(twiceGreen().ask('recall_environment', recalling('alpha'), bob)).toMatchObject({
      name: 'PERMISSION_MISSING',
    });
    const world = guarded();
    expect(world.ask('recall_environment', recalling('alpha'))).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    const id = world.propose('recall_environment', recalling('alpha'));
    expect(world.status(id)).toBe('open');
    world.approve(id, ben);
    expect(world.status(id)).toBe('executed');
  });

  test('in an emergency is one administrator, whatever the policies say', () => {
    for (const world of [twiceGreen(), guarded()]) {
      expect(world.ask('recall_environment', emergency(), vic)).toMatchObject({ name: 'PERMISSION_MISSING' });
      expect(world.ask('recall_environment', emergency(), rob)).toMatchObject({ name: 'PERMISSION_MISSING' });
      expect(world.ask('recall_environment', emergency(), ada)).toBeNull();
      world.decide('set_policy', {
        action: 'recall_environment',
        env_id: 'alpha',
        policy: count(3),
      });
      expect(world.ask('recall_environment', emergency(), ada)).toBeNull();
      expect(world.ask('recall_environment', recalling('alpha'), ada)).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    }
  });

  test('is not made easier by a weaker policy of recalls', () => {
    const world = guarded();
    const policy = { mode: 'direct', permission: 'write_blue_state' };
    world.decide('set_policy', { action: 'recall_environment', env_id: null, policy });
    expect(world.ask('recall_environment', recalling('alpha'))).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    expect(world.ask('recall_environment', recalling('alpha'), bob)).toMatchObject({ name: 'APPROVAL_REQUIRED' });
  });
});
