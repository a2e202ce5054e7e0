import { describe, expect, test } from 'vitest';

import { countResults, summaryLine } from '../../../build/test-summary.mjs';

const fileReport = (name: string, statuses: readonly string[], status = 'passed'): object => ({
  name,
  status,
  message: '',
  assertionResults: statuses.map((outcome, index) => ({ status: outcome, fullName: `test ${index}` })),
});
const report = (...testResults: readonly object[]): object => ({ testResults });
const count = (
  run: object | undefined,
  exitCode: number | null = 0,
  mayNotSkip = false,
): ReturnType<typeof countResults> => countResults({ report: run, exitCode, mayNotSkip });

describe('the summary of a test run', () => {
  test('adds up over files', () => {
    const result = count(
      report(fileReport('a', ['passed', 'passed', 'skipped']), fileReport('b', ['failed', 'todo'], 'failed')),
      1,
    );
    expect(summaryLine(result)).toBe('2 passed, 1 failed, 2 skipped');
  });

  test('counts a file that did not load', () => {
    expect(count(report(fileReport('a', ['passed']), fileReport('b', [], 'failed')), 1)).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  test.each([
    ['no report', undefined, 0],
    ['an empty report', report(), 0],
    ['nothing but skipped tests', report(fileReport('a', ['skipped'])), 0],
    ['an exit code that the tests do not explain', report(fileReport('a', ['passed'])), 1],
    ['a runner that was killed', report(fileReport('a', ['passed'])), null],
  ])('fails on %s', (_name, run, exitCode) => {
    expect(count(run, exitCode).failed).toBe(1);
  });

  test('lets nothing but the Electron suite be skipped where everything can be installed', () => {
    const electron = report(fileReport('/x/test/e2e/electron.test.ts', ['skipped']), fileReport('a', ['passed']));
    const store = report(fileReport('/x/test/node/recovery/s3.test.ts', ['skipped']), fileReport('a', ['passed']));
    const keyring = report(fileReport('/x/test/node/keys.test.ts', ['skipped']), fileReport('a', ['passed']));
    expect(count(electron, 0, true)).toMatchObject({ failed: 0, skipped: 1 });
    expect(count(store, 0, true)).toMatchObject({ failed: 1, skipped: 0 });
    expect(count(keyring, 0, true)).toMatchObject({ failed: 1, skipped: 0 });
    expect(count(keyring, 0, false)).toMatchObject({ failed: 0, skipped: 1 });
  });
});
