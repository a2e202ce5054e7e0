import { z } from 'zod';
import { reject } from '../rejections.ts';
import { defineAction } from './action.ts';
import { identifier, level, text } from './fields.ts';
import { GOVERNANCE } from './governance.ts';
import { requireMember, writeMember } from './member.ts';

/** What a member is from now on: name, level, and whether it may act. All three are named, so that nothing is implied. */
export const updateMember = defineAction({
  ...GOVERNANCE,
  name: 'update_member',
  payload: z.strictObject({ member_id: identifier, name: text, level, status: z.enum(['active', 'suspended']) }),
  title: ({ member_id, status }) => `${status === 'suspended' ? 'Suspend' : 'Change'} member ${member_id}`,
  summarize: ({ member_id, level: memberLevel, status }) => `Made ${member_id} ${memberLevel}, ${status}.`,
  apply({ state }, { member_id, name, level: memberLevel, status }) {
    const member = requireMember(state, member_id);
    if ('code' in member) return member;
    if (member.name === name && member.level === memberLevel && member.status === status)
      return reject('STATE_UNCHANGED', member_id);
    writeMember(state, { ...member, name, level: memberLevel, status });
    return null;
  },
});
