import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../src/base/canonical.ts';
import { findAction } from '../../../../src/ledger/actions/registry.ts';
import type { EnvironmentSetBack } from '../../../../src/ledger/actions/rollback-plan.ts';
import {
  countsOf,
  greenChange,
  NOT_FROZEN,
  rollbackWarnings,
  rollbackWords,
  scopeWords,
} from '../../../../src/ledger/actions/rollback-words.ts';
import { recalling, twiceGreen } from '../rollback-world.ts';
import { OTHER } from '../world.ts';

type Rec = NonNullable<EnvironmentSetBack['now']>;

const record = (promotion: string | null): Rec =>
  ({ green: promotion === null ? null : { transaction_id: promotion } }) as unknown as Rec;

function change(
  now: string | null | undefined,
  restored: string | null | undefined,
  isRecalled = false,
): EnvironmentSetBack {
  const of = (promotion: string | null | undefined): Rec | undefined =>
    promotion === undefined ? undefined : record(promotion);
  const recall = isRecalled ? ({} as NonNullable<EnvironmentSetBack['recall']>) : undefined;
  return { env_id: 'e', now: of(now), there: of(restored), restored: of(restored), removed: undefined, recall };
}

const stays = change('one', 'one');
const exchanged = change('two', 'one');
const returning = change(null, 'one');
const leaving = change('two', null);
const vanishing = change('two', undefined);
const reappearing = change(undefined, 'one');

describe('what a rollback comes to', () => {
  test('is told of Green by its promotion, not by its record', () => {
    expect([stays, exchanged, returning, leaving, change(null, null)].map(greenChange)).toEqual([
      'stays',
      'changes',
      'returns',
      'leaves',
      'stays',
    ]);
    expect(countsOf([stays, exchanged, returning, leaving, vanishing, reappearing, change(null, null, true)])).toEqual({
      changing: 7,
      returning: 2,
      leaving: 2,
      exchanged: 1,
      vanishing: 1,
      reappearing: 1,
      recalled: 1,
    });
  });

  test('has its scope in words, one and many', () => {
    expect([null, ['maze'], ['a', 'b']].map(scopeWords)).toEqual(['all environments', 'maze', '2 environments']);
    const lead = (scope: readonly string[] | null): string =>
      rollbackWords({ target_height: 3, scope } as Parameters<typeof rollbackWords>[0], null).split('. ')[0] ?? '';
    expect([null, ['maze'], ['a', 'b']].map(lead)).toEqual([
      'All environments go back to what they were in block 3',
      'maze goes back to what it was in block 3',
      '2 environments go back to what they were in block 3',
    ]);
  });

  test('is counted where the state is at hand, and not claimed where it is not', () => {
    const words = (changes: readonly EnvironmentSetBack[] | null): string =>
      rollbackWords({ target_height: 3, scope: null } as Parameters<typeof rollbackWords>[0], changes);
    expect(words(null)).not.toContain('As of now');
    expect(words([stays])).toContain('As of now 1 environment changes; Green stays as it is.');
    expect(words([returning, exchanged])).toContain(
      'As of now 2 environments change: 1 becomes Green again, 1 has another version Green.',
    );
  });

  test('is warned of, for one and for many, and where nothing is to be feared not at all', () => {
    expect(rollbackWarnings([stays], true)).toEqual([]);
    expect(rollbackWarnings([stays], false)).toEqual([NOT_FROZEN]);
    expect(rollbackWarnings([vanishing], true)).toEqual([
      '1 environment will not be Green afterwards, and is now.',
      '1 environment did not exist then and will no longer be found; the history keeps it.',
    ]);
    expect(rollbackWarnings([vanishing, vanishing, change(null, null, true)], true)).toEqual([
      '2 environments will not be Green afterwards, and are now.',
      '2 environments did not exist then and will no longer be found; the history keeps them.',
      '1 environment had something Green then that was recalled since: it stays recalled, and does not become Green again.',
    ]);
  });
});

describe('what a recall says before it is signed', () => {
  const recall = findAction('recall_environment');
  const { state } = twiceGreen();
  const payload = { ...recalling('alpha'), green_version: 2, state_hash: OTHER };

  test('is what takes its place', () => {
    const told = (superseded: JsonObject | null): string =>
      String(recall?.describe({ ...payload, superseded_by: superseded }, state));
    expect(told(null)).toContain('Nothing takes its place.');
    expect(told({ env_id: 'beta', version: 1 })).toContain('What to use instead: beta version 1.');
  });

  test('warns of an emergency, and of an archive in which nothing follows', () => {
    const warnings = (world: ReturnType<typeof twiceGreen>, emergency: boolean): readonly string[] =>
      recall?.warnings({ ...payload, emergency }, world.state, { memberId: 'ada' }) ?? [];
    const world = twiceGreen();
    expect(warnings(world, false)).toEqual([]);
    expect(warnings(world, true)).toEqual(['This is an emergency recall: one administrator decides it alone.']);
    world.must('archive_environment', { env_id: 'alpha' });
    expect(warnings(world, false)).toEqual(['alpha is archived: no new version can be promoted in its place.']);
  });
});
