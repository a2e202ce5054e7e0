import { describe, expect, test } from 'vitest';

import { assert, AssertionError, defined } from '../../../src/base/assert.ts';
import { ERROR_ADVICE, isErrorCode, QuantumLockError } from '../../../src/base/errors.ts';

describe('QuantumLockError', () => {
  test('travels as a value and comes back the same', () => {
    const error = new QuantumLockError('LIMIT_EXCEEDED', 'too long', { context: { size: 3 } });
    const back = QuantumLockError.fromValue(structuredClone(error.toValue()));
    expect(back).toBeInstanceOf(QuantumLockError);
    expect(back.toValue()).toEqual({
      code: 'LIMIT_EXCEEDED',
      message: 'too long',
      advice: ERROR_ADVICE.LIMIT_EXCEEDED,
      context: { size: 3 },
    });
  });

  test('keeps its cause', () => {
    const cause = new Error('below');
    expect(new QuantumLockError('NODE_FAILED', 'failed', { cause }).cause).toBe(cause);
  });

  test('has advice for every code, and knows a code from an inherited name', () => {
    for (const [code, advice] of Object.entries(ERROR_ADVICE)) {
      expect(isErrorCode(code)).toBe(true);
      expect(advice).toMatch(/\.$/);
    }
    for (const code of ['toString', '__proto__', 'NO_SUCH_CODE', 1, null]) expect(isErrorCode(code)).toBe(false);
  });
});

describe('assertions', () => {
  test('pass on the truth and throw on a bug', () => {
    assert(true, 'true');
    expect(defined(0, 'zero')).toBe(0);
    expect(() => assert(false, 'it holds')).toThrow(AssertionError);
    expect(() => defined(null, 'a thing')).toThrow('a thing is missing');
    expect(() => defined(undefined, 'a thing')).toThrow(AssertionError);
  });
});
