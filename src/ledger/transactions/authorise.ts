import type { Operation, PolicySubject, Signer } from '../governance/action.ts';
import type { CountedState, StateAccess } from '../state/access.ts';
import { findAction } from '../actions/registry.ts';
import { policyIn } from '../governance/policy-rules.ts';
import { levelHolds } from '../permissions.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { Policy } from '../state/records.ts';

/** The policy of an action of this ledger. */
export function policyOf(state: Pick<StateAccess, 'get'>, subject: PolicySubject): Policy {
  return policyIn(state, subject, findAction);
}

/**
 * Whether a member may do each operation, with everything that it does, by itself, without approvals of others. A missing
 * permission goes first.
 */
export function authorise(state: CountedState, signer: Signer, operations: readonly Operation[]): Rejection | null {
  const { member } = signer;
  let approval: Rejection | null = null;
  for (const operation of operations) {
    const action = findAction(operation.action);
    if (action?.isOwnAffair(operation.payload, signer) === true) continue;
    for (const subject of action?.effects(operation.payload, state) ?? [operation]) {
      const policy = policyOf(state, subject);
      if (policy.mode === 'multisig') {
        approval ??= reject('APPROVAL_REQUIRED', subject.action);
      } else if (!levelHolds(member.level, policy.permission)) {
        return reject(
          'PERMISSION_MISSING',
          `${subject.action} needs ${policy.permission}; ${member.name} is ${member.level}`,
        );
      }
    }
  }
  return approval;
}
