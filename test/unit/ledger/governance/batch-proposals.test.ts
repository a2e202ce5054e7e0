import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../src/base/canonical.ts';
import { batchOf } from '../../../../src/ledger/actions/batch.ts';
import { tryOperation } from '../../../../src/ledger/effects/proposal-effect.ts';
import { env } from '../rollback-world.ts';
import { ben, count, cyd, direct, GovernedWorld, setPolicy, type ProposeOptions } from '../governance-world.ts';
import { ada, batch, bob, call, create, CONTENT, OTHER, promote, vic } from '../world.ts';

/** One decision over several operations: it asks for what each of them asks for, and does all or nothing. */

const IDS = ['alpha', 'beta', 'gamma'];

const operation = (action: string, payload: JsonObject): JsonObject => ({ action, payload });
const promotion = (id: string): JsonObject =>
  operation('promote_environment', { ...env(id), state_hash: CONTENT, blue_version: 1, green_version: null });
const archiving = (id: string): JsonObject => operation('archive_environment', { env_id: id });
const protecting = (id: string, needed: number): JsonObject =>
  operation('set_policy', setPolicy('promote_environment', count(needed), id));

function registered(): GovernedWorld {
  const world = GovernedWorld.governed();
  world.append(
    world.time,
    IDS.map((id) => create(id)),
  );
  return world;
}

const proposed = (world: GovernedWorld, operations: readonly JsonObject[], options: ProposeOptions = {}) =>
  world.propose('batch', { operations: [...operations] }, options);
const refused = (world: GovernedWorld, operations: readonly JsonObject[], options: ProposeOptions = {}) =>
  world.tryPropose('batch', { operations: [...operations] }, options);

describe('a proposal of several operations', () => {
  test('needs the approvals of each, and does all of them at once', () => {
    const world = registered();
    world.decide('set_policy', setPolicy('promote_environment', count(3), 'beta'));
    const id = proposed(world, [...IDS.map(promotion), protecting('alpha', 2)]);
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    expect(world.environment('alpha')?.green).toBeNull();
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
    for (const env_id of IDS)
      expect(world.environment(env_id)?.green).toMatchObject({ version: 1, approved_by: ['ada', 'ben', 'cyd'] });
    expect(world.state.get('policies', 'promote_environment/alpha')).toEqual(count(2));
  });

  test('cannot take a policy away and act without it', () => {
    const world = registered();
    world.decide('set_policy', setPolicy('promote_environment', count(3), 'alpha'));
    const freed = operation('set_policy', setPolicy('promote_environment', direct('write_blue_state'), 'alpha'));
    const id = proposed(world, [freed, promotion('alpha')]);
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
  });

  test('is stale as a whole where any of what it was made for has changed', () => {
    const world = registered();
    const id = proposed(world, [protecting('alpha', 2), archiving('beta')]);
    world.must('update_environment', { ...env('beta'), state_hash: OTHER });
    world.approve(id, ben);
    expect(world.status(id)).toBe('stale');
    expect(world.state.get('policies', 'promote_environment/alpha')).toBeUndefined();
    expect(world.environment('beta')?.archived_at).toBeNull();
  });

  test('rests on what a later operation finds after an earlier one', () => {
    const world = registered();
    const id = proposed(world, [
      operation('create_environment', env('delta')),
      protecting('delta', 2),
      promotion('delta'),
    ]);
    world.approve(id, ben);
    expect(world.environment('delta')?.green).toMatchObject({ version: 1 });
    expect(world.tryPropose('batch', { operations: [protecting('epsilon', 2)] })).toMatchObject({
      name: 'ENVIRONMENT_NOT_FOUND',
      message: expect.stringContaining('operations.0'),
    });
  });

  test('keeps the chain governable', () => {
    expect(refused(registered(), [archiving('beta'), protecting('alpha', 4)])).toMatchObject({
      name: 'THRESHOLD_UNREACHABLE',
    });
  });

  test('may be made by whom each of its operations could be proposed by', () => {
    const world = registered();
    expect(refused(world, [promotion('alpha')], { by: bob })).toBeNull();
    expect(refused(world, [promotion('alpha'), protecting('alpha', 2)], { by: bob })).toMatchObject({
      name: 'PERMISSION_MISSING',
    });
    expect(refused(world, [promotion('alpha'), protecting('alpha', 2)], { by: vic })).toBeNull();
  });

  test('lets those vote whom a policy in it would ask', () => {
    const world = registered();
    const validators = { mode: 'multisig', role: 'validator', threshold: { count: 1 } };
    const id = proposed(world, [operation('set_policy', setPolicy('archive_environment', validators, 'alpha'))]);
    expect(world.approve(id, bob)).toMatchObject({ name: 'NOT_AN_APPROVER' });
    expect(world.approve(id, vic)).toBeNull();
    expect(world.status(id)).toBe('open');
  });

  test('waits while the chain is frozen, where one of its operations has to', () => {
    const world = registered();
    world.must('freeze', { reason: 'an intruder' });
    expect(refused(world, [protecting('alpha', 2), promotion('alpha')])).toMatchObject({ name: 'CHAIN_FROZEN' });
    expect(refused(world, [protecting('alpha', 2), protecting('beta', 2)])).toBeNull();
  });

  test('is not needed where nobody else has to agree, and cannot be sent directly where somebody has to', () => {
    const world = registered();
    expect(world.try(batch([promote('alpha'), promote('beta')], { signer: vic }))).toBeNull();
    const protect = call('set_policy', setPolicy('promote_environment', count(2), 'alpha'));
    expect(world.try(batch([promote('alpha'), protect], { zones: ['blue_state', 'governance'] }))).toMatchObject({
      name: 'APPROVAL_REQUIRED',
    });
  });

  test('is described operation by operation, each on what the ones before it left', () => {
    const world = registered();
    const update = operation('update_environment', {
      ...env('alpha'),
      state_hash: OTHER,
      base_version: 1,
      note: 'seeds are fixed',
    });
    const promoted = operation('promote_environment', {
      ...env('alpha'),
      state_hash: OTHER,
      blue_version: 2,
      green_version: null,
    });
    const trial = tryOperation(world.state, {
      chain: world.chain,
      timestamp: world.time,
      action: 'batch',
      payload: { operations: [update, promoted, protecting('alpha', 2)] },
      proposer: 'ada',
    });
    if ('code' in trial) throw new Error(trial.message);
    expect(trial.sentence).toBe(
      [
        '3 operations, all or none:',
        '1. alpha gets Blue version 2, with the note “seeds are fixed”. It is not Green.',
        '2. Version 2 of alpha becomes Green, its first Green version.',
        '3. A promotion to Green, for alpha, then needs 2 approvals by administrators (2 of 3 today). Until now: one member who may promote to Green, alone.',
      ].join(' '),
    );
    expect(trial.changes.map(({ namespace, key }) => `${namespace}/${key}`)).toContain(
      'policies/promote_environment/alpha',
    );
    expect(trial.warnings).toContainEqual(expect.stringContaining('ada made this version too'));
  });
});

test('what is done to one thing alone is no batch', () => {
  const [first, second] = [archiving('alpha'), archiving('beta')] as unknown as Parameters<typeof batchOf>[0];
  if (first === undefined || second === undefined) throw new Error('there are two');
  expect(batchOf([first])).toEqual(first);
  expect(batchOf([first, second])).toEqual({ action: 'batch', payload: { operations: [first, second] } });
  // The ledger says what is wrong with it.
  expect(batchOf([])).toEqual({ action: 'batch', payload: { operations: [] } });
});

describe('an approval', () => {
  test('may say why, and is found with its reason', () => {
    const world = registered();
    const id = proposed(world, [protecting('alpha', 2)]);
    expect(world.send('approve', { proposal_id: id, reason: 'tried on three seeds' }, ben)).toBeNull();
    expect(world.proposal(id).votes.map(({ reason }) => reason)).toEqual([null, 'tried on three seeds']);
    expect(world.status(id)).toBe('executed');
  });

  test.each(['', 'x'.repeat(1_025), 7])('refuses what is no reason: %#', (reason) => {
    const world = registered();
    const id = proposed(world, [protecting('alpha', 2)]);
    expect(world.ask('approve', { proposal_id: id, reason }, ada)).toMatchObject({
      name: 'PAYLOAD_INVALID',
    });
  });
});
