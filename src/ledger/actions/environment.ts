import type { Json, JsonObject } from '../../base/canonical.ts';
import { environmentName } from './environment-name.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { EnvironmentRecord } from '../state/records.ts';
import type { NamedEnvironment, Zones } from '../governance/action.ts';
import type { StateAccess } from '../state/access.ts';
import { readEnvironment } from '../state/readers.ts';

/** What the environment actions share: reading and writing the record, and its zones. */

export const BLUE: Zones = { sender: 'blue_state', recipient: 'blue_state' };
export const BLUE_TO_GREEN: Zones = { sender: 'blue_state', recipient: 'green_state' };
export const GREEN: Zones = { sender: 'green_state', recipient: 'green_state' };

export function writeEnvironment(state: StateAccess, record: EnvironmentRecord): void {
  state.put('environments', record.env_id, record as unknown as Json);
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
