import { decodeUtf8 } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import { LOOKALIKES_SHOWN_MAX } from '../../base/limits.ts';
import { lookalikeKeys } from '../../base/lookalike.ts';
import type { SimulationResult } from '../engine/engine.ts';

/** The ids that an action would bring onto the chain: its own, or those of what it proposes or holds. */
function newEnvironmentIds(action: unknown, payload: JsonObject): string[] {
  switch (action) {
    case 'create_environment':
      return idsOf(payload['env_id']);
    case 'merge_environments':
      return payload['base_version'] === null ? idsOf(payload['target_env']) : [];
    case 'propose':
      return newEnvironmentIds(payload['action'], payload['payload'] as JsonObject);
    case 'batch':
      return (payload['operations'] as readonly { readonly action: string; readonly payload: JsonObject }[]).flatMap(
        (one) => newEnvironmentIds(one.action, one.payload),
      );
    default:
      return [];
  }
}

function idsOf(id: JsonObject[string] | undefined): string[] {
  return typeof id === 'string' ? [id] : [];
}

/** Of these environments, those whose ids look like this one, which is none of them: at most a few. */
export function lookalikesAmong(ids: Iterable<string>, envId: string): string[] {
  const keys = lookalikeKeys(envId);
  const found: string[] = [];
  for (const other of ids) {
    if (other === envId || !lookalikeKeys(other).some((key) => keys.includes(key))) continue;
    found.push(other);
    if (found.length === LOOKALIKES_SHOWN_MAX) break;
  }
  return found;
}

/** A review of what makes an environment, with a warning where its id looks like one that is there. */
export async function withLookalikes(
  unsigned: Uint8Array,
  result: SimulationResult,
  lookalikes: (envId: string) => Promise<readonly string[]> | readonly string[],
): Promise<SimulationResult> {
  if (result.outcome !== 'applied') return result;
  const { action, payload } = JSON.parse(decodeUtf8(unsigned)) as {
    readonly action: string;
    readonly payload: JsonObject;
  };
  const warnings: string[] = [];
  for (const envId of newEnvironmentIds(action, payload))
    for (const other of await lookalikes(envId))
      warnings.push(`${envId} looks like ${other}, which is another environment: make sure which one is meant.`);
  return warnings.length === 0 ? result : { ...result, warnings: [...result.warnings, ...warnings] };
}
