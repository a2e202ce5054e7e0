import type { GovernedState } from '../state/access.ts';
import type { MemberRecord } from '../state/records.ts';
import { holdsRole } from './requirement.ts';
import { isMemberPlace } from '../state/readers.ts';

/** What approvals are counted over. */
type Counted = Pick<GovernedState, 'get' | 'list'>;

/**
 * The state after a change, in which no member has more say than before it. Anyone who joins, rises or comes back by
 * the change could not approve it, so it does not wait for them: a single administrator could never add a second, and
 * where all must approve, nobody could be added.
 */
export function withoutNewcomers(before: Counted, after: Counted): Counted {
  const known = (key: string, member: MemberRecord): MemberRecord | undefined => {
    const earlier = before.get('members', key) as MemberRecord | undefined;
    if (earlier?.status !== 'active') return undefined;
    return holdsRole(earlier.level, member.level) ? member : { ...member, level: earlier.level };
  };
  return {
    get(namespace, key) {
      const value = after.get(namespace, key);
      const isMember = namespace === 'members' && isMemberPlace(key);
      return isMember && value !== undefined
        ? (known(key, value as unknown as MemberRecord) as typeof value | undefined)
        : value;
    },
    list(namespace) {
      const entries = after.list(namespace);
      if (namespace !== 'members') return entries;
      return new Map(
        [...entries.keys()].flatMap((key) => {
          const value = this.get(namespace, key);
          return value === undefined ? [] : [[key, value] as const];
        }),
      );
    },
  };
}
