import type { ActionTable } from './action.ts';
import type { GovernedState, ListedState } from '../state/access.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { ValidatorRecord } from '../state/records.ts';
import { policyIn, policySubject } from './policy-rules.ts';
import { holdersOf, requirementOf } from './requirement.ts';
import { listValidators } from '../state/readers.ts';

/**
 * What no change of members, validators or policies may break: a validator that is left to seal, an administrator who is
 * left to freeze, and enough members for every policy there is. A chain that holds these can always govern itself.
 */
export function checkInvariants(state: GovernedState, actions: ActionTable): Rejection | null {
  if (activeValidators(state).length === 0) return reject('LAST_VALIDATOR');
  if (holdersOf(state, 'administrator').length === 0) return reject('LAST_ADMINISTRATOR');
  const subjects = [
    ...[...actions.all()].filter(({ kind }) => kind !== 'control').map(({ name }) => ({ action: name, envId: null })),
    ...[...state.list('policies').keys()].map(policySubject).filter(({ envId }) => envId !== null),
  ];
  for (const subject of subjects) {
    const policy = policyIn(state, subject, (name) => actions.find(name));
    if (policy.mode === 'direct') continue;
    const { needed, role } = requirementOf(state, policy);
    const holders = holdersOf(state, role).length;
    if (needed > holders)
      return reject(
        'THRESHOLD_UNREACHABLE',
        `${subject.action}${subject.envId === null ? '' : ` of ${subject.envId}`} needs ${needed} of ${holders} (${role})`,
      );
  }
  return null;
}

export function activeValidators(state: ListedState): ValidatorRecord[] {
  return listValidators(state).filter(({ status }) => status === 'active');
}
