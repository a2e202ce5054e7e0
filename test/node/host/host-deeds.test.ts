import { expect, test } from 'vitest';
import { QuantumLockError } from '../../../src/base/errors.ts';
import {
  HOST_DEEDS_MAX,
  REFUSALS_IN_ROW_MAX,
  REFUSALS_PAUSE_MS,
  SIGNING_OUTCOME_TTL_MS,
  SIGNING_REVIEW_TTL_MS,
} from '../../../src/base/limits.ts';
import { HostDeeds, type HostDeed, type PerformDeed } from '../../../src/node/host/host-deeds.ts';
import { coded } from '../../coded.ts';

function bench() {
  const clock = { now: 1_700_000_000_000 };
  const deeds = new HostDeeds({ wall: () => clock.now, monotonic: () => clock.now });
  let count = 0;
  const ask = (
    perform: PerformDeed = async () => {
      count += 1;
      return null;
    },
    asker = 'one',
  ): HostDeed =>
    deeds.request({ kind: 'grant_folder', sentence: 'Lets it read /a.', warnings: [], asks: [] }, { asker, perform });
  return { clock, deeds, ask, count: () => count };
}

test('a deed is done once, however often it is confirmed', async () => {
  const { deeds, ask, count } = bench();
  const { deed_id: id } = ask();
  const outcomes = await Promise.all([deeds.confirm(id), deeds.confirm(id), deeds.confirm(id)]);
  expect(outcomes).toEqual(outcomes.map(() => ({ outcome: 'done', key_id: null })));
  deeds.refuse(id);
  expect(await deeds.outcome(id)).toEqual({ outcome: 'done', key_id: null });
  expect(count()).toBe(1);
});

test('a deed that was refused, or waited too long by the clocks, is not done any more', async () => {
  const { clock, deeds, ask, count } = bench();
  const refused = ask();
  deeds.refuse(refused.deed_id);
  expect(await deeds.confirm(refused.deed_id)).toEqual({ outcome: 'refused' });
  const late = ask();
  expect(late.expires_at).toBe(clock.now + SIGNING_REVIEW_TTL_MS);
  clock.now += SIGNING_REVIEW_TTL_MS;
  expect(await deeds.confirm(late.deed_id)).toEqual({ outcome: 'expired' });
  clock.now += SIGNING_OUTCOME_TTL_MS;
  for (const { deed_id: id } of [refused, late]) expect(() => deeds.deed(id)).toThrow(coded('SIGNING_EXPIRED'));
  expect(deeds.has('deed-none')).toBe(false);
  expect(count()).toBe(0);
});

test('what fails is told, and what the program gets wrong is thrown besides', async () => {
  const { deeds, ask } = bench();
  const typed = ask(() => Promise.reject(new QuantumLockError('DIRECTORY_UNREADABLE', 'it is gone')));
  expect(await deeds.confirm(typed.deed_id)).toMatchObject({
    outcome: 'failed',
    error: { code: 'DIRECTORY_UNREADABLE' },
  });
  const bug = ask(() => Promise.reject(new TypeError('secret detail')));
  await expect(deeds.confirm(bug.deed_id)).rejects.toThrow(TypeError);
  const told = await deeds.outcome(bug.deed_id);
  expect(told).toMatchObject({ outcome: 'failed', error: { code: 'NODE_FAILED' } });
  expect(JSON.stringify(told)).not.toContain('secret detail');
});

test('a passphrase that is wrong ends nothing, and one that comes too late does nothing', async () => {
  const { clock, deeds, ask } = bench();
  const given: unknown[] = [];
  const { deed_id: id } = ask(async ({ passphrase }) => {
    given.push(passphrase);
    if (passphrase !== 'right') throw new QuantumLockError('PASSPHRASE_WRONG', 'it is not the one');
    return 'key-1';
  });
  for (const passphrase of ['wrong', undefined, 'Right'])
    await expect(deeds.confirm(id, passphrase === undefined ? {} : { passphrase })).rejects.toMatchObject({
      code: 'PASSPHRASE_WRONG',
    });
  expect(await deeds.confirm(id, { passphrase: 'right' })).toEqual({ outcome: 'done', key_id: 'key-1' });
  expect(given).toEqual(['wrong', undefined, 'Right', 'right']);

  const late = ask(async () => {
    clock.now += SIGNING_REVIEW_TTL_MS;
    throw new QuantumLockError('PASSPHRASE_WRONG', 'it is not the one');
  });
  expect(await deeds.confirm(late.deed_id)).toMatchObject({ outcome: 'failed', error: { code: 'PASSPHRASE_WRONG' } });
});

test('one asker has so many wait, and ends nobody else', async () => {
  const { deeds, ask } = bench();
  let finish: (keyId: string | null) => void = () => undefined;
  const started = ask(() => new Promise((resolve) => (finish = resolve)));
  const doing = deeds.confirm(started.deed_id);
  for (let more = 0; more < HOST_DEEDS_MAX - 1; more++) ask();
  expect(() => ask()).toThrow(coded('REVIEWS_LIMITED'));
  expect(ask(undefined, 'another').kind).toBe('grant_folder');
  finish(null);
  expect(await doing).toEqual({ outcome: 'done', key_id: null });
  expect(ask().kind).toBe('grant_folder');
});

test('after so many refusals in a row there is a pause; whatever else happens ends the row', async () => {
  const { clock, deeds, ask } = bench();
  const refuse = (): void => deeds.refuse(ask().deed_id);
  for (let count = 0; count < REFUSALS_IN_ROW_MAX - 1; count++) refuse();
  await deeds.confirm(ask().deed_id);
  for (let count = 0; count < REFUSALS_IN_ROW_MAX; count++) {
    // What whoever asks does between them ends no row.
    deeds.withdraw(ask().deed_id);
    refuse();
  }
  expect(() => ask()).toThrow(coded('REVIEWS_LIMITED'));
  expect(ask(undefined, 'another').kind).toBe('grant_folder');
  clock.now += REFUSALS_PAUSE_MS - 1;
  expect(() => ask()).toThrow(coded('REVIEWS_LIMITED'));
  clock.now += 1;
  refuse();
  expect(ask().kind).toBe('grant_folder');
});
