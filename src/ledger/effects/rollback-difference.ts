import { ROLLBACK_SHOWN_MAX } from '../../base/limits.ts';
import {
  changesBackTo,
  findTarget,
  obstacleIn,
  type EnvironmentSetBack,
  type RollbackTarget,
} from '../actions/rollback-plan.ts';
import {
  countsOf,
  greenChange,
  rollbackWarnings,
  rollbackWords,
  type GreenChange,
  type RollbackCounts,
} from '../actions/rollback-words.ts';
import { isFrozen } from '../governance/freeze-state.ts';
import type { Rejection } from '../rejections.ts';
import type { StateWithPast } from '../state/access.ts';
import type { BlueVersion, EnvironmentRecord, GreenVersion, RecallRecord } from '../state/records.ts';

/** One environment that a rollback changes, as a person looks at it. */
export interface RollbackChange {
  readonly env_id: string;
  /** Of the record: it is there again, it is there no longer, or it is another one. */
  readonly kind: 'returns' | 'vanishes' | 'changes';
  readonly green: GreenChange;
  readonly before: LanesAt | null;
  readonly after: LanesAt | null;
  /** What is Green now and is not any longer: who promoted it, and when. Null where Green stays, or nothing is Green. */
  readonly undone: GreenVersion | null;
  /** Why what was Green then does not become Green again; null where nothing keeps it from that. */
  readonly recall: RecallRecord | null;
}

/** What an environment has in its lanes. */
export interface LanesAt {
  readonly blue: Pick<BlueVersion, 'version' | 'state_hash'>;
  readonly green: GreenVersion | null;
  readonly archived: boolean;
}

export interface RollbackDifference {
  /** Of all environments that change. */
  readonly counts: RollbackCounts;
  /** The first of them by what becomes of Green, then by env_id: at most `ROLLBACK_SHOWN_MAX` of `counts.changing`. */
  readonly shown: readonly RollbackChange[];
  /** What it does, and what to know before it is signed, as the action itself says it. */
  readonly sentence: string;
  readonly warnings: readonly string[];
  /** Why it would be refused; null where it would not. */
  readonly obstacle: Rejection | null;
}

/** What a rollback would change in this state, or why its block is none. Nothing may change: then all counts are 0. */
export function rollbackDifference(
  state: StateWithPast,
  target: RollbackTarget,
  shownMax = ROLLBACK_SHOWN_MAX,
): RollbackDifference | Rejection {
  const block = findTarget(state, target);
  if ('code' in block) return block;
  const changes = changesBackTo(state, block, target.scope);
  return {
    counts: countsOf(changes),
    shown: changes.toSorted(byImportance).slice(0, shownMax).map(changeOf),
    sentence: rollbackWords(target, changes),
    warnings: rollbackWarnings(changes, isFrozen(state)),
    obstacle: obstacleIn(state, target, changes),
  };
}

const IMPORTANCE: Readonly<Record<GreenChange, number>> = { leaves: 0, changes: 1, returns: 2, stays: 3 };

function byImportance(left: EnvironmentSetBack, right: EnvironmentSetBack): number {
  const order = IMPORTANCE[greenChange(left)] - IMPORTANCE[greenChange(right)];
  return order === 0 ? (left.env_id < right.env_id ? -1 : 1) : order;
}

function changeOf(change: EnvironmentSetBack): RollbackChange {
  const { env_id, now, restored, recall } = change;
  const green = greenChange(change);
  return {
    env_id,
    kind: now === undefined ? 'returns' : restored === undefined ? 'vanishes' : 'changes',
    green,
    before: lanesOf(now),
    after: lanesOf(restored),
    undone: green === 'stays' ? null : (now?.green ?? null),
    recall: recall ?? null,
  };
}

function lanesOf(record: EnvironmentRecord | undefined): LanesAt | null {
  if (record === undefined) return null;
  const { blue, green, archived_at } = record;
  return { blue: { version: blue.version, state_hash: blue.state_hash }, green, archived: archived_at !== null };
}
