import { z } from 'zod';
import { MEMBER_KEYS_MAX } from '../../base/limits.ts';
import { reject } from '../rejections.ts';
import { defineAction } from '../governance/action.ts';
import { identifier, level, newKey, displayName } from './fields.ts';
import { GOVERNANCE } from './governance.ts';
import { administratorWarning, LEVEL_WORDS, memberLookalikes, unseenKey } from './member-words.ts';
import { checkNewKey, writeMember, writeMemberKey } from './member.ts';
import { readMember } from '../state/readers.ts';

/** A person or a program gets a name, a level and keys. An id is given once: nobody takes over another's history. */
export const addMember = defineAction({
  ...GOVERNANCE,
  subject: 'Adding a member',
  name: 'add_member',
  payload: z
    .strictObject({
      member_id: identifier,
      name: displayName,
      level,
      keys: z.array(newKey).min(1).max(MEMBER_KEYS_MAX),
    })
    .refine(
      ({ keys }) => new Set(keys.map(({ public_key }) => public_key)).size === keys.length,
      'keys: each stands once',
    ),
  title: ({ name }) => `Add member ${name}`,
  summarize: ({ member_id, level: memberLevel }) => `Added ${member_id} as ${memberLevel}.`,
  describe: ({ member_id, name, level: memberLevel }) => `${name} (${member_id}) becomes ${LEVEL_WORDS[memberLevel]}.`,
  warnings: (payload, before) => [
    ...memberLookalikes(before, payload),
    ...payload.keys.map(({ public_key }) => unseenKey(public_key, payload.name)),
    ...(payload.level === 'administrator' ? [administratorWarning(payload.name)] : []),
  ],
  apply(context, { member_id, name, level: memberLevel, keys }) {
    const { state, timestamp } = context;
    if (readMember(state, member_id) !== undefined) return reject('MEMBER_EXISTS', member_id);
    for (const key of keys) {
      const refusal = checkNewKey(context, `member/${member_id}`, key);
      if (refusal !== null) return refusal;
    }
    writeMember(state, {
      member_id,
      name,
      level: memberLevel,
      status: 'active',
      keys: keys.map(({ public_key }) => public_key),
      added_at: timestamp,
    });
    for (const { public_key } of keys) writeMemberKey(context, member_id, public_key);
    return null;
  },
});
