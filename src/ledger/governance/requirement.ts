import type { GovernedState, ListedState } from '../state/access.ts';
import { LEVELS, levelHolds, type Level } from '../permissions.ts';
import type { MemberRecord, Policy, Threshold, Vote } from '../state/records.ts';
import { listMembers, readKey, readMember } from '../state/readers.ts';

/** So many approvals by members who hold this level or a higher one. */
export interface Requirement {
  readonly role: Level;
  readonly needed: number;
}

export interface Tally extends Requirement {
  /** Active members who hold the role. */
  readonly holders: number;
  readonly approvals: number;
  readonly rejections: number;
}

export function holdsRole(level: Level, role: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(role);
}

/** The active members who hold the role, in no order. */
export function holdersOf(state: ListedState, role: Level): MemberRecord[] {
  return listMembers(state).filter(({ status, level }) => status === 'active' && holdsRole(level, role));
}

/** A fraction is of the holders, rounded up; at least one approval is needed. Exact: a rounded quotient could fork the chain. */
export function neededOf(threshold: Threshold, holders: number): number {
  if ('count' in threshold) return threshold.count;
  const [numerator, denominator] = [BigInt(threshold.numerator), BigInt(threshold.denominator)];
  return Math.max(1, Number((BigInt(holders) * numerator + denominator - 1n) / denominator));
}

/** What a policy asks of a proposal. A direct one asks for one member who could do it alone. */
export function requirementOf(state: ListedState, policy: Policy): Requirement {
  if (policy.mode === 'direct') {
    const role = LEVELS.find((level) => levelHolds(level, policy.permission)) ?? 'administrator';
    return { role, needed: 1 };
  }
  return { role: policy.role, needed: neededOf(policy.threshold, holdersOf(state, policy.role).length) };
}

/** The member whose vote it is, where the vote counts now: an active member, by a key that is still its own. */
export function countedVoter(state: Pick<GovernedState, 'get'>, vote: Vote): MemberRecord | null {
  const member = readMember(state, vote.member_id);
  const key = readKey(state, vote.public_key);
  return member?.status === 'active' && key?.status === 'active' && key.member_id === member.member_id ? member : null;
}

export function tally(
  state: Pick<GovernedState, 'get' | 'list'>,
  requirement: Requirement,
  votes: readonly Vote[],
): Tally {
  const counted = votes.filter((vote) => {
    const voter = countedVoter(state, vote);
    return voter !== null && holdsRole(voter.level, requirement.role);
  });
  const approvals = counted.filter(({ decision }) => decision === 'approve').length;
  return {
    ...requirement,
    holders: holdersOf(state, requirement.role).length,
    approvals,
    rejections: counted.length - approvals,
  };
}

export function isMet({ approvals, needed }: Tally): boolean {
  return approvals >= needed;
}

/** So many have rejected that the approvals can no longer be reached. */
export function isLost({ holders, rejections, needed }: Tally): boolean {
  return holders - rejections < needed;
}
