import { describe, expect, test } from 'vitest';

import { encodeCanonicalText, type Json, type JsonObject } from '../../../../src/base/canonical.ts';
import { NAMESPACES } from '../../../../src/ledger/state/records.ts';
import { PackedPastBlocks, pastBlockOf } from '../../../../src/ledger/state/past-blocks.ts';
import { ben, count, cyd, direct, type GovernedWorld, rotateKey, spare } from '../governance-world.ts';
import { backTo, env, recalling, twiceGreen } from '../rollback-world.ts';
import { bob, CONTENT, OTHER, rob, vic } from '../world.ts';

/** Every record of environments, without what a rollback never sets back. */
function setBackPart(world: GovernedWorld, height?: number): Map<string, Json> {
  const records = new Map<string, Json>();
  const roots = height === undefined ? world.state.roots : world.blocks[height]?.roots;
  if (roots === undefined) throw new Error('there is no such block');
  world.state.tree.walk(roots.environments, ({ key, value }) => {
    if (!key.includes(':')) {
      const record = JSON.parse(new TextDecoder().decode(value)) as JsonObject;
      records.set(key, { ...record, latest_version: 0, recalled: null, rollback: null });
    }
    return true;
  });
  return records;
}

/** The roots of everything but environments, and of proposals, where every decision stands. */
const others = (world: GovernedWorld): readonly string[] =>
  NAMESPACES.filter((name) => name !== 'environments' && name !== 'proposals').map((name) =>
    Buffer.from(world.state.roots[name].hash).toString('hex'),
  );

const greenOf = (world: GovernedWorld, envId = 'alpha') => world.environment(envId)?.green ?? null;

describe('a rollback', () => {
  test('gives every environment back as it was, and nothing else', () => {
    const world = twiceGreen();
    const [was, before] = [setBackPart(world, 2), others(world)];
    const id = world.decide('rollback', backTo(world, 2));
    expect(setBackPart(world)).toEqual(was);
    expect(others(world)).toEqual(before);
    expect(greenOf(world)).toMatchObject({ version: 1, state_hash: CONTENT });
    const { closed_by, votes } = world.proposal(id);
    expect(world.environment('alpha')).toMatchObject({
      latest_version: 2,
      rollback: { transaction_id: closed_by, target_height: 2, at: world.time, by: votes.at(-1)?.member_id },
    });
    expect(world.environment('beta')).toBeUndefined();
  });

  test('gives no version number twice, neither of what changed nor of what vanished', () => {
    const world = twiceGreen();
    world.decide('rollback', backTo(world, 1));
    expect(world.environment('alpha')?.blue.version).toBe(1);
    world.must('update_environment', env('alpha', OTHER));
    expect(world.environment('alpha')?.blue.version).toBe(3);
    world.decide('rollback', backTo(world, 0));
    expect(world.environment('alpha')).toBeUndefined();
    expect(world.state.get('environments', 'removed:alpha')).toMatchObject({ latest_version: 3 });
    world.must('create_environment', env('alpha'));
    expect(world.environment('alpha')).toMatchObject({ blue: { version: 4 }, latest_version: 4, rollback: null });
    expect(world.state.get('environments', 'removed:alpha')).toBeUndefined();
    world.must('create_environment', env('gamma'));
    const merging = { source_envs: ['gamma'], merge_strategy: 'union' };
    world.must('merge_environments', { ...merging, target_env: 'beta', state_hash: OTHER });
    expect(world.environment('beta')).toMatchObject({ blue: { version: 2 }, latest_version: 2 });
    world.must('merge_environments', { ...merging, target_env: 'alpha' });
    expect(world.environment('alpha')?.blue.version).toBe(5);
  });

  test('can be rolled back: what it undid is there again', () => {
    const world = twiceGreen();
    const was = setBackPart(world);
    const height = world.head.header.index;
    world.decide('rollback', backTo(world, 1));
    expect(setBackPart(world)).not.toEqual(was);
    world.decide('rollback', backTo(world, height));
    expect(setBackPart(world)).toEqual(was);
    expect(world.state.get('environments', 'removed:beta')).toBeUndefined();
    expect(world.environment('beta')?.rollback).toMatchObject({ target_height: height });
  });

  test('of named environments leaves the others', () => {
    const world = twiceGreen();
    world.decide('rollback', backTo(world, 2, ['alpha']));
    expect(greenOf(world)).toMatchObject({ version: 1 });
    expect(world.environment('beta')).toMatchObject({ rollback: null });
  });

  test('goes back to what its own block changed before it, and not to that block', () => {
    const world = twiceGreen();
    const id = world.propose('rollback', backTo(world, 4));
    // In one block: beta gets a version, and the approval that executes the rollback.
    world.append(world.time, [
      world.call('update_environment', env('beta', OTHER)),
      world.call('approve', { proposal_id: id }, ben),
    ]);
    expect(world.status(id)).toBe('executed');
    expect(world.environment('beta')).toBeUndefined();
    expect(world.state.get('environments', 'removed:beta')).toMatchObject({ latest_version: 2 });
  });

  test('rests on its target: what is decided meanwhile does not end it, and is undone', () => {
    const world = twiceGreen();
    const id = world.propose('rollback', backTo(world, 2));
    expect(world.proposal(id).reads).toEqual([]);
    world.must('update_environment', env('alpha', CONTENT));
    world.must('promote_environment', env('alpha', CONTENT));
    world.approve(id, ben);
    expect(world.status(id)).toBe('executed');
    expect(greenOf(world)).toMatchObject({ version: 1 });
    expect(world.environment('alpha')?.latest_version).toBe(3);
  });

  test('does exactly what its trial did', () => {
    const world = twiceGreen();
    const trial = world.trial('rollback', backTo(world, 1));
    if ('code' in trial) throw new Error(trial.message);
    expect(trial.touched).toEqual([]);
    const tried = [...(trial.after.writes().get('environments') ?? [])].toSorted(([left], [right]) =>
      left < right ? -1 : 1,
    );
    expect([...trial.after.writes().keys()]).toEqual(['environments']);
    const id = world.decide('rollback', backTo(world, 1));
    const { closed_by, votes } = world.proposal(id);
    const bare = (value: Json | undefined): string =>
      encodeCanonicalText(value ?? null)
        .replaceAll(`0x${'00'.repeat(32)}`, String(closed_by))
        .replaceAll('(approvers)', String(votes.at(-1)?.member_id));
    for (const [key, value] of tried) expect(bare(world.state.get('environments', key))).toBe(bare(value));
    expect(tried.map(([key]) => key)).toEqual(['alpha', 'beta', 'removed:beta']);
  });

  test('works while the chain is frozen', () => {
    const world = twiceGreen();
    world.must('freeze', { reason: 'an intruder' });
    world.decide('rollback', backTo(world, 2));
    expect(greenOf(world)).toMatchObject({ version: 1 });
    expect(world.freeze?.frozen).toBe(true);
  });

  test('does not bring back a member, or a key', () => {
    const world = twiceGreen();
    world.decide('remove_member', { member_id: 'bob' });
    world.decide('rotate_key', rotateKey('vic', vic, spare));
    world.decide('rollback', backTo(world, 1));
    expect(world.member('bob')?.status).toBe('removed');
    expect(world.ask('update_environment', env('alpha', OTHER), bob)).toMatchObject({ name: 'SIGNER_INACTIVE' });
    expect(world.ask('update_environment', env('alpha', OTHER), vic)).toMatchObject({ name: 'SIGNER_INACTIVE' });
  });

  test('leaves a label what it names', () => {
    const world = twiceGreen();
    const checkpoint = { env_id: 'alpha', checkpoint_hash: OTHER, version: '1.0' };
    world.must('checkpoint_state', checkpoint);
    world.decide('rollback', backTo(world, 2));
    expect(world.environment('alpha')?.checkpoint).toBeNull();
    expect(world.ask('checkpoint_state', { ...checkpoint, checkpoint_hash: CONTENT })).toMatchObject({
      name: 'LABEL_TAKEN',
    });
  });

  test('opens an archive again that was closed since', () => {
    const world = twiceGreen();
    world.must('archive_environment', { env_id: 'alpha' });
    world.decide('rollback', backTo(world, 5));
    expect(world.environment('alpha')?.archived_at).toBeNull();
    expect(world.ask('update_environment', env('alpha', CONTENT))).toBeNull();
  });

  test('is refused where nothing would change, or a named environment never was', () => {
    const world = twiceGreen();
    const ask = (height: number, scope: readonly string[] | null) =>
      world.tryPropose('rollback', backTo(world, height, scope));
    expect(ask(5, null)).toMatchObject({ name: 'STATE_UNCHANGED' });
    expect(ask(4, ['alpha'])).toMatchObject({ name: 'STATE_UNCHANGED' });
    expect(ask(2, ['alpha', 'nowhere'])).toMatchObject({ name: 'ENVIRONMENT_NOT_FOUND' });
    expect(ask(2, ['beta'])).toBeNull();
    world.decide('rollback', backTo(world, 2));
    world.later(1_000);
    expect(ask(2, null)).toMatchObject({ name: 'STATE_UNCHANGED' });
    expect(ask(2, ['beta'])).toMatchObject({ name: 'ENVIRONMENT_NOT_FOUND' });
    expect(ask(5, ['beta'])).toBeNull();
  });

  test.each([
    [[]],
    [['beta', 'alpha']],
    [['alpha', 'alpha']],
    [['no id']],
    [Array.from({ length: 257 }, (_, index) => `e${String(index).padStart(3, '0')}`)],
  ])('takes no such scope: %j', (scope) => {
    const world = twiceGreen();
    const payload = { ...backTo(world, 2), scope };
    const content = { action: 'rollback', payload, expires_at: world.time + 1_000, pre_state: CONTENT };
    expect(world.ask('propose', content)).toMatchObject({ name: 'PAYLOAD_INVALID' });
  });

  test('holds a stored block against its header before it goes back to it', () => {
    const world = twiceGreen();
    const [one, other] = [world.blocks[1], world.blocks[2]];
    if (one === undefined || other === undefined) throw new Error('there are no blocks');
    expect(() => pastBlockOf({ ...one, roots: other.roots })).toThrow('other state roots than its header says');
    expect(pastBlockOf(one)).toEqual({ hash: one.hash, environments: one.roots.environments });
  });
});

describe('who decides about a rollback', () => {
  test('is two thirds of the administrators, and nobody alone', () => {
    const world = twiceGreen();
    expect(world.ask('rollback', backTo(world, 2))).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    expect(world.ask('rollback', backTo(world, 2), rob)).toMatchObject({ name: 'PERMISSION_MISSING' });
    const id = world.propose('rollback', backTo(world, 2));
    expect(world.status(id)).toBe('open');
    world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
  });

  test.each([
    ['everywhere', { promote_environment: count(3) }, null, 3],
    ['of one environment, among all', { 'promote_environment/alpha': count(3) }, null, 3],
    ['of one that is named', { 'promote_environment/alpha': count(3) }, ['alpha'], 3],
    ['of another than is named', { 'promote_environment/beta': count(3) }, ['alpha'], 2],
  ] as const)('is whoever decides about promotions too: %s', (_, policies, scope, needed) => {
    const world = twiceGreen();
    for (const [place, policy] of Object.entries(policies)) {
      const [action = '', envId = null] = place.split('/');
      world.decide('set_policy', { action, env_id: envId, policy: policy });
    }
    const id = world.propose('rollback', backTo(world, 2, scope));
    world.approve(id, ben);
    expect(world.status(id)).toBe(needed === 2 ? 'executed' : 'open');
    if (needed === 3) world.approve(id, cyd);
    expect(world.status(id)).toBe('executed');
  });

  test('can be set, and never to one alone without approvals', () => {
    const world = twiceGreen();
    world.decide('set_policy', { action: 'rollback', env_id: null, policy: count(3) });
    const id = world.propose('rollback', backTo(world, 2));
    world.approve(id, ben);
    expect(world.status(id)).toBe('open');
    const alone = { action: 'rollback', env_id: null, policy: direct('emergency_rollback') };
    expect(world.tryPropose('set_policy', alone)).toMatchObject({ name: 'POLICY_NOT_ALLOWED' });
  });
});

describe('a rollback and a recall', () => {
  test('what was recalled does not become Green again, however often one goes back', () => {
    const world = twiceGreen();
    world.must('recall_environment', recalling('alpha'));
    const recall = world.environment('alpha')?.recalled;
    expect(recall).toMatchObject({ version: 2, reason: 'it leaks its test set' });
    // Block 4 has the recalled promotion Green, block 2 the one before.
    world.decide('rollback', backTo(world, 2));
    expect(world.environment('alpha')).toMatchObject({ green: { version: 1 }, recalled: recall });
    world.decide('rollback', backTo(world, 4));
    expect(world.environment('alpha')).toMatchObject({ green: null, blue: { version: 2 }, recalled: recall });
    world.decide('rollback', backTo(world, 0));
    expect(world.state.get('environments', 'removed:alpha')).toMatchObject({ recalled: recall });
    world.later(1_000).decide('rollback', backTo(world, 4));
    expect(world.environment('alpha')).toMatchObject({ green: null, recalled: recall });
  });

  test('a version that is promoted anew is Green, and stays so', () => {
    const world = twiceGreen();
    world.must('recall_environment', recalling('alpha'));
    world.must('promote_environment', env('alpha', OTHER));
    const height = world.head.header.index;
    expect(world.environment('alpha')).toMatchObject({ green: { version: 2 }, recalled: { version: 2 } });
    world.decide('rollback', backTo(world, 1));
    world.decide('rollback', backTo(world, height));
    expect(world.environment('alpha')).toMatchObject({ green: { version: 2 }, recalled: { version: 2 } });
  });

  test('an environment that vanished and is made again keeps what was recalled of it', () => {
    const world = twiceGreen();
    world.must('recall_environment', recalling('alpha'));
    world.decide('rollback', backTo(world, 0));
    world.must('create_environment', env('alpha'));
    expect(world.environment('alpha')).toMatchObject({ recalled: { version: 2 }, blue: { version: 3 } });
  });
});

test('past blocks that are packed are those that were given', () => {
  const world = twiceGreen();
  const packed = new PackedPastBlocks();
  const all = Array.from({ length: 5_000 }, (_, index) => pastBlockOf(world.blocks[index % 6] ?? world.head));
  for (const block of all) packed.append(block);
  for (const [index, block] of all.entries()) expect(packed.at(index)).toEqual(block);
  expect([packed.at(-1), packed.at(5_000)]).toEqual([undefined, undefined]);
});
