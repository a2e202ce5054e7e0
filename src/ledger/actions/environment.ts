import type { Json, JsonObject } from '../../base/canonical.ts';
import { environmentName } from './environment-metadata.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { BlueVersion, EnvironmentRecord, RemovedEnvironment } from '../state/records.ts';
import type { ActionContext, NamedEnvironment, Zones } from '../governance/action.ts';
import type { StateAccess } from '../state/access.ts';
import { readEnvironment, readRemoved, removedPlace } from '../state/readers.ts';

/** What the environment actions share: reading and writing the record, and its zones. */

export const BLUE: Zones = { sender: 'blue_state', recipient: 'blue_state' };
export const BLUE_TO_GREEN: Zones = { sender: 'blue_state', recipient: 'green_state' };
export const GREEN: Zones = { sender: 'green_state', recipient: 'green_state' };
export const GREEN_TO_BLUE: Zones = { sender: 'green_state', recipient: 'blue_state' };

export function writeEnvironment(state: StateAccess, record: EnvironmentRecord): void {
  state.put('environments', record.env_id, record as unknown as Json);
}

/** The number of the next version: no number is given twice, whatever was rolled back. */
export function nextVersion(state: Pick<StateAccess, 'get'>, envId: string): number {
  const latest = readEnvironment(state, envId)?.latest_version ?? readRemoved(state, envId)?.latest_version ?? 0;
  return latest + 1;
}

/** What a version is made of. */
export interface BlueContent extends Pick<BlueVersion, 'state_hash' | 'metadata'> {
  readonly env_id: string;
  readonly file_count?: number | null | undefined;
  readonly size_bytes?: number | null | undefined;
  /** None where it is left out. */
  readonly sources?: BlueVersion['sources'];
  /** None where it is left out. */
  readonly note?: string | undefined;
}

/** The next version of Blue, by this transaction. */
export function nextBlue(
  { state, timestamp, transactionId, actor }: Pick<ActionContext, 'state' | 'timestamp' | 'transactionId' | 'actor'>,
  { env_id, state_hash, metadata, file_count = null, size_bytes = null, sources = [], note }: BlueContent,
): BlueVersion {
  return {
    version: nextVersion(state, env_id),
    state_hash,
    metadata,
    file_count,
    size_bytes,
    updated_at: timestamp,
    updated_by: actor.memberId,
    transaction_id: transactionId,
    sources,
    note: note ?? null,
  };
}

/** What a new version adds to the record that holds it. */
export function withVersion(record: EnvironmentRecord, blue: BlueVersion): EnvironmentRecord {
  return { ...record, blue, latest_version: blue.version };
}

/** Writes the first record of an environment that is not there; where a rollback took it away, the kept record continues. */
export function makeEnvironment(
  { state, timestamp, actor }: Pick<ActionContext, 'state' | 'timestamp' | 'actor'>,
  envId: string,
  blue: BlueVersion,
): void {
  const removed: RemovedEnvironment | undefined = readRemoved(state, envId);
  writeEnvironment(state, {
    env_id: envId,
    created_at: timestamp,
    created_by: actor.memberId,
    archived_at: null,
    blue,
    green: null,
    checkpoint: null,
    latest_version: blue.version,
    recalled: removed?.recalled ?? null,
    rollback: null,
  });
  if (removed !== undefined) state.remove('environments', removedPlace(envId));
}

/** The record of an environment that can still change, or why there is none. */
export function requireEnvironment(state: StateAccess, envId: string): EnvironmentRecord | Rejection {
  const record = readEnvironment(state, envId);
  if (record === undefined) return reject('ENVIRONMENT_NOT_FOUND', envId);
  if (record.archived_at !== null) return reject('ENVIRONMENT_ARCHIVED', envId);
  return record;
}

/** The environment that a payload with metadata names. */
export function namedEnvironment({
  env_id,
  metadata = {},
}: {
  readonly env_id: string;
  readonly metadata?: JsonObject | undefined;
}): NamedEnvironment {
  return { env_id, name: environmentName(metadata) };
}

/** What a new version of Blue leaves as it is. */
export function greenStays(record: EnvironmentRecord | undefined): string {
  return record?.green ? `Green stays at version ${record.green.version}.` : 'It is not Green.';
}

/** Of a version: what its author says of it. */
export function noteWords(note: string | undefined): string {
  return note === undefined ? '' : `, with the note “${note}”`;
}
