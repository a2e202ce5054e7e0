import type { StateAccess } from '../state/access.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { MemberRecord } from '../state/records.ts';
import { readKey, readMember } from '../state/readers.ts';

/** The member whose key this is, or why it may not act. */
export function findSigner(state: Pick<StateAccess, 'get'>, publicKey: string): MemberRecord | Rejection {
  const key = readKey(state, publicKey);
  if (key === undefined) return reject('SIGNER_UNKNOWN', publicKey);
  if (key.status !== 'active') return reject('SIGNER_INACTIVE', `the key ${publicKey} is ${key.status}`);
  const member = readMember(state, key.member_id);
  if (member === undefined) return reject('SIGNER_UNKNOWN', publicKey);
  if (member.status !== 'active') return reject('SIGNER_INACTIVE', `${member.name} is ${member.status}`);
  return member;
}
