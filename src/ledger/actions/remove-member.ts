import { z } from 'zod';
import { defineAction } from './action.ts';
import { identifier } from './fields.ts';
import { GOVERNANCE } from './governance.ts';
import { requireMember, retireKey, writeMember } from './member.ts';

/** The member and its keys never act again. What they did stays theirs. */
export const removeMember = defineAction({
  ...GOVERNANCE,
  name: 'remove_member',
  payload: z.strictObject({ member_id: identifier }),
  title: ({ member_id }) => `Remove member ${member_id}`,
  summarize: ({ member_id }) => `Removed ${member_id}.`,
  apply(context, { member_id }) {
    const member = requireMember(context.state, member_id);
    if ('code' in member) return member;
    for (const key of member.keys) retireKey(context, 'members', key);
    writeMember(context.state, { ...member, status: 'removed', keys: [] });
    return null;
  },
});
