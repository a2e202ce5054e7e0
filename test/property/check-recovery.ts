import { expect } from 'vitest';

import type { PastBlock } from '../vectors/independent-execution.ts';
import { equal, textOf, textsIn, type Fields, type Json, type State } from '../vectors/independent-values.ts';

/** What must hold of rollbacks and recalls, whatever happened before. */

/** Records of environments, by id. */
const recordsOf = (state: State): (readonly [string, Fields])[] =>
  state.entries('environments').flatMap(([key, value]) => (key.includes(':') ? [] : [[key, value as Fields] as const]));

/** A rollback that this step executed gave back what was there, and touched nothing but environments. */
export function checkRollback(
  executed: Fields,
  { before, after, past }: { readonly before: State; readonly after: State; readonly past: readonly PastBlock[] },
): void {
  const { target_height: height, scope } = executed['payload'] as Fields;
  const target = past[Number(height)]?.state;
  if (target === undefined) throw new Error('it went back to a block that is not there');
  for (const place of after.changedSince(before))
    expect(['environments', 'proposals'], place).toContain(place.slice(0, place.indexOf(' ')));
  const named = scope === null ? null : textsIn(scope);
  const ids = [...recordsOf(after), ...recordsOf(target), ...recordsOf(before)].map(([key]) => key);
  for (const id of new Set(ids)) {
    const bare = (record: Fields | undefined): Json | undefined => {
      if (record === undefined) return undefined;
      const green = record['green'] as Fields | null;
      const promotion = textOf(green?.['transaction_id']);
      const isRecalled = after.value('environments', `recall:${id}:${promotion}`) !== undefined;
      return { ...record, green: isRecalled ? null : green, latest_version: 0, recalled: null, rollback: null };
    };
    const expected = named?.includes(id) === false ? before : target;
    expect(equal(bare(after.get('environments', id)), bare(expected.get('environments', id))), id).toBe(true);
  }
}

/** What is given once over a whole history: version numbers, labels, and what was recalled. */
export interface Given {
  readonly versions: Map<string, Json>;
  readonly marks: Map<string, Json>;
}

/** Holds a state against what was given before it, and takes note of what is new. */
export function checkGiven({ versions, marks: known }: Given, state: State): void {
  for (const [id, record] of recordsOf(state)) {
    const blue = record['blue'] as Fields;
    const place = `${id} ${Number(blue['version'])}`;
    const earlier = versions.get(place);
    expect(equal(earlier ?? blue, blue), `${place} is one version`).toBe(true);
    versions.set(place, blue);
    expect(Number(record['latest_version'])).toBeGreaterThanOrEqual(Number(blue['version']));
    const green = record['green'] as Fields | null;
    if (green === null) continue;
    const recall = state.value('environments', `recall:${id}:${textOf(green['transaction_id'])}`);
    expect(recall, `${id}: what is Green was not recalled`).toBeUndefined();
  }
  const marks = new Map(state.entries('environments').filter(([key]) => /^(?:label|recall):/.test(key)));
  for (const [key, value] of known) expect(equal(marks.get(key), value), `${key} stays`).toBe(true);
  for (const [key, value] of marks) known.set(key, value);
}
