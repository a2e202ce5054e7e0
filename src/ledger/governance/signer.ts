import type { StateAccess } from '../state/access.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { KeyRecord, MemberRecord } from '../state/records.ts';

/** The member whose key this is, or why it may not act. */
export function findSigner(state: Pick<StateAccess, 'get'>, publicKey: string): MemberRecord | Rejection {
  const key = state.get('members', `key/${publicKey}`) as KeyRecord | undefined;
  if (key === undefined) return reject('SIGNER_UNKNOWN', publicKey);
  if (key.status !== 'active') return reject('SIGNER_INACTIVE', `the key ${publicKey} is ${key.status}`);
  const member = state.get('members', `member/${key.member_id}`) as MemberRecord | undefined;
  if (member === undefined) return reject('SIGNER_UNKNOWN', publicKey);
  if (member.status !== 'active') return reject('SIGNER_INACTIVE', `${member.name} is ${member.status}`);
  return member;
}
