import { z } from 'zod';
import { reject } from '../rejections.ts';
import { defineAction } from '../governance/action.ts';
import { identifier } from './fields.ts';
import { publicKey, signature } from '../../base/fields.ts';
import { GOVERNANCE } from './governance.ts';
import { nameIn, unseenKey } from './member-words.ts';
import { checkNewKey, requireMember, retireKey, writeMember, writeMemberKey } from './member.ts';

/**
 * Puts a new key in the place of a member's old one. Anyone who signs with the old key may do so alone; for a key that
 * is lost, it is proposed and approved. Approvals that the old key gave to open proposals no longer count.
 */
export const rotateKey = defineAction({
  ...GOVERNANCE,
  subject: 'Replacing a key of another member',
  name: 'rotate_key',
  payload: z.strictObject({ member_id: identifier, old_key: publicKey, new_key: publicKey, proof: signature }),
  // The holder of the old key leaves, and the holder of the new one joins.
  others: ['add_member', 'remove_member'].map((action) => ({
    action,
    when: null,
    of: () => ({ action, envId: null }),
  })),
  isOwnAffair: ({ member_id, old_key }, { member, publicKey: signer }) =>
    member.member_id === member_id && signer === old_key,
  title: ({ member_id }) => `Replace a key of ${member_id}`,
  summarize: ({ member_id }) => `Replaced a key of ${member_id}.`,
  describe: ({ member_id }, before) =>
    `A key of ${nameIn(before, member_id)} is replaced: from then on the new one signs, and the old one signs nothing.`,
  warnings: ({ member_id, new_key }) => [unseenKey(new_key, member_id)],
  apply(context, { member_id, old_key, new_key, proof }) {
    const member = requireMember(context.state, member_id);
    if ('code' in member) return member;
    if (!member.keys.includes(old_key)) return reject('KEY_NOT_HELD', old_key);
    const refusal = checkNewKey(context, `member/${member_id}`, { public_key: new_key, proof });
    if (refusal !== null) return refusal;
    retireKey(context, 'members', old_key);
    writeMemberKey(context, member_id, new_key);
    writeMember(context.state, { ...member, keys: member.keys.map((key) => (key === old_key ? new_key : key)) });
    return null;
  },
});
