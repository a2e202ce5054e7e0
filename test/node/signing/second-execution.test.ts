import { describe, expect, test } from 'vitest';

import type { Hash } from '../../../src/base/bytes.ts';
import type { SimulationResult } from '../../../src/ledger/effects/simulate.ts';
import { isSameEffect } from '../../../src/ledger/effects/same-effect.ts';
import { openDesk } from './desk-fixture.ts';

type Effect = Extract<SimulationResult, { outcome: 'applied' }>;

const HASH = `0x${'cd'.repeat(32)}` as Hash;

const shown: Effect = {
  outcome: 'applied',
  sentence: 'grid-maze gets Blue version 3.',
  changes: [
    { namespace: 'environments', key: 'grid-maze', path: 'blue.version', before: 2, after: 3 },
    {
      namespace: 'environments',
      key: 'grid-maze',
      path: 'blue.updated_at',
      before: 1,
      after: 9,
      set_at_commit: 'time',
    },
    { namespace: 'environments', key: 'grid-maze', path: 'checkpoint', before: null },
  ],
  warnings: ['Check carefully.'],
  proposal: {
    proposal_id: HASH,
    sentence: 'It happens.',
    changes: [{ namespace: 'members', key: 'member/ada', path: 'level', before: 'validator', after: 'administrator' }],
    happens_now: false,
  },
};

const changed = (index: number, by: object): Effect => ({
  ...shown,
  changes: shown.changes.map((change, at) => (at === index ? { ...change, ...by } : change)),
});
const proposalChanged = (by: object): Effect => ({
  ...shown,
  proposal: shown.proposal === null ? null : { ...shown.proposal, ...by },
});

/** One thing after the other is another one than what was shown. */
const OTHERS: readonly (readonly [string, SimulationResult])[] = [
  ['the sentence', { ...shown, sentence: 'grid-maze gets Blue version 4.' }],
  ['a value after', changed(0, { after: 4 })],
  ['a value before', changed(0, { before: 1 })],
  ['a value before of what is known at the commit', changed(1, { before: 2 })],
  ['what is set at the commit', changed(1, { set_at_commit: 'transaction' })],
  ['a value that was to be gone', changed(2, { after: {} })],
  ['where it changes', changed(0, { key: 'grid-maze-2' })],
  ['which part of it changes', changed(0, { path: 'green.version' })],
  ['one change more', { ...shown, changes: [...shown.changes, ...shown.changes.slice(0, 1)] }],
  ['one change fewer', { ...shown, changes: shown.changes.slice(1) }],
  ['a warning more', { ...shown, warnings: [...shown.warnings, 'And closer.'] }],
  ['a warning fewer', { ...shown, warnings: [] }],
  ['whether there is a proposal', { ...shown, proposal: null }],
  ['which proposal', proposalChanged({ proposal_id: HASH.replace('cd', 'ce') })],
  ['what the proposal says', proposalChanged({ sentence: 'Something else happens.' })],
  ['whether it happens now', proposalChanged({ happens_now: true })],
  ['what the proposal changes', proposalChanged({ changes: [] })],
];

describe('the execution before the signature', () => {
  test.each(OTHERS)('ends the review where it gives another: %s', async (_, again) => {
    const { desk, keychainKey, request, submitted, node } = await openDesk();
    node.simulation = shown;
    const { review_id } = await request(keychainKey);
    node.simulation = again;
    expect(await desk.confirm(review_id)).toEqual({ outcome: 'changed' });
    // For good, though the state may come back to what it was.
    node.simulation = shown;
    expect(await desk.confirm(review_id)).toEqual({ outcome: 'changed' });
    expect(submitted).toEqual([]);
  });

  test('takes what only the block knows for the same', async () => {
    const { desk, keychainKey, request, submitted, node } = await openDesk();
    node.simulation = shown;
    const { review_id } = await request(keychainKey);
    node.simulation = changed(1, { after: 12 });
    expect(await desk.confirm(review_id)).toMatchObject({ outcome: 'committed' });
    expect(submitted).toHaveLength(1);
  });

  test('compares an effect with itself as the same, whatever the order of its members', () => {
    const { namespace, key, path, ...rest } = shown.changes[0] ?? { namespace: '', key: '', path: '' };
    expect(
      isSameEffect(shown, { ...shown, changes: [{ ...rest, path, key, namespace }, ...shown.changes.slice(1)] }),
    ).toBe(true);
  });
});
