import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../src/base/canonical.ts';
import { findAction } from '../../../../src/ledger/actions/registry.ts';
import { headerDigest, type BlockHeader } from '../../../../src/ledger/blocks/block.ts';
import { leastTime } from '../../../../src/ledger/governance/era.ts';
import { MemoryStateStore } from '../../../../src/ledger/state/memory-store.ts';
import { ChainReplay, type ReplayBlock } from '../../../../src/ledger/blocks/replay.ts';
import { signDigest, verifyWithNoble } from '../../../../src/ledger/crypto/signature.ts';
import { addMember, ben, cyd, DAY_MS, dee, GovernedWorld, possession, signedApproval } from '../governance-world.ts';
import { ada, bob, call, CONTENT, GENESIS_TIME, node1, WINDOW_MS } from '../world.ts';

const YEAR_MS = 365 * DAY_MS;
const env = (envId: string) => ({ env_id: envId, state_hash: CONTENT, metadata: {} });
const NOW = GENESIS_TIME + 3_600_000;

/** A chain of which one block ran ahead, by as much. */
function ahead(ms: number): GovernedWorld {
  const world = GovernedWorld.governed().later(ms);
  world.must('create_environment', env('ahead'), bob);
  return world;
}

/** The same, after the clock was set back to what it should be. */
function reset(ms: number, to = NOW): GovernedWorld {
  const world = ahead(ms);
  world.decide('reset_clock', { time: to, reason: 'one block ran ahead' });
  world.time = to;
  return world;
}

function replayed(world: GovernedWorld, last?: (block: ReplayBlock) => ReplayBlock): string | null {
  const replay = new ChainReplay({ store: new MemoryStateStore(), verify: verifyWithNoble });
  const blocks = world.replayBlocks();
  for (const [index, block] of blocks.entries()) {
    const fault = replay.apply(index === blocks.length - 1 && last !== undefined ? last(block) : block);
    if (fault !== null) return fault;
  }
  return null;
}

describe.each([DAY_MS, YEAR_MS, 285 * YEAR_MS, 200_000 * YEAR_MS])('a chain that ran ahead by %d ms', (ms) => {
  test('can still be frozen, with the time that it has', () => {
    const world = ahead(ms);
    expect(
      world.try(call('freeze', { reason: 'x' }, { signer: ada, timestamp: NOW, chain: world.chain }), world.time),
    ).toMatchObject({
      name: 'TIMESTAMP_STALE',
    });
    world.must('freeze', { reason: 'the clock was wrong' });
    expect(world.freeze?.frozen).toBe(true);
  });

  test('is set back by its administrators, and goes on at the right time', () => {
    const world = reset(ms);
    expect(world.chain.era).toBe(1);
    world.must('create_environment', env('after'), bob);
    expect(world.head.header).toMatchObject({ era: 1, timestamp: NOW });
    expect(world.environment('after')?.created_at).toBe(NOW);
    expect(replayed(world)).toBeNull();
  });
});

describe('a new era', () => {
  test('takes nothing that was signed before it, at any time', () => {
    const world = ahead(YEAR_MS);
    const early = call('create_environment', env('early'), { signer: bob, timestamp: NOW, chain: world.chain });
    const late = call('create_environment', env('late'), { signer: bob, timestamp: world.time, chain: world.chain });
    const sent = call('freeze', { reason: 'x' }, { signer: ada, timestamp: NOW, chain: world.chain });
    world.decide('reset_clock', { time: NOW, reason: 'one block ran ahead' });
    world.time = NOW;
    for (const transaction of [early, late, sent])
      for (const time of [NOW, NOW + WINDOW_MS, NOW + YEAR_MS])
        expect(world.try(transaction, time)).toMatchObject({ name: 'WRONG_ERA', code: 19 });
    // Nor what only says that it is of the new era: the era is in the signature.
    expect(world.try({ ...early, era: 1 }, NOW)).toMatchObject({ name: 'SIGNATURE_INVALID' });
  });

  test('ends open proposals, and takes no approval or proof of possession from before', () => {
    const world = ahead(YEAR_MS);
    const open = world.propose('remove_member', { member_id: 'bob' });
    const carried = signedApproval(ben, open, world.chain);
    const proof = possession(dee, 'member/dee', world.chain);
    world.decide('reset_clock', { time: NOW, reason: 'one block ran ahead' });
    world.time = NOW;
    expect(world.status(open)).toBe('expired');
    expect(world.approve(open, ben)).toMatchObject({ name: 'PROPOSAL_EXPIRED' });
    expect(world.ask('carry_approvals', { proposal_id: open, approvals: [carried] }, ada)).toMatchObject({
      name: 'PROPOSAL_EXPIRED',
    });
    const member = { ...addMember('dee', 'validator', []), keys: [{ public_key: dee.publicKey, proof }] };
    expect(world.tryPropose('add_member', member)).toMatchObject({ name: 'POSSESSION_INVALID' });
    // Made again, all of it works, and the same content is another proposal.
    expect(world.propose('remove_member', { member_id: 'bob' }, { expiresAt: world.time + DAY_MS })).not.toBe(open);
    expect(world.tryPropose('add_member', addMember('dee', 'validator', [dee]))).toBeNull();
  });

  test('begins with the block after the one that resets the clock', () => {
    const world = ahead(DAY_MS);
    const id = world.propose('reset_clock', { time: NOW, reason: 'x' });
    const approval = world.call('approve', { proposal_id: id }, ben);
    const after = world.call('create_environment', env('same-block'), bob);
    world.append(world.time, [approval, after]);
    expect(world.head.header.era).toBe(0);
    expect(world.environment('same-block')).toBeDefined();
    expect(leastTime(world.state, world.head.header)).toBe(NOW);
  });

  test('can be followed by others, and each has its own least time', () => {
    const world = reset(YEAR_MS);
    world.later(2 * YEAR_MS).must('create_environment', env('again'), bob);
    world.decide('reset_clock', { time: NOW + DAY_MS, reason: 'it ran ahead again' });
    world.time = NOW + DAY_MS;
    world.must('create_environment', env('right'), bob);
    expect(world.head.header).toMatchObject({ era: 2, timestamp: NOW + DAY_MS });
    expect(replayed(world)).toBeNull();
  });

  test('does not run backwards either: a block before its least time, or of another era, is refused', () => {
    const world = reset(YEAR_MS);
    world.must('create_environment', env('after'), bob);
    const sealed = (changes: Partial<BlockHeader>) => (block: ReplayBlock) => {
      const header = { ...block.header, ...changes };
      const signature = signDigest(headerDigest(header, world.root), node1.secret);
      return { ...block, header, proof: { type: 'seal' as const, public_key: node1.publicKey, signature } };
    };
    expect(replayed(world, sealed({ timestamp: NOW - 1 }))).toContain('backwards');
    expect(replayed(world, sealed({ timestamp: 0 }))).toContain('backwards');
    expect(replayed(world, sealed({ era: 0 }))).toMatch(/era|backwards/);
    expect(replayed(world, sealed({ era: 2 }))).toContain('era');
    expect(replayed(world, sealed({}))).toBeNull();
  });
});

describe('resetting the clock', () => {
  test('goes back, never ahead or nowhere', () => {
    const world = ahead(DAY_MS);
    for (const time of [world.time, world.time + 1, world.time + YEAR_MS])
      expect(world.tryPropose('reset_clock', { time, reason: 'x' })).toMatchObject({ name: 'STATE_UNCHANGED' });
    for (const time of [world.time - 1, GENESIS_TIME, 0])
      expect(world.tryPropose('reset_clock', { time, reason: 'x' })).toBeNull();
  });

  test.each([-1, 0.5, '1', null, 8_640_000_000_000_001])('names a time: not %j', (time) => {
    const payload = { time, reason: 'x' } as JsonObject;
    expect(findAction('reset_clock')?.checkPayload(payload)).toMatchObject({ name: 'PAYLOAD_INVALID' });
  });

  test('asks for the administrators, as all governance does', () => {
    const world = ahead(DAY_MS);
    expect(world.ask('reset_clock', { time: NOW, reason: 'x' }, ada)).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    const id = world.propose('reset_clock', { time: NOW, reason: 'x' });
    expect(world.status(id)).toBe('open');
    expect(world.approve(id, cyd)).toBeNull();
    expect(world.state.get('parameters', 'clock')).toMatchObject({ era: 1, time: NOW, reason: 'x' });
  });

  test('works where the window was changed before: its floor goes back too', () => {
    const world = ahead(YEAR_MS);
    world.decide('set_parameter', { name: 'transaction_window_ms', value: 60_000 });
    world.decide('reset_clock', { time: NOW, reason: 'x' });
    world.time = NOW;
    world.must('create_environment', env('after'), bob);
  });
});

describe('an approval that was signed after its proposal expired', () => {
  test.each([1, 1_000, WINDOW_MS - 1_000])('counts for nothing, in whatever block: %d ms late', (late) => {
    const world = GovernedWorld.governed();
    const id = world.propose('remove_member', { member_id: 'bob' }, { lifetimeMs: 60_000 });
    const expires = world.proposal(id).expires_at;
    for (const action of ['approve', 'withdraw'] as const) {
      const signer = action === 'approve' ? ben : ada;
      const vote = call(action, { proposal_id: id }, { signer, timestamp: expires + late, chain: world.chain });
      expect(world.try(vote, expires)).toMatchObject({ name: 'PROPOSAL_EXPIRED' });
    }
    const inTime = call('approve', { proposal_id: id }, { signer: ben, timestamp: expires, chain: world.chain });
    expect(world.try(inTime, expires)).toBeNull();
  });
});
