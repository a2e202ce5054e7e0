import { counted } from '../../base/count-words.ts';
import type { Action, PolicySubject } from './action.ts';
import { listed, type ToldState } from '../state/access.ts';
import type { Level } from '../permissions.ts';
import type { Policy } from '../state/records.ts';
import { holdersOf, neededOf } from './requirement.ts';

/** Policies in words. */

const ROLE_WORDS: Readonly<Record<Level, readonly [one: string, many: string]>> = {
  read_only: ['member', 'members'],
  blue_state: ['member at level Blue state or higher', 'members at level Blue state or higher'],
  validator: ['validator or administrator', 'validators and administrators'],
  administrator: ['administrator', 'administrators'],
};

export function roleWords(role: Level, count: number): string {
  return ROLE_WORDS[role][count === 1 ? 0 : 1];
}

const PERMISSION_WORDS: Readonly<Record<string, string>> = {
  read_blockchain: 'read the chain',
  write_blue_state: 'work on Blue environments',
  promote_to_green: 'promote to Green',
  validate_blocks: 'validate blocks',
  emergency_rollback: 'act in an emergency',
};

/** "2 approvals by administrators", "2 of every 3 administrators (2 of 3 today)", "one member who may promote to Green". */
export function policyWords(
  policy: Policy,
  today: { readonly needed: number; readonly holders: number } | null,
): string {
  if (policy.mode === 'direct')
    return `one member who may ${PERMISSION_WORDS[policy.permission] ?? policy.permission}, alone`;
  const { threshold, role } = policy;
  const now = today === null ? '' : ` (${today.needed} of ${today.holders} today)`;
  return 'count' in threshold
    ? `${counted(threshold.count, 'approval')} by ${roleWords(role, 2)}${now}`
    : `${threshold.numerator} of every ${threshold.denominator} ${roleWords(role, 2)}${now}`;
}

/** A policy with what it means today, where the state can be counted. */
export function policyToday(state: ToldState, policy: Policy): string {
  const counted = listed(state);
  if (policy.mode === 'direct' || counted === null) return policyWords(policy, null);
  const holders = holdersOf(counted, policy.role).length;
  return policyWords(policy, { needed: neededOf(policy.threshold, holders), holders });
}

/** "A promotion to Green, for grid-maze,". */
export function subjectWords(action: Action | undefined, { action: name, envId }: PolicySubject): string {
  const words = action?.subject ?? name;
  return envId === null ? words : `${words}, for ${envId},`;
}
