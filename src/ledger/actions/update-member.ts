import { z } from 'zod';
import { reject } from '../rejections.ts';
import { levelRank } from '../permissions.ts';
import type { MemberRecord } from '../state/records.ts';
import { defineAction } from '../governance/action.ts';
import type { StateAccess, ToldState } from '../state/access.ts';
import { identifier, level, displayName } from './fields.ts';
import { GOVERNANCE } from './governance.ts';
import { administratorWarning, leavingWarnings, LEVEL_WORDS, memberLookalikes } from './member-words.ts';
import { requireMember, writeMember } from './member.ts';
import { readMember } from '../state/readers.ts';

interface Payload extends Pick<MemberRecord, 'member_id' | 'name' | 'level'> {
  readonly status: 'active' | 'suspended';
}

/** Whether a member has more to say after the change, or less; both, where it is suspended at a higher level. */
function changeOf(
  { member_id, level: next, status }: Payload,
  state: Pick<StateAccess, 'get'>,
): { readonly gains: boolean; readonly loses: boolean } {
  const member = readMember(state, member_id);
  if (member === undefined || member.status === 'removed') return { gains: false, loses: false };
  const change = levelRank(next) - levelRank(member.level);
  return {
    gains: change > 0 || (member.status === 'suspended' && status === 'active'),
    loses: change < 0 || (member.status === 'active' && status === 'suspended'),
  };
}

/** Each of the three that changes, as a sentence. */
function describeChange({ member_id, name, level: next, status }: Payload, before: ToldState): string {
  const member = readMember(before, member_id);
  const parts: string[] = [];
  if (member?.name !== name) parts.push(`${member?.name ?? member_id} is called ${name} from then on.`);
  if (member?.level !== next) parts.push(`${name} becomes ${LEVEL_WORDS[next]}.`);
  if (member?.status !== status)
    parts.push(
      status === 'suspended'
        ? `${name} is suspended: nothing that they sign is accepted, and their approvals no longer count, until the member is resumed.`
        : `${name} may act again.`,
    );
  return parts.join(' ');
}

/** What a member is from now on: name, level, and whether it may act. All three are named, so that nothing is implied. */
export const updateMember = defineAction({
  ...GOVERNANCE,
  subject: 'Changing a member',
  name: 'update_member',
  payload: z.strictObject({ member_id: identifier, name: displayName, level, status: z.enum(['active', 'suspended']) }),
  // Who loses a vote is removed for as long as it lasts; who gains one is added.
  others: [
    {
      action: 'add_member',
      when: 'the member gains a vote',
      of: (payload, state) => (changeOf(payload, state).gains ? { action: 'add_member', envId: null } : null),
    },
    {
      action: 'remove_member',
      when: 'the member loses a vote',
      of: (payload, state) => (changeOf(payload, state).loses ? { action: 'remove_member', envId: null } : null),
    },
  ],
  title: ({ member_id, status }) => `${status === 'suspended' ? 'Suspend' : 'Change'} member ${member_id}`,
  summarize: ({ member_id, level: memberLevel, status }) => `Made ${member_id} ${memberLevel}, ${status}.`,
  describe: describeChange,
  warnings(payload, before) {
    const member = readMember(before, payload.member_id);
    if (member === undefined) return memberLookalikes(before, payload);
    const isNowAdministrator = payload.level === 'administrator' && member.level !== 'administrator';
    return [
      ...memberLookalikes(before, payload),
      ...leavingWarnings(before, member, payload.status === 'suspended' ? null : payload.level),
      ...(isNowAdministrator ? [administratorWarning(member.name)] : []),
    ];
  },
  apply({ state }, { member_id, name, level: memberLevel, status }) {
    const member = requireMember(state, member_id);
    if ('code' in member) return member;
    if (member.name === name && member.level === memberLevel && member.status === status)
      return reject('STATE_UNCHANGED', member_id);
    writeMember(state, { ...member, name, level: memberLevel, status });
    return null;
  },
});
