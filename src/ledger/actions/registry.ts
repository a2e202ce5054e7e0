import type { Action } from './action.ts';
import { archiveEnvironment } from './archive-environment.ts';
import { defineBatch } from './batch.ts';
import { checkpointState } from './checkpoint-state.ts';
import { createEnvironment } from './create-environment.ts';
import { genesis } from './genesis.ts';
import { mergeEnvironments } from './merge-environments.ts';
import { promoteEnvironment } from './promote-environment.ts';
import { updateEnvironment } from './update-environment.ts';

/** Every transaction type. Adding one is adding its file, and its line here. */
const SINGLE_ACTIONS: readonly Action[] = [
  createEnvironment,
  updateEnvironment,
  promoteEnvironment,
  checkpointState,
  mergeEnvironments,
  archiveEnvironment,
];

const singleByName = new Map(SINGLE_ACTIONS.map((action) => [action.name, action]));
const byName = new Map(
  [...SINGLE_ACTIONS, genesis, defineBatch((name) => singleByName.get(name))].map((action) => [action.name, action]),
);

export const ACTION_NAMES: readonly string[] = [...byName.keys()];

export function findAction(name: string): Action | undefined {
  return byName.get(name);
}
