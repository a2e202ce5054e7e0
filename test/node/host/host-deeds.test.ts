import { expect, test } from 'vitest';
import { QuantumLockError } from '../../../src/base/errors.ts';
import { HOST_DEEDS_MAX, SIGNING_OUTCOME_TTL_MS, SIGNING_REVIEW_TTL_MS } from '../../../src/base/limits.ts';
import { HostDeeds, type HostDeed } from '../../../src/node/host/host-deeds.ts';

function bench() {
  const clock = { now: 1_700_000_000_000 };
  const deeds = new HostDeeds({ wall: () => clock.now, monotonic: () => clock.now });
  let count = 0;
  const ask = (perform: () => Promise<void> = async () => void (count += 1)): HostDeed =>
    deeds.request({ kind: 'grant_folder', path: '/a', sentence: 'Lets it read /a.', warnings: [] }, perform);
  return { clock, deeds, ask, count: () => count };
}

test('a deed is done once, however often it is confirmed', async () => {
  const { deeds, ask, count } = bench();
  const { deed_id: id } = ask();
  const outcomes = await Promise.all([deeds.confirm(id), deeds.confirm(id), deeds.confirm(id)]);
  expect(outcomes).toEqual(outcomes.map(() => ({ outcome: 'done' })));
  deeds.refuse(id);
  expect(await deeds.outcome(id)).toEqual({ outcome: 'done' });
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
  for (const { deed_id: id } of [refused, late])
    expect(() => deeds.deed(id)).toThrow(expect.objectContaining({ code: 'SIGNING_EXPIRED' }));
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

test('too many only end the oldest that nobody has confirmed', async () => {
  const { deeds, ask } = bench();
  let finish: () => void = () => undefined;
  const started = ask(() => new Promise((resolve) => (finish = resolve)));
  const doing = deeds.confirm(started.deed_id);
  const oldest = ask();
  for (let more = 0; more < HOST_DEEDS_MAX - 1; more++) ask();
  expect(await deeds.outcome(oldest.deed_id)).toEqual({ outcome: 'expired' });
  finish();
  expect(await doing).toEqual({ outcome: 'done' });
});
