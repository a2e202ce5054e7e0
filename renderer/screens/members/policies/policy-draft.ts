import type { PolicyValue, PolicyView } from '../../../../src/api/chain/governance.ts';
import type { MemberView } from '../../../../src/api/chain/members.ts';
import { holdsRole, neededOf } from '../../../../src/ledger/governance/requirement.ts';
import { levelHolds, type Level, type Permission } from '../../../../src/ledger/permissions.ts';

export type PolicyMode = 'count' | 'fraction' | 'direct' | 'default';

/** A policy while it is being filled in. */
export interface PolicyDraft {
  readonly mode: PolicyMode;
  readonly role: Level;
  readonly permission: Permission;
  readonly count: string;
  readonly numerator: string;
  readonly denominator: string;
}

/** What would be set: a policy, or the default again. */
export type DraftedPolicy = PolicyValue | { readonly mode: 'default' };

export function draftOfPolicy(policy: PolicyValue): PolicyDraft {
  const empty: PolicyDraft = {
    mode: 'count',
    role: 'administrator',
    permission: 'promote_to_green',
    count: '2',
    numerator: '2',
    denominator: '3',
  };
  if (policy.mode === 'direct') return { ...empty, mode: 'direct', permission: policy.permission };
  const { role, threshold } = policy;
  return 'count' in threshold
    ? { ...empty, mode: 'count', role, count: String(threshold.count) }
    : {
        ...empty,
        mode: 'fraction',
        role,
        numerator: String(threshold.numerator),
        denominator: String(threshold.denominator),
      };
}

/** What a draft stands for; null while a number is missing or wrong. */
export function decodePolicyDraft(draft: PolicyDraft): DraftedPolicy | null {
  switch (draft.mode) {
    case 'default':
      return { mode: 'default' };
    case 'direct':
      return { mode: 'direct', permission: draft.permission };
    case 'count': {
      const count = wholeNumber(draft.count);
      return count === null ? null : { mode: 'multisig', role: draft.role, threshold: { count } };
    }
    case 'fraction': {
      const numerator = wholeNumber(draft.numerator);
      const denominator = wholeNumber(draft.denominator);
      if (numerator === null || denominator === null || numerator > denominator) return null;
      return { mode: 'multisig', role: draft.role, threshold: { numerator, denominator } };
    }
  }
}

function wholeNumber(text: string): number | null {
  return /^[1-9]\d{0,5}$/.test(text.trim()) ? Number(text) : null;
}

/** What a policy comes to with the members that there are today. */
export interface PolicyMeaning {
  readonly sentence: string;
  /** Something to look at before it is proposed. */
  readonly warning: string | null;
  /** It cannot be: the ledger would refuse it. */
  readonly problem: string | null;
}

const ROLES: Readonly<Record<Level, readonly [one: string, many: string]>> = {
  administrator: ['administrator', 'administrators'],
  validator: ['validator or administrator', 'validators and administrators'],
  blue_state: ['member who may write Blue', 'members who may write Blue'],
  read_only: ['member', 'members'],
};

export function rolePlural(role: Level): string {
  return ROLES[role][1];
}

export function policyMeaning(policy: PolicyValue, members: readonly MemberView[]): PolicyMeaning {
  const active = members.filter(({ status }) => status === 'active');
  if (policy.mode === 'direct') {
    const able = active.filter(({ level }) => levelHolds(level, policy.permission));
    return {
      sentence:
        able.length === 1
          ? `Today: ${able[0]?.name ?? ''} does it alone, and nobody else can.`
          : `Today: each of ${able.length} members does it alone.`,
      warning: null,
      problem: able.length === 0 ? 'Nobody could do it.' : null,
    };
  }
  const holders = active.filter(({ level }) => holdsRole(level, policy.role)).length;
  const needed = neededOf(policy.threshold, holders);
  const [one, many] = ROLES[policy.role];
  const sentence = `Today: ${needed} of your ${holders} ${holders === 1 ? one : many} must agree.`;
  if (needed > holders)
    return {
      sentence,
      warning: null,
      problem: `It asks for ${needed}, and there ${holders === 1 ? 'is' : 'are'} only ${holders}: the ledger refuses it.`,
    };
  return { sentence, warning: thresholdWarning(needed, holders), problem: null };
}

function thresholdWarning(needed: number, holders: number): string | null {
  if (holders === 1) return 'Only one member may vote: nobody checks what that member does.';
  if (needed * 2 <= holders)
    return `That is not a majority: ${needed} decide${needed === 1 ? 's' : ''}, also against the other ${holders - needed}.`;
  if (needed === holders)
    return 'All must agree: while one of them is away, it cannot be done; if one loses the key, it needs that key replaced first.';
  return null;
}

/** The modes that an action can have. */
export function modesFor({ kind }: Pick<PolicyView, 'kind'>): readonly PolicyMode[] {
  return kind === 'governance' ? ['count', 'fraction', 'default'] : ['count', 'fraction', 'direct', 'default'];
}

/** The roles whose approvals can count for it. */
export function rolesFor({ kind }: Pick<PolicyView, 'kind'>): readonly Level[] {
  return kind === 'governance'
    ? ['administrator', 'validator']
    : ['administrator', 'validator', 'blue_state', 'read_only'];
}
