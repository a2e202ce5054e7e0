import type { Json, JsonObject } from '../../base/canonical.ts';
import type { EnvironmentRecord } from '../state/records.ts';
import { listIn } from './fields.ts';
import { findAction } from './registry.ts';

/**
 * Fills in what a payload rests on, from what its author looked at: an update names the version that it replaces, a
 * merge those of its sources and its target, a promotion what is Blue and what is Green. What is there already stays.
 */
export function bindPayload(
  action: string,
  payload: JsonObject,
  read: (envId: string) => EnvironmentRecord | undefined,
): JsonObject {
  const bound = findAction(action)?.bind(payload, (envId) => (typeof envId === 'string' ? read(envId) : undefined));
  return bound ?? payload;
}

/** The environments that `bindPayload` asks for. */
export function environmentsOf(payload: JsonObject): string[] {
  const { env_id, target_env, source_envs, operations } = payload;
  const own = [env_id, target_env, ...listIn(source_envs)].filter((id) => typeof id === 'string');
  return [
    ...new Set([
      ...own,
      ...listIn(operations).flatMap((one) =>
        isObject(one) && isObject(one['payload']) ? environmentsOf(one['payload']) : [],
      ),
    ]),
  ];
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
