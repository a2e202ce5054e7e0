import { describe, expect, test, vi } from 'vitest';

import { Deadline } from '../../../src/base/deadline.ts';
import {
  CLOCK_SET_BACK_MS_MAX,
  KEY_FILE_OPEN_TTL_MS,
  SIGNING_OUTCOME_TTL_MS,
  SIGNING_REVIEW_TTL_MS,
  SIGNING_SESSION_TTL_MS,
} from '../../../src/base/limits.ts';
import { coded } from '../../coded.ts';
import { openDesk, PASSPHRASE, type DeskBench } from './desk-fixture.ts';

/** No timer fires in here but where a test lets it: what is over is so by the clocks alone, as after a machine slept. */

const NIGHT_MS = 9 * 3_600_000;

type Time = DeskBench['node'];

/** How time goes by: the lid is closed, somebody sets the wall clock back, both clocks run, the year is another. */
const WAYS: readonly (readonly [string, (time: Time, ms: number) => void])[] = [
  ['asleep: the monotonic clock stands', (time, ms) => (time.now += ms)],
  ['the wall clock stands', (time, ms) => (time.uptime += ms)],
  ['awake', (time, ms) => ((time.now += ms), (time.uptime += ms))],
  ['while the wall clock is put back to a time long ago', (time) => (time.now -= CLOCK_SET_BACK_MS_MAX + 1)],
  ['while the wall clock jumps by centuries', (time) => (time.now += 9e12)],
];

describe.each(WAYS)('%s', (_, passes) => {
  test('a review ends, and nothing of it can be signed', async () => {
    const { desk, keychainKey, fileKey, request, submitted, node } = await openDesk();
    const reviews = [await request(keychainKey), await request(fileKey)];
    const possession = await desk.requestPossession({ key: keychainKey, subject: 'member/mallory' });
    const deed = await desk.requestExport(keychainKey);
    passes(node, NIGHT_MS);
    for (const { review_id } of [...reviews, possession, deed])
      expect(await desk.confirm(review_id, { passphrase: PASSPHRASE })).toEqual({ outcome: 'expired' });
    expect(submitted).toEqual([]);
    expect(desk.reviews().every(({ outcome }) => outcome?.outcome === 'expired')).toBe(true);
  });

  test('signing is locked again', async () => {
    const { desk, fileKey, keychainKey, request, node } = await openDesk();
    await desk.unlockSession(PASSPHRASE, fileKey);
    expect(desk.unlocked).toEqual({ key_id: fileKey.key_id, until: node.now + SIGNING_SESSION_TTL_MS });
    passes(node, NIGHT_MS);
    expect(desk.unlocked).toBeNull();
    const { review_id } = await request(fileKey);
    expect(desk.isUnlocked(review_id)).toBe(false);
    await expect(desk.confirm(review_id)).rejects.toThrow(coded('SIGNING_LOCKED'));
    const again = await request(keychainKey);
    await desk.confirm(again.review_id, { keepUnlocked: true });
    passes(node, NIGHT_MS);
    expect(desk.isUnlocked((await request(keychainKey)).review_id)).toBe(false);
  });
});

describe('a deadline', () => {
  const at = (time: { now: number; uptime: number }, ms: number): Deadline =>
    new Deadline({ wall: () => time.now, monotonic: () => time.uptime }, ms);

  test('is over at its moment, by whichever clock says so first, and not before', () => {
    const time = { now: 1_000, uptime: 7 };
    const deadline = at(time, 500);
    expect([deadline.at, deadline.isOver, deadline.remainingMs]).toEqual([1_500, false, 500]);
    time.now += 499;
    expect(deadline.isOver).toBe(false);
    time.now += 1;
    expect(deadline.isOver).toBe(true);
    time.now -= 500;
    time.uptime += 500;
    expect(deadline.isOver).toBe(true);
  });

  test('bears a correction of the clock, and no more', () => {
    const time = { now: 1_000_000, uptime: 0 };
    const deadline = at(time, 500);
    time.now -= CLOCK_SET_BACK_MS_MAX;
    expect(deadline.remainingMs).toBe(500);
    time.now -= 1;
    expect(deadline.isOver).toBe(true);
  });
});

test('a review does not outlive a try that took too long, right or wrong', async () => {
  const { desk, fileKey, request, submitted, node } = await openDesk();
  const wrong = await request(fileKey);
  const outcome = desk.outcome(wrong.review_id);
  const trying = desk.confirm(wrong.review_id, { passphrase: 'not this one' });
  node.now += SIGNING_REVIEW_TTL_MS;
  // While it is under way the try decides.
  expect(desk.reviews()[0]?.outcome).toBeNull();
  await expect(trying).rejects.toThrow(coded('PASSPHRASE_WRONG'));
  // Whoever waits for it is told at once, without asking again.
  expect(await outcome).toEqual({ outcome: 'expired' });
  expect(await desk.confirm(wrong.review_id, { passphrase: PASSPHRASE })).toEqual({ outcome: 'expired' });

  const right = await request(fileKey);
  const signing = desk.confirm(right.review_id, { passphrase: PASSPHRASE });
  node.now += SIGNING_REVIEW_TTL_MS;
  expect(await signing).toEqual({ outcome: 'expired' });
  expect(submitted).toEqual([]);
});

test('how a review ended is told for a while, and then no more', async () => {
  const { desk, keychainKey, request, node } = await openDesk();
  const { review_id } = await request(keychainKey);
  node.now += SIGNING_REVIEW_TTL_MS;
  expect(await desk.outcome(review_id)).toEqual({ outcome: 'expired' });
  node.uptime += SIGNING_OUTCOME_TTL_MS;
  expect(() => desk.review(review_id)).toThrow(coded('SIGNING_EXPIRED'));
  expect(desk.reviews()).toEqual([]);
});

test('whoever waits for a review, or looks at the header, is told by a timer as well', async () => {
  vi.useFakeTimers();
  try {
    const { desk, fileKey, request, node, changes } = await openDesk();
    const pass = (ms: number): void => {
      node.uptime += ms;
      node.now += ms;
      vi.advanceTimersByTime(ms + 1);
    };
    await desk.unlockSession(PASSPHRASE, fileKey);
    const before = changes();
    pass(SIGNING_SESSION_TTL_MS);
    expect(changes()).toBe(before + 1);
    // Locked and unlocked in between, it lasts its whole time, from the last time on.
    await desk.unlockSession(PASSPHRASE, fileKey);
    pass(SIGNING_SESSION_TTL_MS / 2);
    desk.lockSession();
    await desk.unlockSession(PASSPHRASE, fileKey);
    const unlocked = changes();
    pass(SIGNING_SESSION_TTL_MS / 2);
    expect(changes()).toBe(unlocked);
    // A clock that goes slower than the timer makes it wait on.
    node.now -= 60_000;
    node.uptime -= 60_000;
    vi.advanceTimersByTime(SIGNING_SESSION_TTL_MS / 2);
    expect(changes()).toBe(unlocked);
    pass(SIGNING_SESSION_TTL_MS / 2 + 60_000);
    expect(changes()).toBe(unlocked + 1);
    const { review_id } = await request(fileKey);
    const outcome = desk.outcome(review_id);
    pass(SIGNING_REVIEW_TTL_MS);
    expect(await outcome).toEqual({ outcome: 'expired' });
  } finally {
    vi.useRealTimers();
  }
});

test('a key file that a task left open is closed by the clocks', async () => {
  const { keyring, node, fileKey } = await openDesk();
  await keyring.file.unlock(PASSPHRASE);
  await keyring.sealingSecret(fileKey.key_id);
  node.now += KEY_FILE_OPEN_TTL_MS;
  await expect(keyring.sealingSecret(fileKey.key_id)).rejects.toThrow(coded('SIGNING_LOCKED'));
  expect(keyring.file.unlocked).toBe(false);
});
