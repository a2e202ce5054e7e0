import { expect, test } from 'vitest';

import { AlertBook } from '../../../src/node/monitoring/alert-book.ts';
import type { AlertRule, Finding } from '../../../src/node/monitoring/alert-rule.ts';
import { healthOf } from '../../../src/node/monitoring/health.ts';
import { WELL } from './facts-fixture.ts';

const rule = (severity: Finding['severity'], { code = 'FOUND', isAdvisory = false } = {}): AlertRule => ({
  code,
  forMs: 0,
  isAdvisory,
  evaluate: () => [{ code, severity, message: 'it is there', advice: 'do something' }],
});

test.each([
  ['nothing', [], 'healthy'],
  ['a warning', [rule('warning')], 'degraded'],
  ['something critical', [rule('warning'), rule('critical')], 'failed'],
  ['a full disk', [rule('critical', { code: 'STORAGE_FULL' })], 'degraded'],
  ['advice', [rule('warning', { isAdvisory: true })], 'healthy'],
  ['advice beside a warning', [rule('warning', { isAdvisory: true }), rule('warning')], 'degraded'],
] as const)('%s: the node is as it is by what fires', (_, rules, expected) => {
  expect(healthOf(new AlertBook({ rules, now: () => 10_000 }).look(WELL))).toBe(expected);
});
