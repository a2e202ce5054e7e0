import { encodeCanonicalText, type Json } from '../../base/canonical.ts';
import type { Hash } from '../../base/bytes.ts';
import { encodeHash } from '../../base/bytes.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { PastBlock, StateWithPast } from '../state/access.ts';
import { readEnvironment, readRecall, readRemoved } from '../state/readers.ts';
import type { EnvironmentRecord, RemovedEnvironment } from '../state/records.ts';

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
  /** As it is set back, without the mark of the rollback itself; undefined where it was not there. */
  readonly then: EnvironmentRecord | undefined;
  /** What a rollback kept of it that took it away before; of an environment that is not there now. */
  readonly removed: RemovedEnvironment | undefined;
  /** Whether it was Green there by a promotion that was recalled since, so that it does not become Green again. */
  readonly staysRecalled: boolean;
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
  const differing = state.environmentsThen(block, target.scope);
  const unknown = target.scope?.find((id) => !differing.has(id) && readEnvironment(state, id) === undefined);
  if (unknown !== undefined)
    return reject('ENVIRONMENT_NOT_FOUND', `${unknown}, now or in block ${target.target_height}`);
  const changes = [...differing.keys()].sort().flatMap((envId) => {
    const there = differing.get(envId) as EnvironmentRecord | undefined;
    const change = setBack(state, envId, there);
    return isSame(change.now, change.then) ? [] : [change];
  });
  return changes.length === 0
    ? reject('STATE_UNCHANGED', `the environments are as they were in block ${target.target_height}`)
    : changes;
}

function setBack(state: StateWithPast, envId: string, there: EnvironmentRecord | undefined): EnvironmentSetBack {
  const now = readEnvironment(state, envId);
  const removed = now === undefined ? readRemoved(state, envId) : undefined;
  if (there === undefined) return { env_id: envId, now, then: undefined, removed, staysRecalled: false };
  const { green } = there;
  const staysRecalled = green !== null && readRecall(state, envId, green.transaction_id) !== undefined;
  const kept = now ?? removed;
  return {
    env_id: envId,
    now,
    then: {
      ...there,
      green: staysRecalled ? null : green,
      latest_version: kept?.latest_version ?? there.latest_version,
      recalled: kept?.recalled ?? null,
      rollback: now?.rollback ?? null,
    },
    removed,
    staysRecalled,
  };
}

/** Whether a record is as it is set back: but for what is never set back, which both have from now. */
function isSame(now: EnvironmentRecord | undefined, then: EnvironmentRecord | undefined): boolean {
  if (now === undefined || then === undefined) return now === then;
  return encodeCanonicalText(now as unknown as Json) === encodeCanonicalText(then as unknown as Json);
}
