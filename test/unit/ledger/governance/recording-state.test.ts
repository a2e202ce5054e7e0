import { expect, test } from 'vitest';

import { AssertionError } from '../../../../src/base/assert.ts';
import { RecordingState } from '../../../../src/ledger/state/recording-state.ts';
import { EMPTY_ROOTS, LedgerState } from '../../../../src/ledger/state/ledger-state.ts';
import { NO_PAST } from '../../../../src/ledger/state/past-blocks.ts';
import { MemoryStateStore } from '../../../../src/ledger/state/memory-store.ts';
import { StateOverlay } from '../../../../src/ledger/state/overlay.ts';

const below = (): StateOverlay => {
  const overlay = new StateOverlay(new LedgerState(new MemoryStateStore(), EMPTY_ROOTS, NO_PAST));
  overlay.put('members', 'member/ada', 'as it was');
  return overlay;
};

test('notes each value as it was before the first touch, whatever is written to it after', () => {
  const overlay = below();
  const state = new RecordingState(overlay);
  state.put('members', 'member/ada', 'once');
  expect(state.get('members', 'member/ada')).toBe('once');
  state.put('members', 'member/ada', 'twice');
  expect(state.touched()).toEqual([{ namespace: 'members', key: 'member/ada', before: 'as it was' }]);
  expect(overlay.get('members', 'member/ada')).toBe('twice');
});

test('notes what is read and not there, and what is written where nothing was', () => {
  const state = new RecordingState(below());
  expect(state.get('policies', 'freeze')).toBeUndefined();
  state.put('validators', 'node-2', { n: 1 });
  expect(state.touched()).toEqual([
    { namespace: 'policies', key: 'freeze', before: null },
    { namespace: 'validators', key: 'node-2', before: null },
  ]);
});

test.each([
  ['forwards', 1],
  ['backwards', -1],
])('lists by namespace, then key, in UTF-16 order, read %s', (_, direction) => {
  const places = [
    ['environments', 'Z'],
    ['environments', 'a'],
    ['environments', 'a/b'],
    ['environments', '\u{1F600}'],
    ['environments', '\u{FF5E}'],
    ['members', 'a'],
    ['validators', 'A'],
  ] as const;
  const state = new RecordingState(below());
  const order = [...places.keys()].toSorted((left, right) => direction * (left - right));
  for (const place of order) {
    const [namespace, key] = places[place] ?? places[0];
    state.get(namespace, key);
  }
  expect(state.touched().map(({ namespace, key }) => [namespace, key])).toEqual(places);
});

test('has no list: what a proposal rests on is named key by key', () => {
  expect(() => new RecordingState(below()).list('members')).toThrow(AssertionError);
});
