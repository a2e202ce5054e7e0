import type { JsonObject } from '../../base/canonical.ts';
import type { EnvironmentRecord } from '../state-types.ts';

/**
 * Fills in what a payload rests on, from what its author looked at: an update names the version that it replaces, a merge
 * those of its sources and its target, a promotion what is Blue and what is Green. What stands there already stays.
 */
export function bindPayload(
  action: string,
  payload: JsonObject,
  read: (envId: string) => EnvironmentRecord | undefined,
): JsonObject {
  const record = readOne(payload['env_id'], read);
  switch (action) {
    case 'update_environment':
      return record === undefined ? payload : { base_version: record.blue.version, ...payload };
    case 'promote_environment':
      return record === undefined
        ? payload
        : { blue_version: record.blue.version, green_version: record.green?.version ?? null, ...payload };
    case 'checkpoint_state':
      return record?.green ? { green_version: record.green.version, ...payload } : payload;
    case 'merge_environments':
      return {
        base_version: readOne(payload['target_env'], read)?.blue.version ?? null,
        source_versions: listOf(payload['source_envs']).map((source) => readOne(source, read)?.blue.version ?? 0),
        ...payload,
      };
    case 'batch':
      return { ...payload, operations: listOf(payload['operations']).map((one) => bindOperation(one, read)) };
    default:
      return payload;
  }
}

/** The environments that `bindPayload` asks for. */
export function environmentsOf(payload: JsonObject): string[] {
  const { env_id, target_env, source_envs, operations } = payload;
  const own = [env_id, target_env, ...listOf(source_envs)].filter((id) => typeof id === 'string');
  return [
    ...new Set([
      ...own,
      ...listOf(operations).flatMap((one) =>
        isObject(one) && isObject(one['payload']) ? environmentsOf(one['payload']) : [],
      ),
    ]),
  ];
}

type Value = JsonObject[string] | undefined;

const isObject = (value: Value): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function listOf(value: Value): readonly JsonObject[string][] {
  return Array.isArray(value) ? (value as readonly JsonObject[string][]) : [];
}

function readOne(envId: Value, read: (envId: string) => EnvironmentRecord | undefined): EnvironmentRecord | undefined {
  return typeof envId === 'string' ? read(envId) : undefined;
}

function bindOperation(
  operation: JsonObject[string],
  read: (envId: string) => EnvironmentRecord | undefined,
): JsonObject[string] {
  if (!isObject(operation)) return operation;
  const { action, payload } = operation;
  return typeof action === 'string' && isObject(payload)
    ? { ...operation, payload: bindPayload(action, payload, read) }
    : operation;
}
