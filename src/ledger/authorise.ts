import type { Operation, Signer, StateAccess } from './actions/action.ts';
import { findAction } from './actions/registry.ts';
import { policyKey } from './governance/policy-rules.ts';
import { levelHolds } from './permissions.ts';
import { reject, type Rejection } from './rejections.ts';
import type { KeyRecord, MemberRecord, Policy, StoredPolicy } from './state-types.ts';

/** The member whose key this is, or why it may not act. */
export function findSigner(state: Pick<StateAccess, 'get'>, publicKey: string): MemberRecord | Rejection {
  const key = state.get('members', `key/${publicKey}`) as KeyRecord | undefined;
  if (key === undefined) return reject('SIGNER_UNKNOWN', publicKey);
  if (key.status !== 'active') return reject('SIGNER_INACTIVE', `the key ${publicKey} is ${key.status}`);
  const member = state.get('members', `member/${key.member_id}`) as MemberRecord | undefined;
  if (member === undefined) return reject('SIGNER_UNKNOWN', publicKey);
  if (member.status !== 'active') return reject('SIGNER_INACTIVE', `${member.name} is ${member.status}`);
  return member;
}

/** The policy of an operation: its environment's own, else the action's on this chain, else the action's default. */
export function policyOf(state: Pick<StateAccess, 'get'>, operation: Pick<Operation, 'action' | 'envId'>): Policy {
  const subjects = operation.envId === null ? [operation] : [operation, { ...operation, envId: null }];
  for (const subject of subjects) {
    const stored = state.get('policies', policyKey(subject)) as StoredPolicy | undefined;
    if (stored !== undefined && stored.mode !== 'default') return stored;
  }
  return findAction(operation.action)?.defaultPolicy ?? { mode: 'direct', permission: 'emergency_rollback' };
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
