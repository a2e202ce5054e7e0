import type { DraftedPolicy } from './policy-draft.ts';

/** The command that proposes the same. */
export function policyCommand(action: string, envId: string | null, policy: DraftedPolicy | null): string {
  const base = `npx dm policy set ${action}${envId === null ? '' : ` --env ${envId}`}`;
  if (policy === null) return base;
  if (policy.mode === 'default') return `${base} --default`;
  if (policy.mode === 'direct') return `${base} --direct ${policy.permission}`;
  const { threshold, role } = policy;
  const needed =
    'count' in threshold
      ? `--approvals ${threshold.count}`
      : `--fraction ${threshold.numerator}/${threshold.denominator}`;
  return `${base} ${needed} --of ${role}`;
}
