import type { Json } from '../../base/canonical.ts';
import { isSameJson } from '../../base/same-json.ts';
import type { Hash } from '../../base/bytes.ts';
import { encodeHash } from '../../base/bytes.ts';
import { reject, type Rejection } from '../rejections.ts';
import { withPast, type PastBlock, type StateWithPast, type ToldState } from '../state/access.ts';
import { readEnvironment, readRecall, readRemoved } from '../state/readers.ts';
import type { EnvironmentRecord, RecallRecord, RemovedEnvironment } from '../state/records.ts';

/** Where a rollback goes back to, and for which environments. */
export interface RollbackTarget {
  readonly target_height: number;
  /** Of that block. */
  readonly target_hash: Hash;
  /** Of the namespace `environments` in that block's state. */
  readonly environments_root: Hash;
  /** Environment ids, each once and in order; null for all. */
  readonly scope: readonly string[] | null;
}

/** One environment that a rollback changes. */
export interface EnvironmentSetBack {
  readonly env_id: string;
  /** Undefined where it is not there now. */
  readonly now: EnvironmentRecord | undefined;
  /** As it was in that block; undefined where it was not there. */
  readonly there: EnvironmentRecord | undefined;
  /** As it is set back, without the mark of the rollback itself; undefined where it was not there. */
  readonly restored: EnvironmentRecord | undefined;
  /** What a rollback kept of it that took it away before; of an environment that is not there now. */
  readonly removed: RemovedEnvironment | undefined;
  /** The recall, since then, of the promotion by which it was Green there: it does not become Green again. */
  readonly recall: RecallRecord | undefined;
}

/** The block that a rollback names, as the chain has it. */
export function findTarget(state: StateWithPast, target: RollbackTarget): PastBlock | Rejection {
  const block = state.past(target.target_height);
  if (block === undefined) return reject('TARGET_NOT_FOUND', `block ${target.target_height}`);
  if (block.hash !== target.target_hash)
    return reject('TARGET_MISMATCH', `block ${target.target_height} is ${block.hash}`);
  const root = encodeHash(block.environments.hash);
  return root === target.environments_root
    ? block
    : reject('TARGET_MISMATCH', `the environments of block ${target.target_height} have the root ${root}`);
}

/** What a rollback changes in this state: each environment whose record it sets back, by env_id. */
export function planRollback(state: StateWithPast, target: RollbackTarget): EnvironmentSetBack[] | Rejection {
  const block = findTarget(state, target);
  if ('code' in block) return block;
  const changes = changesBackTo(state, block, target.scope);
  return obstacleIn(state, target, changes) ?? changes;
}

/** Why a rollback cannot be, of all that it changes in this state; null where it can. */
export function obstacleIn(
  state: Pick<StateWithPast, 'get'>,
  { target_height, scope }: RollbackTarget,
  changes: readonly EnvironmentSetBack[],
): Rejection | null {
  // One that is neither among them nor there now is as it was: it was not there either.
  const changing = new Set(changes.map(({ env_id }) => env_id));
  const unknown = scope?.find((id) => !changing.has(id) && readEnvironment(state, id) === undefined);
  if (unknown !== undefined) return reject('ENVIRONMENT_NOT_FOUND', `${unknown}, now or in block ${target_height}`);
  return changes.length === 0
    ? reject('STATE_UNCHANGED', `the environments are as they were in block ${target_height}`)
    : null;
}

/** What a rollback changes in a state that is told of; null where that cannot be said. */
export function changesIn(before: ToldState, target: RollbackTarget): readonly EnvironmentSetBack[] | null {
  const state = withPast(before);
  if (state === null) return null;
  const block = findTarget(state, target);
  return 'code' in block ? null : changesBackTo(state, block, target.scope);
}

/** Each environment in scope whose record is otherwise than it is set back to, by env_id. */
export function changesBackTo(
  state: Omit<StateWithPast, 'past'>,
  block: PastBlock,
  scope: RollbackTarget['scope'],
): EnvironmentSetBack[] {
  const differing = state.environmentsThen(block, scope);
  return [...differing.keys()].sort().flatMap((envId) => {
    const change = setBack(state, envId, differing.get(envId) as EnvironmentRecord | undefined);
    // What is never set back, both have from now.
    return isSameJson(change.now as unknown as Json | undefined, change.restored as unknown as Json | undefined)
      ? []
      : [change];
  });
}

function setBack(
  state: Pick<StateWithPast, 'get'>,
  envId: string,
  there: EnvironmentRecord | undefined,
): EnvironmentSetBack {
  const now = readEnvironment(state, envId);
  const removed = now === undefined ? readRemoved(state, envId) : undefined;
  if (there === undefined) return { env_id: envId, now, there, restored: undefined, removed, recall: undefined };
  const { green } = there;
  const recall = green === null ? undefined : readRecall(state, envId, green.transaction_id);
  const kept = now ?? removed;
  return {
    env_id: envId,
    now,
    there,
    restored: {
      ...there,
      green: recall === undefined ? green : null,
      latest_version: kept?.latest_version ?? there.latest_version,
      recalled: kept?.recalled ?? null,
      rollback: now?.rollback ?? null,
    },
    removed,
    recall,
  };
}
