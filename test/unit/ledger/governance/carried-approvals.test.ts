import { currentChain } from '../../../vectors/chain-builder.ts';
import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../src/base/canonical.ts';
import { findAction } from '../../../../src/ledger/actions/registry.ts';
import { CARRIED_APPROVALS_MAX } from '../../../../src/base/limits.ts';
import { checkTransaction, encodeTransaction } from '../../../../src/ledger/transactions/transaction.ts';
import { verifyWithNoble } from '../../../../src/ledger/crypto/signature.ts';
import {
  ben,
  count,
  cyd,
  GovernedWorld,
  rotateKey,
  setPolicy,
  signedApproval,
  spare,
  updateMember,
} from '../governance-world.ts';
import { ada, bob, call, CONTENT, eve, rob, vic } from '../world.ts';

const remove = { member_id: 'bob' };
const waiting = (policies = {}) => {
  const world = GovernedWorld.governed({ policies });
  return { world, id: world.propose('remove_member', remove) };
};

describe('an approval made elsewhere', () => {
  test('counts as the member’s own, whoever brings it in', () => {
    const { world, id } = waiting();
    expect(world.carry(id, [ben], rob)).toBeNull();
    expect(world.proposal(id)).toMatchObject({
      status: 'executed',
      votes: [
        { member_id: 'ada', carried_by: null },
        { member_id: 'ben', public_key: ben.publicKey, carried_by: 'rob' },
      ],
    });
  });

  test('several come in one transaction, all or none', () => {
    const { world, id } = waiting({ remove_member: count(3) });
    expect(world.carry(id, [ben, vic])).toMatchObject({ name: 'NOT_AN_APPROVER' });
    expect(world.proposal(id).votes).toHaveLength(1);
    expect(world.carry(id, [ben, cyd])).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test('is not brought in by a stranger, nor of one', () => {
    const { world, id } = waiting();
    expect(world.carry(id, [ben], eve)).toMatchObject({ name: 'SIGNER_UNKNOWN' });
    expect(world.carry(id, [eve])).toMatchObject({ name: 'SIGNER_UNKNOWN' });
  });

  test('is worth nothing for another proposal or another chain', () => {
    const { world, id } = waiting();
    const twin = world.propose('remove_member', { member_id: 'rob' });
    for (const approval of [
      signedApproval(ben, twin),
      signedApproval(ben, id, { ...world.chain, genesis: CONTENT }),
      signedApproval(ben, id, { ...world.chain, era: 1 }),
    ])
      expect(world.ask('carry_approvals', { proposal_id: id, approvals: [approval] }, vic)).toMatchObject({
        name: 'APPROVAL_INVALID',
      });
  });

  test('has the reason that was signed with it, and no other', () => {
    const { world, id } = waiting();
    const approval = signedApproval(ben, id, world.chain, 'it was tried');
    const { reason: _, ...without } = approval;
    const carrying = (one: JsonObject) => ['carry_approvals', { proposal_id: id, approvals: [one] }, vic] as const;
    for (const one of [without, { ...approval, reason: 'it was not' }, { ...signedApproval(ben, id), reason: 'yes' }])
      expect(world.ask(...carrying(one))).toMatchObject({ name: 'APPROVAL_INVALID' });
    expect(findAction('carry_approvals')?.checkPayload(carrying({ ...approval, reason: '' })[1])).toMatchObject({
      name: 'PAYLOAD_INVALID',
    });
    world.must(...carrying(approval));
    expect(world.proposal(id).votes.at(-1)).toMatchObject({
      member_id: 'ben',
      reason: 'it was tried',
      carried_by: 'vic',
    });
  });

  test('given twice counts once', () => {
    const { world, id } = waiting({ remove_member: count(3) });
    expect(world.carry(id, [ben, ben])).toBeNull();
    expect(world.proposal(id).votes).toHaveLength(2);
    expect(world.carry(id, [ben])).toMatchObject({ name: 'ALREADY_VOTED' });
    expect(world.carry(id, [ben, cyd])).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test('does not bring back what its member took back', () => {
    const { world, id } = waiting({ remove_member: count(3) });
    expect(world.carry(id, [ben])).toBeNull();
    world.must('reject', { proposal_id: id, reason: 'I was wrong' }, ben);
    expect(world.status(id)).toBe('rejected');
    const open = waiting();
    open.world.carry(open.id, [ada]);
    expect(open.world.reject(open.id, ada)).toBeNull();
    expect(open.world.carry(open.id, [ada])).toMatchObject({ name: 'REJECTION_STANDS' });
    expect(open.world.carry(open.id, [ben, ada])).toMatchObject({ name: 'REJECTION_STANDS' });
    // By its own transaction it may.
    expect(open.world.approve(open.id, ada)).toBeNull();
  });

  test('by a key that was retired, or a member that is out, is refused', () => {
    const { world, id } = waiting();
    world.must('rotate_key', rotateKey('ben', ben, spare), ben);
    expect(world.carry(id, [ben])).toMatchObject({ name: 'SIGNER_INACTIVE' });
    const out = waiting();
    out.world.decide('update_member', updateMember('ben', 'administrator', 'suspended'));
    expect(out.world.carry(out.id, [ben])).toMatchObject({ name: 'SIGNER_INACTIVE' });
  });

  test('executes what a lower threshold has completed', () => {
    const { world, id } = waiting({ remove_member: count(3) });
    world.carry(id, [ben]);
    world.decide('set_policy', setPolicy('remove_member', count(2)));
    expect(world.carry(id, [ben])).toBeNull();
    expect(world.status(id)).toBe('executed');
  });

  test('is one of a list that is neither empty nor longer than the limit', () => {
    const check = (approvals: readonly object[]): string | undefined => {
      const transaction = call('carry_approvals', { proposal_id: CONTENT, approvals } as never, { signer: bob });
      const checked = checkTransaction(encodeTransaction(transaction), currentChain(), verifyWithNoble);
      return 'name' in checked ? checked.name : undefined;
    };
    const approval = signedApproval(ada, CONTENT);
    const many = (size: number): readonly object[] => Array.from({ length: size }, () => approval);
    expect(check(many(0))).toBe('PAYLOAD_INVALID');
    expect(check(many(1))).toBeUndefined();
    expect(check(many(CARRIED_APPROVALS_MAX))).toBeUndefined();
    expect(check(many(CARRIED_APPROVALS_MAX + 1))).toBe('PAYLOAD_INVALID');
  });
});
