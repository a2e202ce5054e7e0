import { describe, expect, test } from 'vitest';

import { ALERTS_RESOLVED_KEPT_MAX } from '../../../src/base/limits.ts';
import { AlertBook } from '../../../src/node/monitoring/alert-book.ts';
import { alertOf } from '../../../src/node/monitoring/alert-record.ts';
import type { AlertRule, Finding } from '../../../src/node/monitoring/alert-rule.ts';
import { WELL } from './facts-fixture.ts';

const found = (parts: Partial<Finding> = {}): Finding => ({
  code: 'FOUND',
  severity: 'warning',
  message: 'it is there',
  advice: 'do something',
  ...parts,
});

/** A book of one rule that finds what it is told to, and a clock that stands still. */
class OneRule {
  now = 10_000;
  readonly book: AlertBook;
  #findings: readonly Finding[] | null = [];

  constructor(rule: Partial<AlertRule> = {}) {
    const rules = [{ code: 'FOUND', forMs: 0, isAdvisory: false, evaluate: () => this.#findings, ...rule }];
    this.book = new AlertBook({ rules, now: () => this.now });
  }

  /** What fires at a moment at which this is found. */
  lookAt(
    now: number,
    findings: readonly Finding[] | null,
  ): readonly { readonly code: string; readonly since: number }[] {
    this.now = now;
    this.#findings = findings;
    return this.book.look(WELL).map((firing) => {
      const { code, since } = alertOf(firing);
      return { code, since };
    });
  }
}

describe('an alert', () => {
  test('fires at once where its rule asks for no time, and keeps when it began from look to look', () => {
    const one = new OneRule();
    expect(one.lookAt(10_000, [])).toEqual([]);
    expect(one.lookAt(11_000, [found()])).toEqual([{ code: 'FOUND', since: 11_000 }]);
    expect(one.lookAt(12_000, [found({ message: 'it is worse' })])).toEqual([{ code: 'FOUND', since: 11_000 }]);
    expect(one.book.firing.map(alertOf)).toEqual([
      { code: 'FOUND', severity: 'warning', message: 'it is worse', advice: 'do something', since: 11_000 },
    ]);
  });

  test('is pending for as long as its rule asks, and fires then', () => {
    const one = new OneRule({ forMs: 5_000 });
    expect(one.lookAt(10_000, [found()])).toEqual([]);
    expect(one.book.pending).toMatchObject([{ state: 'pending', pendingSince: 10_000 }]);
    expect(one.lookAt(14_999, [found()])).toEqual([]);
    expect(one.lookAt(15_000, [found()])).toEqual([{ code: 'FOUND', since: 15_000 }]);
    expect(one.book.pending).toEqual([]);
    expect(one.book.firing).toMatchObject([{ state: 'firing', pendingSince: 10_000, firingSince: 15_000 }]);
  });

  test('that is pending and goes away never fires, and leaves nothing', () => {
    const one = new OneRule({ forMs: 5_000 });
    one.lookAt(10_000, [found()]);
    one.lookAt(13_000, []);
    expect(one.lookAt(15_000, [found()])).toEqual([]);
    expect(one.book.pending).toMatchObject([{ pendingSince: 15_000 }]);
    expect(one.book.resolved).toEqual([]);
  });

  test('that is not found any more is resolved, and known of', () => {
    const one = new OneRule();
    one.lookAt(10_000, [found()]);
    expect(one.lookAt(12_000, [])).toEqual([]);
    expect(one.book.resolved).toMatchObject([
      { state: 'resolved', finding: found(), pendingSince: 10_000, firingSince: 10_000, resolvedSince: 12_000 },
    ]);
  });

  test('that comes back is another one, which begins then', () => {
    const one = new OneRule();
    one.lookAt(10_000, [found()]);
    one.lookAt(12_000, []);
    expect(one.lookAt(13_000, [found()])).toEqual([{ code: 'FOUND', since: 13_000 }]);
    one.lookAt(14_000, []);
    expect(one.book.resolved.map(({ firingSince, resolvedSince }) => [firingSince, resolvedSince])).toEqual([
      [10_000, 12_000],
      [13_000, 14_000],
    ]);
  });

  test('goes on where the facts do not say, and begins by nothing that is not said', () => {
    const one = new OneRule();
    expect(one.lookAt(10_000, null)).toEqual([]);
    one.lookAt(11_000, [found()]);
    expect(one.lookAt(12_000, null)).toEqual([{ code: 'FOUND', since: 11_000 }]);
    expect(one.book.resolved).toEqual([]);
  });

  test('has the time that its rule knows, and one of another time is another alert', () => {
    const one = new OneRule();
    expect(one.lookAt(10_000, [found({ since: 3_000 })])).toEqual([{ code: 'FOUND', since: 3_000 }]);
    expect(one.lookAt(11_000, [found({ since: 3_000 })])).toEqual([{ code: 'FOUND', since: 3_000 }]);
    expect(one.lookAt(12_000, [found({ since: 11_500 })])).toEqual([{ code: 'FOUND', since: 11_500 }]);
    expect(one.book.resolved).toMatchObject([{ firingSince: 3_000, resolvedSince: 12_000 }]);
  });

  test('with a known beginning counts its time from there', () => {
    const one = new OneRule({ forMs: 5_000 });
    expect(one.lookAt(10_000, [found({ since: 2_000 })])).toEqual([{ code: 'FOUND', since: 7_000 }]);
  });

  test('did not begin later than now, wherever the clock was set', () => {
    const one = new OneRule({ forMs: 5_000 });
    one.lookAt(1_000_000, [found()]);
    expect(one.lookAt(10_000, [found()])).toEqual([]);
    expect(one.lookAt(15_000, [found()])).toEqual([{ code: 'FOUND', since: 15_000 }]);
    expect(new OneRule().lookAt(10_000, [found({ since: 20_000 })])).toEqual([{ code: 'FOUND', since: 10_000 }]);
  });
});

describe('alerts', () => {
  test('of one code are told apart by their subject, each with its own time', () => {
    const one = new OneRule();
    one.lookAt(10_000, [found({ subject: 'a' })]);
    one.lookAt(11_000, [found({ subject: 'b' }), found({ subject: 'a' })]);
    expect(one.lookAt(12_000, [found({ subject: 'b' })])).toEqual([{ code: 'FOUND', since: 11_000 }]);
    expect(one.book.resolved).toMatchObject([{ finding: { subject: 'a' }, firingSince: 10_000 }]);
  });

  test('of one code and subject are one', () => {
    const one = new OneRule();
    expect(one.lookAt(10_000, [found({ message: 'first' }), found({ message: 'second' })])).toHaveLength(1);
    expect(one.book.firing).toMatchObject([{ finding: { message: 'first' } }]);
  });

  test('are told worst first, then in the order of the rules', () => {
    const rule = (code: string, severity: Finding['severity']): AlertRule => ({
      code,
      forMs: 0,
      isAdvisory: false,
      evaluate: () => [found({ code, severity })],
    });
    const rules = [rule('A', 'warning'), rule('B', 'critical'), rule('C', 'warning'), rule('D', 'critical')];
    const book = new AlertBook({ rules, now: () => 10_000 });
    expect(book.look(WELL).map(({ finding }) => finding.code)).toEqual(['B', 'D', 'A', 'C']);
  });

  test('that are over are forgotten one by one, the oldest first', () => {
    const one = new OneRule();
    for (let each = 0; each <= ALERTS_RESOLVED_KEPT_MAX; each++) {
      one.lookAt(20_000 + 2 * each, [found()]);
      one.lookAt(20_001 + 2 * each, []);
    }
    expect(one.book.resolved).toHaveLength(ALERTS_RESOLVED_KEPT_MAX);
    expect(one.book.resolved[0]).toMatchObject({ firingSince: 20_002 });
    expect(one.book.resolved.at(-1)).toMatchObject({ firingSince: 20_000 + 2 * ALERTS_RESOLVED_KEPT_MAX });
  });
});
