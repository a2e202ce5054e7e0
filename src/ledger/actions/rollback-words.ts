import { z } from 'zod';
import { counted } from '../../base/count-words.ts';
import { count } from '../../base/fields.ts';
import type { EnvironmentSetBack, RollbackTarget } from './rollback-plan.ts';

/** What a rollback comes to, in numbers of environments. */
export const rollbackCounts = z.strictObject({
  changing: count,
  /** Green again, which they are not now. */
  returning: count,
  /** Green now, and not afterwards. */
  leaving: count,
  /** Green before and after, by another promotion. */
  exchanged: count,
  /** Not there afterwards. */
  vanishing: count,
  /** There again, which they are not now. */
  reappearing: count,
  /** Green then, by a promotion that was recalled since. */
  recalled: count,
});
export type RollbackCounts = z.infer<typeof rollbackCounts>;

/** What becomes of Green. */
export type GreenChange = 'returns' | 'leaves' | 'changes' | 'stays';

export function greenChange({ now, restored }: Pick<EnvironmentSetBack, 'now' | 'restored'>): GreenChange {
  const [before, after] = [now?.green ?? null, restored?.green ?? null];
  if (before === null) return after === null ? 'stays' : 'returns';
  if (after === null) return 'leaves';
  return before.transaction_id === after.transaction_id ? 'stays' : 'changes';
}

export function countsOf(changes: readonly EnvironmentSetBack[]): RollbackCounts {
  const count = (isCounted: (change: EnvironmentSetBack) => boolean): number => changes.filter(isCounted).length;
  return {
    changing: changes.length,
    returning: count((change) => greenChange(change) === 'returns'),
    leaving: count((change) => greenChange(change) === 'leaves'),
    exchanged: count((change) => greenChange(change) === 'changes'),
    vanishing: count(({ restored }) => restored === undefined),
    reappearing: count(({ now }) => now === undefined),
    recalled: count(({ recall }) => recall !== undefined),
  };
}

const ALWAYS =
  'Members, keys, validators and policies stay as they are, version numbers and labels are not given again, and nothing is deleted: the history keeps what is undone, and a rollback can be rolled back.';

/** What a rollback does, as sentences; `changes` null where the state that it would change is not at hand. */
export function rollbackWords(
  { target_height, scope }: RollbackTarget,
  changes: readonly EnvironmentSetBack[] | null,
): string {
  const what = scope === null ? 'All environments' : scopeWords(scope);
  const lead = `${what} ${scope?.length === 1 ? 'goes back to what it was' : 'go back to what they were'} in block ${target_height}.`;
  const later = 'Whatever is decided until this is executed is undone too.';
  if (changes === null) return `${lead} ${later} ${ALWAYS}`;
  const counts = countsOf(changes);
  const parts = [
    part(counts.returning, 'becomes Green again', 'become Green again'),
    part(counts.leaving, 'leaves Green', 'leave Green'),
    part(counts.exchanged, 'has another version Green', 'have another version Green'),
    part(counts.vanishing, 'vanishes, because it did not exist then', 'vanish, because they did not exist then'),
    part(counts.reappearing, 'is there again', 'are there again'),
  ].filter((words) => words !== '');
  const now = `As of now ${part(counts.changing, 'environment changes', 'environments change')}${
    parts.length === 0 ? '; Green stays as it is' : `: ${parts.join(', ')}`
  }.`;
  return `${lead} ${now} ${later} ${ALWAYS}`;
}

export const NOT_FROZEN =
  'The chain is not frozen: what is changed until this is executed is undone too. Freeze it first, so that nothing moves and everybody decides about the same.';

/** What to know of a rollback that changes this, before it is signed. */
export function rollbackWarnings(changes: readonly EnvironmentSetBack[], isFrozen: boolean): string[] {
  const { leaving, vanishing, recalled } = countsOf(changes);
  return [
    ...(isFrozen ? [] : [NOT_FROZEN]),
    ...(leaving > 0
      ? [`${environments(leaving)} will not be Green afterwards, and ${leaving === 1 ? 'is' : 'are'} now.`]
      : []),
    ...(vanishing > 0
      ? [
          `${environments(vanishing)} did not exist then and will no longer be found; the history keeps ${vanishing === 1 ? 'it' : 'them'}.`,
        ]
      : []),
    ...(recalled > 0
      ? [
          `${environments(recalled)} had something Green then that was recalled since: it stays recalled, and does not become Green again.`,
        ]
      : []),
  ];
}

/** Which environments a rollback is of. */
export function scopeWords(scope: RollbackTarget['scope']): string {
  if (scope === null) return 'all environments';
  return scope.length === 1 ? (scope[0] as string) : environments(scope.length);
}

function environments(number: number): string {
  return counted(number, 'environment');
}

function part(number: number, one: string, many: string): string {
  return number === 0 ? '' : `${number} ${number === 1 ? one : many}`;
}
