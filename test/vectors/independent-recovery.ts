/**
 * Rollback and recall as section 4 of docs/TECHNICAL_SPEC.md describes them, written from that text alone: imports nothing of
 * src/. A refusal is the number of the reject code, and 0 is none.
 */
import {
  equal,
  fits,
  isCount,
  isEnvironmentId,
  isHash,
  isListOf,
  isPositive,
  isText,
  textOf,
  textsIn,
  type Fields,
  type Json,
  type Shape,
  type State,
} from './independent-values.ts';

/** A block of the chain before the one that is being made. */
export interface PastBlock {
  readonly hash: string;
  /** Of `environments` in the state after it. */
  readonly environmentsRoot: string;
  readonly state: State;
}

interface Call {
  readonly state: State;
  readonly past: readonly PastBlock[];
  readonly time: number;
  readonly member: string;
  readonly approvers: readonly string[];
  readonly id: string;
}

export const ROLLBACK: Shape = {
  target_height: isCount,
  target_hash: isHash,
  environments_root: isHash,
  scope: (value) =>
    value === null ||
    (isListOf(1, 256, isEnvironmentId)(value) &&
      textsIn(value).every((id, index, all) => index === 0 || (all[index - 1] ?? '') < id)),
  reason: isText,
};

export const RECALL: Shape = {
  env_id: isEnvironmentId,
  green_version: isPositive,
  state_hash: isHash,
  reason: isText,
  superseded_by: (value) => value === null || fits(value, { env_id: isEnvironmentId, version: isPositive }),
  emergency: (value) => typeof value === 'boolean',
};

/** The number of the next version of an environment, whether it is there or not. */
export function nextVersion(state: State, envId: string): number {
  const kept = state.get('environments', envId) ?? state.get('environments', `removed:${envId}`);
  return Number(kept?.['latest_version'] ?? 0) + 1;
}

export function applyRecall(payload: Fields, { state, time, member, approvers, id }: Call): number {
  const envId = textOf(payload['env_id']);
  const record = state.get('environments', envId);
  if (record === undefined) return 21;
  const green = record['green'] as Fields | null;
  if (green === null) return 25;
  if (green['state_hash'] !== payload['state_hash']) return 24;
  if (green['version'] !== payload['green_version']) return 27;
  if (green['transaction_id'] === id) return 57;
  const next = payload['superseded_by'] as Fields | null;
  if (next !== null) {
    const other = state.get('environments', textOf(next['env_id']));
    if (other === undefined || Number(next['version']) > Number(other['latest_version'])) return 57;
    if (next['env_id'] === envId && next['version'] === green['version']) return 57;
  }
  const recalled: Fields = {
    version: green['version'] ?? null,
    state_hash: green['state_hash'] ?? null,
    promoted_at: green['promoted_at'] ?? null,
    promotion: green['transaction_id'] ?? null,
    recalled_at: time,
    recalled_by: approvers.at(-1) ?? member,
    approved_by: approvers,
    emergency: payload['emergency'] ?? null,
    reason: payload['reason'] ?? null,
    superseded_by: next,
    transaction_id: id,
  };
  state.put('environments', envId, { ...record, green: null, recalled });
  state.put('environments', `recall:${envId}:${textOf(green['transaction_id'])}`, recalled);
  return 0;
}

export function applyRollback(payload: Fields, { state, past, time, member, approvers, id }: Call): number {
  const block = past[Number(payload['target_height'])];
  if (block === undefined) return 55;
  if (block.hash !== payload['target_hash'] || block.environmentsRoot !== payload['environments_root']) return 56;
  const recordsOf = (of: State): string[] =>
    of.entries('environments').flatMap(([key]) => (key.includes(':') ? [] : [key]));
  const known = new Set([...recordsOf(state), ...recordsOf(block.state)]);
  const scope = payload['scope'] === null ? [...known] : textsIn(payload['scope']);
  if (scope.some((envId) => !known.has(envId))) return 21;
  const changes = scope.flatMap((envId) => {
    const now = state.get('environments', envId);
    const restored = setBack(state, envId, block.state.get('environments', envId));
    const bare = (record: Fields | undefined): Json | undefined => record && { ...record, rollback: null };
    return equal(bare(now), bare(restored)) ? [] : [{ envId, now, restored }];
  });
  if (changes.length === 0) return 23;
  const mark = {
    transaction_id: id,
    target_height: payload['target_height'] ?? null,
    at: time,
    by: approvers.at(-1) ?? member,
  };
  for (const { envId, now, restored } of changes) {
    if (restored === undefined) {
      state.remove('environments', envId);
      const { latest_version: latest, recalled } = now ?? {};
      state.put('environments', `removed:${envId}`, {
        latest_version: latest ?? null,
        recalled: recalled ?? null,
        rollback: mark,
      });
    } else {
      state.remove('environments', `removed:${envId}`);
      state.put('environments', envId, { ...restored, rollback: mark });
    }
  }
  return 0;
}

function setBack(state: State, envId: string, there: Fields | undefined): Fields | undefined {
  if (there === undefined) return undefined;
  const kept = state.get('environments', envId) ?? state.get('environments', `removed:${envId}`);
  const green = there['green'] as Fields | null;
  const isRecalled =
    green !== null && state.get('environments', `recall:${envId}:${textOf(green['transaction_id'])}`) !== undefined;
  return {
    ...there,
    green: isRecalled ? null : green,
    latest_version: kept?.['latest_version'] ?? null,
    recalled: kept?.['recalled'] ?? null,
  };
}
