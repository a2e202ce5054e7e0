import type { Level } from '../../ledger/permissions.ts';
import type { Policy } from '../../ledger/state-types.ts';

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
    ? `${threshold.count} ${threshold.count === 1 ? 'approval' : 'approvals'} by ${roleWords(role, 2)}${now}`
    : `${threshold.numerator} of every ${threshold.denominator} ${roleWords(role, 2)}${now}`;
}

const ACTION_WORDS: Readonly<Record<string, string>> = {
  create_environment: 'Registering an environment',
  update_environment: 'A new Blue version',
  promote_environment: 'A promotion to Green',
  checkpoint_state: 'A checkpoint of Green',
  merge_environments: 'A merge of environments',
  archive_environment: 'Archiving an environment',
  batch: 'A batch',
  add_member: 'Adding a member',
  update_member: 'Changing a member',
  remove_member: 'Removing a member',
  rotate_key: 'Replacing a key of another member',
  add_validator: 'Adding a validator',
  remove_validator: 'Removing a validator',
  rotate_validator: "Replacing a validator's key",
  set_policy: 'Changing a policy',
  set_parameter: 'Changing a setting of the chain',
  reset_clock: "Setting the chain's clock back",
  unfreeze: 'Unfreezing the chain',
  freeze: 'Freezing the chain',
};

/** "A promotion of grid-maze to Green". */
export function actionWords(action: string, envId: string | null): string {
  const words = ACTION_WORDS[action] ?? action;
  return envId === null ? words : `${words}, for ${envId},`;
}
