import { z } from 'zod';
import { defineAction } from '../governance/action.ts';
import { identifier } from './fields.ts';
import { GOVERNANCE } from './governance.ts';
import { leavingWarnings, nameIn } from './member-words.ts';
import { requireMember, retireKey, writeMember } from './member.ts';
import { readMember } from '../state/readers.ts';

/** The member and its keys never act again. What they did stays theirs. */
export const removeMember = defineAction({
  ...GOVERNANCE,
  subject: 'Removing a member',
  name: 'remove_member',
  payload: z.strictObject({ member_id: identifier }),
  title: ({ member_id }) => `Remove member ${member_id}`,
  summarize: ({ member_id }) => `Removed ${member_id}.`,
  describe: ({ member_id }, before) =>
    `${nameIn(before, member_id)} is removed: their keys never act again, and their approvals of open proposals no longer count. What they did stays in the log.`,
  warnings({ member_id }, before) {
    const member = readMember(before, member_id);
    return member === undefined ? [] : leavingWarnings(before, member, null);
  },
  apply(context, { member_id }) {
    const member = requireMember(context.state, member_id);
    if ('code' in member) return member;
    for (const key of member.keys) retireKey(context, 'members', key);
    writeMember(context.state, { ...member, status: 'removed', keys: [] });
    return null;
  },
});
