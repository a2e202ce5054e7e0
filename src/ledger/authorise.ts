import type { Operation, Signer, StateAccess } from './actions/action.ts';
import { findAction } from './actions/registry.ts';
import { policyIn } from './governance/policy-rules.ts';
import { levelHolds } from './permissions.ts';
import { reject, type Rejection } from './rejections.ts';
import type { Policy } from './state-types.ts';

/** The policy of an operation of this ledger's actions. */
export function policyOf(state: Pick<StateAccess, 'get'>, operation: Pick<Operation, 'action' | 'envId'>): Policy {
  return policyIn(state, operation, findAction);
}

/** Whether a member may do each operation by itself, without approvals of others. A missing permission goes first. */
export function authorise(
  state: Pick<StateAccess, 'get'>,
  signer: Signer,
  operations: readonly Operation[],
): Rejection | null {
  const { member } = signer;
  let approval: Rejection | null = null;
  for (const operation of operations) {
    if (findAction(operation.action)?.isOwnAffair(operation.payload, signer) === true) continue;
    const policy = policyOf(state, operation);
    if (policy.mode === 'multisig') {
      approval ??= reject('APPROVAL_REQUIRED', operation.action);
    } else if (!levelHolds(member.level, policy.permission)) {
      return reject(
        'PERMISSION_MISSING',
        `${operation.action} needs ${policy.permission}; ${member.name} is ${member.level}`,
      );
    }
  }
  return approval;
}
