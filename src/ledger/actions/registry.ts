import type { Action, ActionTable } from '../governance/action.ts';
import { addMember } from './add-member.ts';
import { addValidator } from './add-validator.ts';
import { archiveEnvironment } from './archive-environment.ts';
import { defineBatch } from './batch.ts';
import { checkpointState } from './checkpoint-state.ts';
import { defineComment } from './comment.ts';
import { createEnvironment } from './create-environment.ts';
import { freeze } from './freeze.ts';
import { defineGenesis } from './genesis.ts';
import { mergeEnvironments } from './merge-environments.ts';
import { promoteEnvironment } from './promote-environment.ts';
import { definePropose } from './propose.ts';
import { resetClock } from './reset-clock.ts';
import { recallEnvironment } from './recall-environment.ts';
import { removeMember } from './remove-member.ts';
import { removeValidator } from './remove-validator.ts';
import { rollback } from './rollback.ts';
import { rotateKey } from './rotate-key.ts';
import { rotateValidator } from './rotate-validator.ts';
import { setCheckpointKey } from './set-checkpoint-key.ts';
import { setParameter } from './set-parameter.ts';
import { defineSetPolicy } from './set-policy.ts';
import { unfreeze } from './unfreeze.ts';
import { updateEnvironment } from './update-environment.ts';
import { updateMember } from './update-member.ts';
import { defineApprove, defineCarryApprovals, defineReject, withdraw } from './vote.ts';

const byName = new Map<string, Action>();
const table: ActionTable = { find: (name) => byName.get(name), all: () => byName.values() };

/** What changes environments. */
const ENVIRONMENT_ACTIONS: readonly Action[] = [
  createEnvironment,
  updateEnvironment,
  promoteEnvironment,
  checkpointState,
  mergeEnvironments,
  archiveEnvironment,
  recallEnvironment,
];
const setPolicy = defineSetPolicy((name) => table.find(name));

/** What may stand together in a batch: what changes environments, and who must agree to that. */
const batchedByName = new Map([...ENVIRONMENT_ACTIONS, setPolicy].map((action) => [action.name, action]));

/** Every transaction type. Adding one is adding its file, and its line here. */
const ACTIONS: readonly Action[] = [
  ...ENVIRONMENT_ACTIONS,
  defineBatch((name) => batchedByName.get(name)),
  addMember,
  updateMember,
  removeMember,
  rotateKey,
  addValidator,
  removeValidator,
  rotateValidator,
  setPolicy,
  setParameter,
  setCheckpointKey,
  resetClock,
  rollback,
  unfreeze,
  freeze,
  definePropose(table),
  defineApprove(table),
  defineReject(table),
  defineCarryApprovals(table),
  withdraw,
  defineComment(table),
  defineGenesis(table),
];
for (const action of ACTIONS) byName.set(action.name, action);

export const ACTION_NAMES: readonly string[] = [...byName.keys()];

/** For what governs the others. */
export const ACTION_TABLE: ActionTable = table;

export function findAction(name: string): Action | undefined {
  return byName.get(name);
}

/** Whether Blue of its environment gets a next version by it. */
export function makesVersion(name: string): boolean {
  return findAction(name)?.lineage?.makesVersion === true;
}
