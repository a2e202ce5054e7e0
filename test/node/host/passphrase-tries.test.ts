import { expect, test } from 'vitest';
import { QuantumLockError } from '../../../src/base/errors.ts';
import { PASSPHRASE_ATTEMPTS_MAX, PASSPHRASE_DELAY_MS_MAX, PASSPHRASE_QUEUE_MAX } from '../../../src/base/limits.ts';
import { PassphraseTries } from '../../../src/node/host/passphrase-tries.ts';

function bench(): {
  tries: PassphraseTries;
  clock: { now: number };
  worked: () => number;
  guess: (right?: boolean) => Promise<string>;
} {
  const clock = { now: 1_700_000_000_000 };
  const tries = new PassphraseTries({ wall: () => clock.now, monotonic: () => clock.now });
  let count = 0;
  const guess = (right = false): Promise<string> =>
    tries
      .try(async () => {
        count += 1;
        if (!right) throw new QuantumLockError('PASSPHRASE_WRONG', 'it is wrong');
        return 'open';
      })
      .catch((error: unknown) => (error instanceof QuantumLockError ? error.code : String(error)));
  return { tries, clock, worked: () => count, guess };
}

test('a few wrong passphrases are free; then each wrong one doubles the time until the next', async () => {
  const { clock, worked, guess } = bench();
  for (let count = 0; count < PASSPHRASE_ATTEMPTS_MAX; count++) expect(await guess()).toBe('PASSPHRASE_WRONG');
  let waitMs = 1_000;
  for (let round = 0; round < 4; round++) {
    const before = worked();
    // Not even the right one is tried.
    expect(await guess(true)).toBe('PASSPHRASE_LIMITED');
    clock.now += waitMs - 1;
    expect(await guess(true)).toBe('PASSPHRASE_LIMITED');
    expect(worked()).toBe(before);
    clock.now += 1;
    expect(await guess()).toBe('PASSPHRASE_WRONG');
    waitMs *= 2;
  }
  clock.now += waitMs;
  expect(await guess(true)).toBe('open');
  for (let count = 0; count < PASSPHRASE_ATTEMPTS_MAX; count++) expect(await guess()).toBe('PASSPHRASE_WRONG');
  expect(await guess()).toBe('PASSPHRASE_LIMITED');
});

test('sixty guesses cost hours, and no guess waits longer than the longest', async () => {
  const { clock, worked, guess } = bench();
  const start = clock.now;
  while (worked() < 60) {
    await guess();
    clock.now += 500;
    if (clock.now - start > 10 * 3_600_000) break;
  }
  expect(clock.now - start).toBeGreaterThan(5 * 3_600_000);
  clock.now += PASSPHRASE_DELAY_MS_MAX;
  expect(await guess(true)).toBe('open');
});

test('guesses that are sent at once are tried one after the other, and only a few wait', async () => {
  const { worked, guess } = bench();
  const answers = await Promise.all(Array.from({ length: 50 }, () => guess()));
  expect(answers.filter((code) => code === 'PASSPHRASE_WRONG')).toHaveLength(PASSPHRASE_QUEUE_MAX);
  expect(answers.filter((code) => code === 'PASSPHRASE_LIMITED')).toHaveLength(50 - PASSPHRASE_QUEUE_MAX);
  expect(worked()).toBe(PASSPHRASE_QUEUE_MAX);
  // What fails for another reason is no guess.
  const { tries, guess: other } = bench();
  for (let count = 0; count < 20; count++)
    await tries.try(() => Promise.reject(new QuantumLockError('KEY_EXISTS', 'there'))).catch(() => null);
  expect(await other(true)).toBe('open');
});
