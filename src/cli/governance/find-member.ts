import type { MemberView } from '../../api/chain/members.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { ContractClient } from '../session.ts';

/** @throws NOT_FOUND */
export async function findMember(client: ContractClient, memberId: string): Promise<MemberView> {
  const { members } = await client.chain.members();
  const member = members.find(({ member_id }) => member_id === memberId);
  if (member === undefined)
    throw new QuantumLockError('NOT_FOUND', `there is no member ${memberId}`, {
      advice: 'List them with dm member list.',
    });
  return member;
}
