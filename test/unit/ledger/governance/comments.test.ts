import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../src/base/canonical.ts';
import { findAction } from '../../../../src/ledger/actions/registry.ts';
import { listComments } from '../../../../src/ledger/state/readers.ts';
import { ben, count, cyd, DAY_MS, GovernedWorld } from '../governance-world.ts';
import { ada, bob, call, eve, node1, rob, vic } from '../world.ts';
import { hashOf } from '../../../vectors/chain-builder.ts';

function waiting(policies: Parameters<typeof GovernedWorld.governed>[0] = {}) {
  const world = GovernedWorld.governed(policies);
  return { world, id: world.propose('remove_member', { member_id: 'bob' }) };
}

/** Who said something, in order. */
const speakers = ({ state }: GovernedWorld, id: string): string[] =>
  listComments(state, id).map(({ member_id }) => member_id);

describe('a comment on a proposal', () => {
  test('is in the state as its transaction alone, in order, and leaves the proposal as it is', () => {
    const { world, id } = waiting();
    const before = world.proposal(id);
    for (const [signer, text] of [
      [ben, 'which keys does bob hold?'],
      [bob, 'x'.repeat(1_024)],
      [ben, 'x'.repeat(1_024)],
    ] as const)
      expect(world.comment(id, signer, text)).toBeNull();
    expect(world.proposal(id)).toEqual(before);
    expect(speakers(world, id)).toEqual(['ben', 'bob', 'ben']);
    const written = [1, 2, 3].map((number) => world.state.get('proposals', `comment:${id}:${number}`));
    expect(written[1]).toEqual({
      member_id: 'bob',
      commented_at: world.time,
      transaction_id: listComments(world.state, id)[1]?.transaction_id,
    });
    expect(JSON.stringify(written)).not.toContain('xxx');
  });

  test('votes for nobody: what it is on still needs every approval that it needed', () => {
    const { world, id } = waiting();
    expect(world.comment(id, ben, 'approve')).toBeNull();
    expect(world.comment(id, cyd, 'approve')).toBeNull();
    expect(world.status(id)).toBe('open');
    expect(world.approve(id, ben)).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test.each<[string, (world: GovernedWorld, id: string) => unknown, string]>([
    ['executed', (world, id) => world.approve(id, ben), 'executed'],
    ['rejected', (world, id) => world.reject(id, ben) ?? world.reject(id, cyd), 'rejected'],
    ['withdrawn', (world, id) => world.withdraw(id), 'withdrawn'],
    ['expired', (world) => world.later(DAY_MS + 1), 'expired'],
    ['frozen with the chain', (world) => world.send('freeze', { reason: 'an intruder' }), 'open'],
  ])('can be made on one that is %s', (_, happens, status) => {
    const { world, id } = waiting();
    happens(world, id);
    const before = world.proposal(id);
    expect(world.comment(id, ada)).toBeNull();
    expect(speakers(world, id)).toEqual(['ada']);
    expect(world.status(id)).toBe(status);
    expect(world.proposal(id)).toEqual(before);
  });

  test('can be made on one of an earlier era', () => {
    const { world, id } = waiting();
    world.decide('reset_clock', { time: world.time - 1, reason: 'it was ahead' });
    expect(world.comment(id, ada)).toBeNull();
  });

  test('is for those who may propose or vote: who only reads asks one of them', () => {
    const { world, id } = waiting();
    expect([ada, vic, bob].map((signer) => world.comment(id, signer))).toEqual([null, null, null]);
    expect(world.comment(id, rob)).toMatchObject({ name: 'PERMISSION_MISSING' });
    expect(world.comment(id, eve)).toMatchObject({ name: 'SIGNER_UNKNOWN' });
    const readers = waiting({ policies: { promote_environment: count(1, 'read_only') } });
    const env = { env_id: 'maze', state_hash: hashOf('maze'), metadata: {} };
    readers.world.must('create_environment', env, bob);
    const theirs = readers.world.propose('promote_environment', { ...env, green_version: null }, { by: bob });
    expect(readers.world.comment(theirs, rob)).toBeNull();
    expect(readers.world.comment(readers.id, rob)).toMatchObject({ name: 'PERMISSION_MISSING' });
  });

  test('is on a proposal that there is, and in words', () => {
    const { world, id } = waiting();
    expect(world.comment(hashOf('none'), ada)).toMatchObject({ name: 'PROPOSAL_NOT_FOUND' });
    // What is beside a proposal in its namespace is none.
    expect(world.comment(id, ada)).toBeNull();
    const malformed: readonly JsonObject[] = [
      { proposal_id: id },
      { proposal_id: id, text: '' },
      { proposal_id: id, text: 'x'.repeat(1_025) },
      { proposal_id: id, text: null },
      { proposal_id: id, text: 'why?', reason: 'because' },
      { proposal_id: `comments:${id}`, text: 'why?' },
    ];
    for (const payload of malformed)
      expect(findAction('comment')?.checkPayload(payload)).toMatchObject({ name: 'PAYLOAD_INVALID' });
  });
});

test('says what is said where it is signed, and names the proposal by what it does', () => {
  const { world, id } = waiting();
  const { payload } = call('comment', { proposal_id: id, text: 'why \u202Eton?' }, { signer: node1 });
  const words = findAction('comment')?.describe(payload, world.state) ?? '';
  expect(words).toContain('“Remove member bob”');
  expect(words).toContain(`proposal ${id.slice(0, 10)}…`);
  expect(words).toContain('why \u202Eton?');
  expect(words).toContain('neither approves nor rejects');
});
