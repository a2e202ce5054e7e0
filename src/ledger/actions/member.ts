import type { PublicKey, Signature } from '../../base/bytes.ts';
import type { Json } from '../../base/canonical.ts';
import { verifyPossession, type KeySubject } from '../governance/possession.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { KeyRecord, MemberRecord, ValidatorKeyRecord, ValidatorRecord } from '../state/records.ts';
import type { ActionContext } from '../governance/action.ts';
import type { StateAccess } from '../state/access.ts';
import { keyPlace, memberPlace, readMember, readValidator } from '../state/readers.ts';

/** Members, validators and their keys, as governance reads and writes them. */

export function requireMember(state: StateAccess, memberId: string): MemberRecord | Rejection {
  const member = readMember(state, memberId);
  return member === undefined || member.status === 'removed' ? reject('MEMBER_NOT_FOUND', memberId) : member;
}

export function writeMember(state: StateAccess, member: MemberRecord): void {
  state.put('members', memberPlace(member.member_id), member as unknown as Json);
}

export function requireValidator(state: StateAccess, validatorId: string): ValidatorRecord | Rejection {
  const validator = readValidator(state, validatorId);
  return validator === undefined || validator.status === 'removed'
    ? reject('VALIDATOR_NOT_FOUND', validatorId)
    : validator;
}

export function writeValidator(state: StateAccess, validator: ValidatorRecord): void {
  state.put('validators', validator.validator_id, validator as unknown as Json);
}

export interface NewKey {
  readonly public_key: PublicKey;
  readonly proof: Signature;
}

/** A key enters a chain once, for one subject, and with a proof that somebody holds it. */
export function checkNewKey(
  { state, chain, verify }: ActionContext,
  subject: KeySubject,
  { public_key: publicKey, proof }: NewKey,
): Rejection | null {
  for (const namespace of ['members', 'validators'] as const)
    if (state.get(namespace, keyPlace(publicKey)) !== undefined) return reject('KEY_TAKEN', publicKey);
  return verifyPossession(chain, { publicKey, subject, proof }, verify)
    ? null
    : reject('POSSESSION_INVALID', publicKey);
}

export function writeMemberKey({ state, timestamp }: ActionContext, memberId: string, publicKey: PublicKey): void {
  const record: KeyRecord = {
    public_key: publicKey,
    member_id: memberId,
    status: 'active',
    added_at: timestamp,
    retired_at: null,
  };
  state.put('members', keyPlace(publicKey), record as unknown as Json);
}

export function writeValidatorKey(
  { state, timestamp }: ActionContext,
  validatorId: string,
  publicKey: PublicKey,
): void {
  const record: ValidatorKeyRecord = {
    public_key: publicKey,
    validator_id: validatorId,
    status: 'active',
    added_at: timestamp,
    retired_at: null,
  };
  state.put('validators', keyPlace(publicKey), record as unknown as Json);
}

export function retireKey(
  { state, timestamp }: ActionContext,
  namespace: 'members' | 'validators',
  publicKey: PublicKey,
): void {
  const record = state.get(namespace, keyPlace(publicKey)) as KeyRecord | ValidatorKeyRecord | undefined;
  if (record !== undefined)
    state.put(namespace, keyPlace(publicKey), { ...record, status: 'retired', retired_at: timestamp });
}
