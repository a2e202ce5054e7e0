import { describe, expect, test } from 'vitest';

import type { RollbackTarget } from '../../../../src/ledger/actions/rollback-plan.ts';
import { rollbackDifference, type RollbackDifference } from '../../../../src/ledger/effects/rollback-difference.ts';
import { findAction } from '../../../../src/ledger/actions/registry.ts';
import { tryOperation } from '../../../../src/ledger/effects/proposal-effect.ts';
import type { GovernedWorld } from '../governance-world.ts';
import { backTo, env, recalling, twiceGreen } from '../rollback-world.ts';
import { CONTENT, OTHER } from '../world.ts';

function difference(world: GovernedWorld, height: number, shownMax?: number): RollbackDifference {
  const found = rollbackDifference(world.state, backTo(world, height) as unknown as RollbackTarget, shownMax);
  if ('code' in found) throw new Error(found.message);
  return found;
}

describe('the difference of a rollback', () => {
  test('tells what becomes of each environment, what matters most first', () => {
    const world = twiceGreen();
    world.must('promote_environment', env('beta'));
    const { shown, counts } = difference(world, 2);
    expect(counts).toEqual({
      changing: 2,
      returning: 0,
      leaving: 1,
      exchanged: 1,
      vanishing: 1,
      reappearing: 0,
      recalled: 0,
    });
    const [beta, alpha] = shown;
    expect(beta).toMatchObject({ env_id: 'beta', kind: 'vanishes', green: 'leaves', after: null });
    expect(alpha).toMatchObject({
      env_id: 'alpha',
      kind: 'changes',
      green: 'changes',
      before: { blue: { version: 2 }, green: { version: 2 } },
      after: { blue: { version: 1, state_hash: CONTENT }, green: { version: 1 }, archived: false },
      undone: { version: 2, state_hash: OTHER, promoted_by: 'ada' },
      recall: null,
    });
  });

  test('tells what comes again, and what a recall keeps from that', () => {
    const world = twiceGreen();
    world.must('recall_environment', recalling('alpha'));
    world.decide('rollback', backTo(world, 0));
    const { shown, counts } = difference(world, 5);
    expect(counts).toMatchObject({ changing: 2, reappearing: 2, returning: 0, recalled: 1 });
    expect(shown[0]).toMatchObject({ env_id: 'alpha', kind: 'returns', green: 'stays', recall: { version: 2 } });
    const { returning } = difference(world, 2).counts;
    expect(returning).toBe(1);
  });

  test('counts all, and shows as many as are asked for', () => {
    const world = twiceGreen();
    const { shown, counts } = difference(world, 0, 1);
    expect([shown.length, counts.changing]).toEqual([1, 2]);
    expect(shown[0]?.env_id).toBe('alpha');
  });

  test('is none where nothing changes, and of no block that is not there', () => {
    const world = twiceGreen();
    expect(difference(world, 5)).toMatchObject({ counts: { changing: 0 }, shown: [] });
    const target = { ...backTo(world, 5), target_height: 9 } as unknown as RollbackTarget;
    expect(rollbackDifference(world.state, target)).toMatchObject({ name: 'TARGET_NOT_FOUND' });
  });
});

describe('the words of a rollback', () => {
  test('are as long for a thousand environments as for one', () => {
    const world = twiceGreen();
    for (let index = 0; index < 30; index++)
      world.append(world.time, [world.call('create_environment', env(`e${index}`))]);
    const effect = tryOperation(world.state, {
      chain: world.root,
      timestamp: world.time,
      action: 'rollback',
      payload: backTo(world, 2),
      proposer: 'ada',
    });
    if ('code' in effect) throw new Error(effect.message);
    expect(effect.sentence).toBe(
      'All environments go back to what they were in block 2. As of now 32 environments change: 1 has another version Green, 31 vanish, because they did not exist then. Whatever is decided until this is executed is undone too. Members, keys, validators and policies stay as they are, version numbers and labels are not given again, and nothing is deleted: the history keeps what is undone, and a rollback can be rolled back. Reason: “what was promoted since is wrong”.',
    );
    expect(effect.warnings).toEqual([
      expect.stringContaining('The chain is not frozen'),
      '31 environments did not exist then and will no longer be found; the history keeps them.',
    ]);
    // Each value before and after: what is taken out is shown as gone.
    expect(effect.changes).toContainEqual({ namespace: 'environments', key: 'e0', path: 'blue.version', before: 1 });
    world.must('freeze', { reason: 'an intruder' });
    const frozen = findAction('rollback')?.warnings(backTo(world, 2), world.state, { memberId: 'ada' });
    expect(frozen?.join(' ')).not.toContain('not frozen');
  });
});
