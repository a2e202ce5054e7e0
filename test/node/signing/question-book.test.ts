import { describe, expect, test } from 'vitest';

import {
  ENDED_REVIEWS_KEPT_MAX,
  REFUSALS_IN_ROW_MAX,
  REFUSALS_PAUSE_MS,
  SIGNING_OUTCOME_TTL_MS,
  SIGNING_REVIEW_TTL_MS,
} from '../../../src/base/limits.ts';
import { QuestionBook } from '../../../src/node/signing/question-book.ts';
import { coded } from '../../coded.ts';

interface Content {
  readonly expiresAt: number;
  isUnderWay: boolean;
}

const WAITING_MAX = 3;

function openBook() {
  const time = { now: 1_700_000_000_000 };
  const told = { count: 0 };
  const book = new QuestionBook<Content, { readonly outcome: 'done' }>({
    clocks: { wall: () => time.now, monotonic: () => time.now },
    waitingMax: WAITING_MAX,
    noun: 'question',
    isUnderWay: ({ isUnderWay }) => isUnderWay,
    onChange: () => void told.count++,
  });
  let count = 0;
  const ask = (asker = 'one') =>
    book.keep(`question-${++count}`, asker, (expiresAt) => ({ expiresAt, isUnderWay: false }));
  const refuse = (asker?: string): void => book.refuse(ask(asker).id);
  return { time, told, book, ask, refuse };
}

const limited = coded('REVIEWS_LIMITED');
const expired = coded('SIGNING_EXPIRED');

describe('a question', () => {
  test('waits until its time is over', async () => {
    const { time, book, ask } = openBook();
    const { id, expiresAt, outcome } = ask();
    expect(expiresAt).toBe(time.now + SIGNING_REVIEW_TTL_MS);
    time.now = expiresAt - 1;
    expect(book.isWaiting(id)).toBe(true);
    time.now = expiresAt;
    expect(book.isWaiting(id)).toBe(false);
    expect(await outcome).toEqual({ outcome: 'expired' });
    // How it ended is told for a while longer.
    expect(book.find(id).ended?.outcome).toEqual({ outcome: 'expired' });
    time.now += SIGNING_OUTCOME_TTL_MS;
    expect(() => book.find(id)).toThrow(expired);
    expect([book.has(id), book.list()]).toEqual([false, []]);
  });

  test('ends once, as it ended first', async () => {
    const { told, book, ask } = openBook();
    const kept = ask();
    book.end(kept, { outcome: 'done' });
    const before = told.count;
    book.end(kept, { outcome: 'expired' });
    book.refuse(kept.id);
    expect(book.withdraw(kept.id)).toBe(false);
    book.close();
    expect(await kept.outcome).toEqual({ outcome: 'done' });
    expect(kept.ended?.outcome).toEqual({ outcome: 'done' });
    expect(told.count).toBe(before);
  });

  test('that is being done is not refused, taken back or over: what is done decides how it ends', () => {
    const { time, book, ask } = openBook();
    const kept = ask();
    kept.isUnderWay = true;
    book.refuse(kept.id);
    expect(book.withdraw(kept.id)).toBe(false);
    time.now += SIGNING_REVIEW_TTL_MS;
    expect(book.isWaiting(kept.id)).toBe(true);
    kept.isUnderWay = false;
    expect(book.isWaiting(kept.id)).toBe(false);
  });

  test('taken back, refused or closed tells each time whoever shows it', async () => {
    const { told, book, ask } = openBook();
    const [one, two, three] = [ask(), ask(), ask()];
    expect(told.count).toBe(3);
    expect(book.withdraw(one.id)).toBe(true);
    book.refuse(two.id);
    expect(told.count).toBe(5);
    book.close();
    expect(told.count).toBe(6);
    const outcomes = await Promise.all([one.outcome, two.outcome, three.outcome]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['withdrawn', 'refused', 'expired']);
  });

  test('that nobody asked is not there', () => {
    const { book } = openBook();
    expect([book.has('none'), book.isWaiting('none')]).toEqual([false, false]);
    expect(() => book.find('none')).toThrow('there is no such question, or it has ended');
    for (const use of [() => book.refuse('none'), () => book.withdraw('none')]) expect(use).toThrow(expired);
  });
});

describe('whoever asks', () => {
  test('has so many wait at a time, and those of another count for the other', () => {
    const { book, ask } = openBook();
    const [first] = Array.from({ length: WAITING_MAX }, () => ask());
    expect(() => book.assertMayAsk('one')).toThrow(limited);
    expect(() => ask()).toThrow(`${WAITING_MAX} requests already wait to be confirmed`);
    ask('another');
    book.withdraw(first?.id ?? '');
    ask();
    expect(() => ask()).toThrow(limited);
  });

  test('fills no memory: of what has ended the last are kept, and no waiting one is lost', () => {
    const { book, ask } = openBook();
    const waiting = ask();
    const foreign = ask('another');
    book.withdraw(foreign.id);
    const ended = Array.from({ length: ENDED_REVIEWS_KEPT_MAX + 2 }, () => {
      const { id } = ask();
      book.withdraw(id);
      return id;
    });
    expect(book.list().map(({ id }) => id)).toEqual([waiting.id, foreign.id, ...ended.slice(2)]);
    expect(() => book.find(ended[1] ?? '')).toThrow(expired);
  });

  test('is not heard for a while after so many refusals in a row, and another is', () => {
    const { time, book, ask, refuse } = openBook();
    for (let count = 1; count < REFUSALS_IN_ROW_MAX; count++) refuse();
    // One that was asked before the last refusal still waits.
    const before = ask();
    refuse();
    expect(() => ask()).toThrow(`no new request is accepted for ${REFUSALS_PAUSE_MS / 1_000} s`);
    expect(book.isWaiting(before.id)).toBe(true);
    ask('another');
    time.now += REFUSALS_PAUSE_MS - 1;
    expect(() => ask()).toThrow('no new request is accepted for 1 s');
    time.now += 1;
    // The count begins anew.
    for (let count = 1; count < REFUSALS_IN_ROW_MAX; count++) refuse();
    refuse();
    expect(() => ask()).toThrow(limited);
  });

  test('ends the row by what was done, and not by what was taken back or waited too long', () => {
    const { time, book, ask, refuse } = openBook();
    const inRow = (between: () => void): void => {
      for (let count = 1; count < REFUSALS_IN_ROW_MAX; count++) refuse();
      between();
      refuse();
    };
    inRow(() => book.end(ask(), { outcome: 'done' }));
    book.end(ask(), { outcome: 'done' });
    inRow(() => void book.withdraw(ask().id));
    expect(() => ask()).toThrow(limited);
    time.now += REFUSALS_PAUSE_MS;
    book.end(ask(), { outcome: 'done' });
    inRow(() => {
      const { id } = ask();
      time.now += SIGNING_REVIEW_TTL_MS;
      expect(book.isWaiting(id)).toBe(false);
    });
    expect(() => ask()).toThrow(limited);
  });
});
