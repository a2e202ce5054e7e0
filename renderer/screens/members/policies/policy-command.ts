import type { CommandParts } from '../../../../src/base/command-line.ts';
import type { DraftedPolicy } from './policy-draft.ts';

/** The command that proposes the same. */
export function policyCommand(action: string, envId: string | null, policy: DraftedPolicy | null): CommandParts {
  return {
    command: ['policy', 'set'],
    operands: [action],
    options: { env: envId, ...(policy === null ? {} : policyOptions(policy)) },
  };
}

/** The command that proposes the same for the promotions of several. */
export function protectCommand(envIds: readonly string[], policy: DraftedPolicy | null): CommandParts {
  return {
    command: ['policy', 'protect'],
    operands: envIds,
    options: policy === null ? {} : policyOptions(policy),
  };
}

function policyOptions(policy: DraftedPolicy): Exclude<CommandParts['options'], undefined> {
  if (policy.mode === 'default') return { default: true };
  if (policy.mode === 'direct') return { direct: policy.permission };
  const { threshold, role } = policy;
  return 'count' in threshold
    ? { approvals: String(threshold.count), of: role }
    : { fraction: `${threshold.numerator}/${threshold.denominator}`, of: role };
}
