import { ORPCError } from '@orpc/client';
import { describe, expect, test } from 'vitest';

import { decodeWireError, encodeWireError } from '../../src/api/wire-error.ts';
import { ERROR_ADVICE, QuantumLockError } from '../../src/base/errors.ts';

describe('an error that crosses the contract', () => {
  test.each([
    new QuantumLockError('STORAGE_FULL', 'no room'),
    new QuantumLockError('ACCESS_DENIED', 'no', {
      advice: 'ask',
      context: { permission: 'read_blockchain', times: 2 },
    }),
  ])('has the same code, words, advice and context on the other side: $code', (error) => {
    const crossed = decodeWireError(encodeWireError(error));
    expect(crossed).toBeInstanceOf(QuantumLockError);
    expect((crossed as QuantumLockError).toValue()).toEqual(error.toValue());
  });

  test('has the advice of its code where none came with it', () => {
    for (const data of [undefined, null, 'odd', {}, { advice: '' }])
      expect(decodeWireError(new ORPCError('STORAGE_FULL', { data }))).toMatchObject({
        code: 'STORAGE_FULL',
        advice: ERROR_ADVICE.STORAGE_FULL,
      });
  });

  test('names the field of an input that does not fit', () => {
    const data = { issues: [{ message: 'too small', path: ['at', 'index'] }, { message: 'more' }] };
    expect(decodeWireError(new ORPCError('BAD_REQUEST', { data }))).toMatchObject({
      code: 'INPUT_INVALID',
      message: 'at.index: too small',
    });
    expect(decodeWireError(new ORPCError('BAD_REQUEST', { message: 'no', data: { issues: [] } }))).toMatchObject({
      code: 'INPUT_INVALID',
      message: 'no',
    });
  });

  test('is left as it is where it is none of ours', () => {
    const bug = new TypeError('a bug');
    const unknown = new ORPCError('TEAPOT', { data: { advice: 'brew' } });
    expect([encodeWireError(bug), decodeWireError(bug), decodeWireError(unknown)]).toEqual([bug, bug, unknown]);
    expect(encodeWireError(unknown)).toBe(unknown);
  });
});
