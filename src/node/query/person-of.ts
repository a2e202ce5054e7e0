import type { Person } from '../../api/chain/members.ts';
import type { MemberRecord } from '../../ledger/state/records.ts';

/** A member as others speak of it. */
export function personOf({ member_id, name }: MemberRecord): Person {
  return { member_id, name };
}
