import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../src/base/canonical.ts';
import { IDENTIFIER_LENGTH_MAX } from '../../../src/base/limits.ts';
import { findAction } from '../../../src/ledger/actions/registry.ts';
import { CONTENT } from './world.ts';

/** What an action is called in a list, and what it says of itself once it is done. */

const words = (action: string, payload: JsonObject): readonly (string | undefined)[] => [
  findAction(action)?.title(payload),
  findAction(action)?.summarize(payload),
];
const ID = `0x12345678${'00'.repeat(28)}`;
const archive = (envId: string): JsonObject => ({ action: 'archive_environment', payload: { env_id: envId } });

describe('a batch', () => {
  test.each([
    [[], ['Do nothing', 'Did nothing.']],
    [['a'], ['Archive a', 'Archived a.']],
    [
      ['a', 'b'],
      ['Archive a and 1 more', 'Archived a (and 1 more, all or none).'],
    ],
    [
      ['a', 'b', 'c'],
      ['Archive a and 2 more', 'Archived a (and 2 more, all or none).'],
    ],
  ])('of %j', (envIds, expected) => {
    expect(words('batch', { operations: envIds.map(archive) })).toEqual(expected);
  });

  test('is nobody’s own affair, whatever it holds', () => {
    const signer = { member: { member_id: 'ada' }, publicKey: CONTENT } as never;
    expect(findAction('batch')?.isOwnAffair({ operations: [archive('a')] }, signer)).toBe(false);
  });

  test.each([
    [{ action: 'batch', payload: { operations: [archive('a')] } }, 'operations.0: batch cannot be part of a batch'],
    [{ action: 'freeze', payload: { reason: 'a' } }, 'operations.0: freeze cannot be part of a batch'],
    [{ action: 'no_such', payload: {} }, 'operations.0: no_such cannot be part of a batch'],
    [{ action: 'archive_environment', payload: [] }, 'operations.0.payload: an object'],
    [{ action: 'archive_environment', payload: null }, 'operations.0.payload: an object'],
    [{ action: 'archive_environment', payload: 'a' }, 'operations.0.payload: an object'],
    [{ action: 'archive_environment', payload: {} }, 'operations.0: the payload does not fit the action: env_id:'],
  ])('refuses %j', (operation, message) => {
    expect(findAction('batch')?.checkPayload({ operations: [operation] })).toMatchObject({
      name: 'PAYLOAD_INVALID',
      message: expect.stringContaining(message) as string,
    });
  });
});

test('set_policy says for which environment, where it is for one', () => {
  const policy = { mode: 'default' };
  expect(words('set_policy', { action: 'freeze', env_id: null, policy })).toEqual([
    'Set the policy of freeze',
    'Set the policy of freeze.',
  ]);
  expect(words('set_policy', { action: 'archive_environment', env_id: 'a', policy })).toEqual([
    'Set the policy of archive_environment for a',
    'Set the policy of archive_environment for a.',
  ]);
});

test('update_member says where it suspends', () => {
  const member = { member_id: 'bob', name: 'Bob', level: 'validator' };
  expect(words('update_member', { ...member, status: 'active' })).toEqual([
    'Change member bob',
    'Made bob validator, active.',
  ]);
  expect(words('update_member', { ...member, status: 'suspended' })).toEqual([
    'Suspend member bob',
    'Made bob validator, suspended.',
  ]);
});

test.each([
  [1, 'Imported an approval of proposal 0x12345678…'],
  [2, 'Imported 2 approvals of proposal 0x12345678…'],
])('carry_approvals counts %d', (count, summary) => {
  const approvals = Array.from({ length: count }, () => ({ public_key: CONTENT, signature: CONTENT }));
  expect(words('carry_approvals', { proposal_id: ID, approvals })).toEqual([
    'Import approvals of proposal 0x12345678…',
    summary,
  ]);
});

describe('a payload that does not fit', () => {
  test.each([
    [{ proposal_id: 'x' }, 'proposal_id: '],
    [{}, 'proposal_id: '],
    // About the whole, not about a field of it.
    [{ proposal_id: ID, more: 1 }, 'the payload does not fit the action: Unrecognized key'],
  ])('%j names the field, where there is one', (payload, message) => {
    const refusal = findAction('approve')?.checkPayload(payload);
    expect(refusal?.message).toContain(message);
    expect(refusal?.message).not.toContain(': : ');
  });

  test.each([
    [IDENTIFIER_LENGTH_MAX, true],
    [IDENTIFIER_LENGTH_MAX + 1, false],
  ])('an id of %d characters', (length, fits) => {
    const refusal = findAction('remove_member')?.checkPayload({ member_id: 'a'.repeat(length) });
    expect(refusal === null).toBe(fits);
  });
});
