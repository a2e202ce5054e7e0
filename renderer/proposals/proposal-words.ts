import type { RequirementView } from '../../src/api/chain/governance.ts';
import type { ProposalRow, ProposalStatus } from '../../src/api/chain/proposals.ts';
import type { Person } from '../../src/api/chain/members.ts';
import { holdsRole } from '../../src/ledger/governance/requirement.ts';
import { LEVELS, type Level } from '../../src/ledger/permissions.ts';
import { formatQuantity } from '../parts/format.ts';

/** How a proposal is spoken of. What it does is never worded here: that comes from the node, which executed it on a copy. */

type Counted = Pick<RequirementView, 'role' | 'needed' | 'approvals'>;

/** Approvals that are missing still: of the requirement that misses the most. */
export function missingApprovals(requirements: readonly Counted[]): number {
  return Math.max(0, ...requirements.map(({ needed, approvals }) => needed - approvals));
}

/** As above, once a member of this level has approved too. */
export function missingAfterApprovalOf(level: string, requirements: readonly Counted[]): number {
  return missingApprovals(
    requirements.map((one) => ({
      ...one,
      approvals: isLevel(level) && holdsRole(level, one.role) ? one.approvals + 1 : one.approvals,
    })),
  );
}

export function isLevel(text: string): text is Level {
  return LEVELS.some((level) => level === text);
}

/** `2 of 3`; of several requirements each. */
export function progressWords(requirements: readonly Counted[]): string {
  return requirements.map(({ approvals, needed }) => `${approvals} of ${needed}`).join(' and ');
}

const ROLE_WORDS: Readonly<Record<Level, string>> = {
  administrator: 'administrators',
  validator: 'validators and administrators',
  blue_state: 'members who may change Blue',
  read_only: 'members',
};

/** Whose approvals count. */
export function roleWords(role: Level): string {
  return ROLE_WORDS[role];
}

const NAMED_MAX = 2;

/** `Operations 3`, `Operations 2 and Security lead`, `Operations 2, Security lead and 3 others`. */
export function peopleWords(people: readonly Person[]): string {
  const names = people.slice(0, NAMED_MAX).map(({ name }) => name);
  const rest = people.length - names.length;
  if (rest > 0) return `${names.join(', ')} and ${formatQuantity(rest, 'other')}`;
  return names.length < 2 ? (names[0] ?? 'nobody') : names.join(' and ');
}

/** What is under the title in the list. */
export function rowWords(row: ProposalRow, mine: boolean): string {
  const progress = progressWords(row.requirements);
  if (row.stale) return 'stale · it can no longer be executed';
  if (mine) return `${progress} · yours is missing`;
  return missingApprovals(row.requirements) === 0
    ? `${progress} · complete`
    : `${progress} · waits for ${peopleWords(row.waiting_for)}`;
}

export const STATUS_TONES: Readonly<Record<ProposalStatus, string>> = {
  open: 'blue',
  executed: 'green',
  rejected: 'bad',
  withdrawn: '',
  stale: 'warn',
  expired: 'warn',
};

/** Stands before the sentence of what an open proposal does. `level` is the acting member's, where it waits for them. */
export function leadWords(requirements: readonly Counted[], level: string | null): string {
  const missing = level === null ? missingApprovals(requirements) : missingAfterApprovalOf(level, requirements);
  const others = `${missing} more ${missing === 1 ? 'has' : 'have'} approved`;
  if (level !== null)
    return missing === 0 ? 'If you approve, this happens at once:' : `If you approve, this happens once ${others}:`;
  return missing === 0 ? 'Its approvals are complete. The next one executes it:' : `Once ${others}, this happens:`;
}
