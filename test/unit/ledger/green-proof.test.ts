import { describe, expect, test } from 'vitest';

import { verifyGreenProof, type GreenProof } from '../../../src/ledger/proofs/green-proof.ts';
import { greenClaim } from '../../../src/ledger/proofs/green-words.ts';
import { isoTime } from '../../../src/base/iso-time.ts';
import { hashOf } from '../../vectors/chain-builder.ts';
import { GovernedWorld } from './governance-world.ts';
import { backTo, env, recalling } from './rollback-world.ts';
import { CONTENT, GENESIS_TIME, OTHER } from './world.ts';

/** Block 1: alpha. 2: it is Green. 3: version 2. 4: that is Green. 5: recalled. 6: version 1 is Green again, by a rollback. */
const world = GovernedWorld.governed({ members: ['ada'] });
const step = (action: string, payload: Parameters<typeof world.must>[1]): void => {
  world.later(1_000);
  world.must(action, payload);
};
step('create_environment', env('alpha'));
step('promote_environment', env('alpha'));
step('update_environment', env('alpha', OTHER));
step('promote_environment', env('alpha', OTHER));
step('recall_environment', recalling('alpha', { superseded_by: { env_id: 'alpha', version: 1 } }));
world.later(1_000);
world.decide('rollback', backTo(world, 2));
const at = (height: number): number => GENESIS_TIME + height * 1_000;
const verdictOf = (proof: GreenProof): ReturnType<typeof verifyGreenProof>['verdict'] => {
  const { steps, verdict } = verifyGreenProof(proof, world.trusted);
  expect(steps.filter(({ ok }) => !ok)).toEqual([]);
  return verdict;
};
const words = (proof: GreenProof): string => {
  const verdict = verdictOf(proof);
  return verdict === null ? '' : greenClaim(verdict);
};

describe('a Green proof', () => {
  test('says what was Green at a time, since when and by whom', () => {
    const proof = world.proveGreen('alpha', 2, { at: at(3) - 1 });
    expect(verdictOf(proof)).toMatchObject({
      status: 'green',
      at: at(3) - 1,
      block: { height: 2, time: at(2), era: 0 },
      next: { height: 3, time: at(3) },
      green: { version: 1, state_hash: CONTENT, promoted_at: at(2), promoted_by: 'ada' },
      recall: null,
    });
    expect(words(proof)).toBe(
      `At ${isoTime(at(3) - 1)}, by block 2 (${isoTime(at(2))}, era 0), which held until block 3 (${isoTime(at(3))}), ` +
        `version 1 of alpha, ${CONTENT}, was Green: promoted at ${isoTime(at(2))} by ada.`,
    );
  });

  test('says what was not', () => {
    expect(words(world.proveGreen('alpha', 1))).toMatch(
      /^As of block 1 .*, nothing of alpha was Green: nothing of it is promoted\.$/,
    );
    expect(words(world.proveGreen('beta', 1))).toMatch(/nothing of beta was Green: there was no such environment\.$/);
    expect(words(world.proveGreen('alpha', 4, { version: 1 }))).toMatch(
      /version 1 of alpha was not Green: what was Green is version 2, 0x/,
    );
    expect(verdictOf(world.proveGreen('alpha', 4, { state_hash: CONTENT }))).toMatchObject({ status: 'not_green' });
  });

  test('says what was recalled, and what to use instead', () => {
    const proof = world.proveGreen('alpha', 5);
    expect(verdictOf(proof)).toMatchObject({
      status: 'recalled',
      recall: { version: 2, recalled_at: at(5) },
      green: null,
    });
    expect(words(proof)).toMatch(
      /version 2 of alpha, 0x.* was recalled, since .* by ada: it leaks its test set Use alpha version 1 instead\.$/,
    );
    // Of a version alone, the recall of another one says nothing.
    expect(verdictOf(world.proveGreen('alpha', 5, { version: 1 }))?.status).toBe('not_green');
  });

  test('says what a rollback gave back, and that the newest block may not be the last', () => {
    const proof = world.proveGreen('alpha', 6);
    expect(proof.next).toBeNull();
    expect(words(proof)).toMatch(
      /^As of block 6 .*, the newest that the proof knows, version 1 of alpha, .* and given back by a rollback at /,
    );
    expect(verdictOf(world.proveGreen('alpha', 6, { state_hash: OTHER }))).toMatchObject({ status: 'recalled' });
    // A time after it is as of that block all the same.
    expect(words(world.proveGreen('alpha', 6, { at: at(60) }))).toMatch(/^As of block 6/);
  });

  const good = world.proveGreen('alpha', 2, { at: at(2) });
  const gone = world.proveGreen('beta', 2);
  const failedStep = (proof: unknown): string | undefined => {
    const { ok, steps, verdict } = verifyGreenProof(proof as GreenProof, world.trusted);
    expect([ok, verdict]).toEqual([false, null]);
    return steps.at(-1)?.step;
  };
  test.each<[string, unknown, string]>([
    ['nothing', null, 'Proof'],
    ['an unknown field', { ...good, status: 'green' }, 'Question'],
    ['another format', { ...good, format: 'quantum-lock/green/v2' }, 'Question'],
    ['a key that is no environment', { ...good, env_id: 'recall:alpha' }, 'Question'],
    ['another environment', { ...good, env_id: 'beta' }, 'Question'],
    ["a member's record", { ...good, record: world.proveState('members', 'member/ada', 2) }, 'Question'],
    ['no record', { ...good, record: null }, 'Question'],
    ['a time that is none', { ...good, at: -1 }, 'Question'],
    ['version 0', { ...good, version: 0 }, 'Question'],
    ['a hash that is none', { ...good, state_hash: '0x00' }, 'Question'],
    ['a time before its block', { ...good, at: at(2) - 1 }, 'Time'],
    ['the time of the next block', { ...good, at: at(3) }, 'Time'],
    ['a block that is not the next', { ...good, next: world.sealedHeader(4) }, 'Time'],
    ['its own block as the next', { ...good, next: world.sealedHeader(2) }, 'Time'],
    [
      'a next block of a later time that nobody sealed',
      {
        ...good,
        at: at(4),
        next: { ...world.sealedHeader(3), header: { ...world.sealedHeader(3).header, timestamp: at(5) } },
      },
      'Block hash of the next block',
    ],
    [
      'a next block with the seal of another',
      { ...good, next: { ...world.sealedHeader(3), proof: world.sealedHeader(2).proof } },
      'Seal of the next block',
    ],
    ['what is kept of an environment that is there', { ...good, removed: gone.removed }, 'Answer'],
    ['no word of what is kept of one that is not', { ...gone, removed: null }, 'Answer'],
    ['what is kept of another', { ...gone, removed: world.proveGreen('gamma', 2).removed }, 'Answer'],
    ['what is kept in another state', { ...gone, removed: world.proveGreen('beta', 5).removed }, 'Answer'],
    [
      'the record of another block',
      { ...good, record: { ...good.record, value: world.proveState('environments', 'alpha', 4).value } },
      'Presence in the namespace',
    ],
  ])('with %s is refused', (_, proof, step_) => {
    expect(failedStep(proof)).toBe(step_);
  });

  test('with a recall that decides nothing, or is of something else, is refused', () => {
    // Version 1, the newest recall being of version 2.
    const twice = GovernedWorld.governed({ members: ['ada'] });
    twice.must('create_environment', env('alpha'));
    twice.must('promote_environment', env('alpha'));
    twice.must('recall_environment', recalling('alpha'));
    twice.must('update_environment', env('alpha', OTHER));
    twice.must('promote_environment', env('alpha', OTHER));
    twice.must('recall_environment', recalling('alpha'));
    const earlier = twice.proveGreen('alpha', 6, { state_hash: CONTENT });
    const check = (proof: GreenProof): ReturnType<typeof verifyGreenProof> => verifyGreenProof(proof, twice.trusted);
    expect(earlier.recall).not.toBeNull();
    expect(check(earlier).verdict).toMatchObject({ status: 'recalled', recall: { version: 1 } });
    // Left out, it reads as less, and never as Green.
    expect(check({ ...earlier, recall: null }).verdict?.status).toBe('not_green');
    for (const asked of [{ state_hash: null }, { state_hash: OTHER }, { state_hash: hashOf('third') }, { version: 2 }])
      expect(check({ ...earlier, ...asked }).steps.at(-1)).toMatchObject({ step: 'Answer', ok: false });
    // Also of an environment that a rollback took away.
    twice.decide('rollback', backTo(twice, 0));
    const takenAway = twice.proveGreen('alpha', 7, { state_hash: CONTENT });
    expect([takenAway.record.value, takenAway.recall === null]).toEqual([null, false]);
    expect(verifyGreenProof(takenAway, twice.trusted).verdict).toMatchObject({
      status: 'recalled',
      exists: false,
      recall: { version: 1 },
      rollback: { target_height: 0 },
    });
  });
});
