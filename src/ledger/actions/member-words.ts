import type { PublicKey } from '../../base/bytes.ts';
import { counted } from '../../base/count-words.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { isLookalike } from '../../base/lookalike.ts';
import { activeValidators } from '../governance/invariants.ts';
import { roleWords } from '../governance/policy-words.ts';
import { holdersOf, holdsRole } from '../governance/requirement.ts';
import type { Level } from '../permissions.ts';
import type { MemberRecord } from '../state/records.ts';
import { listed, type ToldState } from '../state/access.ts';
import { listMembers, listValidators, readMember } from '../state/readers.ts';

/** What the actions on members and validators say of them. */

export const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  read_only: 'a reader, who may read everything and change nothing',
  blue_state: 'a member of level Blue state, who may register and change Blue environments',
  validator: 'a member of level Validator, who may also promote to Green',
  administrator: 'an administrator, who may vote on every decision about the chain',
};

/** The name of a member, or the id of one that is not there. */
export function nameIn(state: ToldState, memberId: string): string {
  return readMember(state, memberId)?.name ?? memberId;
}

/** How many validators there are after a change of so many, as a sentence of its own; empty where they cannot be counted. */
export function validatorCount(state: ToldState, change: number): string {
  const all = listed(state);
  return all === null ? '' : ` The chain then has ${counted(activeValidators(all).length + change, 'validator')}.`;
}

export function unseenKey(key: PublicKey, holder: string): string {
  return `This key was never seen on this chain. Compare its fingerprint with ${holder} by voice: ${fingerprintWords(key).join(' ')}.`;
}

export function administratorWarning(name: string): string {
  return `${name} can vote on every governance decision of this chain, and can freeze it alone.`;
}

/** Who is called almost the same, also of those who were removed: what they signed stays under their name. */
export function memberLookalikes(
  state: ToldState,
  { member_id: id, name }: Pick<MemberRecord, 'member_id' | 'name'>,
): string[] {
  const counted = listed(state);
  const members = counted === null ? [] : listMembers(counted);
  const known = members.find(({ member_id }) => member_id === id);
  return members
    .filter((member) => member.member_id !== id)
    .flatMap((member) => {
      const isAlike = [member.member_id, member.name].some((one) =>
        // The id stays as it is when a member is changed: it was looked at when it was given.
        (known === undefined ? [id, name] : [name]).some((other) => isLookalike(one, other)),
      );
      return isAlike
        ? [`${name} (${id}) looks like ${member.name} (${member.member_id}), who is another member: check who this is.`]
        : [];
    });
}

export function validatorLookalikes(state: ToldState, id: string): string[] {
  const counted = listed(state);
  const validators = counted === null ? [] : listValidators(counted);
  return validators
    .filter(({ validator_id }) => validator_id !== id && isLookalike(validator_id, id))
    .map(
      ({ validator_id }) => `${id} looks like ${validator_id}, which is another validator: check which one this is.`,
    );
}

/** Of a member who may do less afterwards: whether anybody is left who may. `next`: null where the member acts no more. */
export function leavingWarnings(state: ToldState, member: MemberRecord, next: Level | null): string[] {
  const counted = listed(state);
  if (counted === null || member.status !== 'active') return [];
  for (const role of ['validator', 'administrator'] as const) {
    const loses = holdsRole(member.level, role) && (next === null || !holdsRole(next, role));
    const left = holdersOf(counted, role).length - 1;
    if (!loses || left > 1) continue;
    return [
      left === 0
        ? `${member.name} is the last of the ${roleWords(role, 2)}.`
        : `Only one of the ${roleWords(role, 2)} is left after this: nobody else can check what they do, or act in their place.`,
    ];
  }
  return [];
}
