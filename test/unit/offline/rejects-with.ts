import { expect } from 'vitest';

import { QuantumLockError } from '../../../src/base/errors.ts';

/** What `run` throws is an error of ours with this code and advice, whatever it was given. */
export function rejectsWith(run: () => unknown, code: string | RegExp, message = /./): void {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(QuantumLockError);
  const error = thrown as QuantumLockError;
  expect(error.code).toMatch(code);
  expect(error.message).toMatch(message);
  expect(error.advice.length).toBeGreaterThan(0);
}
