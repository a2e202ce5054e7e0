import { decodeUtf8 } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import { LOOKALIKES_SHOWN_MAX } from '../../base/limits.ts';
import { lookalikeKeys } from '../../base/lookalike.ts';
import { environmentName } from '../../ledger/environment-name.ts';
import type { SimulationResult } from '../engine/engine.ts';

/** What people tell an environment by: its id, and the name in its metadata where it has one. */
export interface NamedEnvironment {
  readonly env_id: string;
  readonly name: string | null;
}

export interface LookalikeEnvironment {
  readonly made: NamedEnvironment;
  readonly other: NamedEnvironment;
}

interface Operation {
  readonly action: string;
  readonly payload: JsonObject;
}

/** The environments that an operation gives an id or a name: its own, or those of what it proposes or holds. */
function namedBy({ action, payload }: Operation): NamedEnvironment[] {
  switch (action) {
    case 'create_environment':
    case 'update_environment':
      return named(payload['env_id'], payload['metadata']);
    case 'merge_environments':
      return named(payload['target_env'], payload['metadata']);
    case 'propose':
      return namedBy(payload as unknown as Operation);
    case 'batch':
      return (payload['operations'] as unknown as readonly Operation[]).flatMap(namedBy);
    default:
      return [];
  }
}

function named(id: unknown, metadata: unknown): NamedEnvironment[] {
  return typeof id === 'string' ? [{ env_id: id, name: environmentName((metadata ?? {}) as JsonObject) }] : [];
}

/**
 * Of environments that are made or named, those whose id or name looks like that of another: of one that is there, or of one
 * that is made beside it. An id or a name that it has already was looked at when it was given. At most a few for each.
 */
export function lookalikesOf(
  made: readonly NamedEnvironment[],
  present: ReadonlyMap<string, NamedEnvironment>,
): LookalikeEnvironment[] {
  const byKey = new Map<string, Set<NamedEnvironment>>();
  for (const one of made) {
    const known = present.get(one.env_id);
    const given = [known === undefined ? one.env_id : null, known?.name === one.name ? null : one.name];
    for (const key of keysOf(given)) byKey.set(key, (byKey.get(key) ?? new Set()).add(one));
  }
  if (byKey.size === 0) return [];
  const found = new Map<NamedEnvironment, Map<string, NamedEnvironment>>();
  const compare = (other: NamedEnvironment): void => {
    for (const key of keysOf([other.env_id, other.name])) {
      for (const one of byKey.get(key) ?? []) {
        const others = found.get(one) ?? new Map<string, NamedEnvironment>();
        if (other.env_id !== one.env_id && others.size < LOOKALIKES_SHOWN_MAX)
          found.set(one, others.set(other.env_id, other));
      }
    }
  };
  for (const other of present.values()) compare(other);
  for (const other of made) compare(other);
  return [...found].flatMap(([one, others]) => [...others.values()].map((other) => ({ made: one, other })));
}

function keysOf(names: readonly (string | null)[]): string[] {
  return names.flatMap((name) => (name === null ? [] : lookalikeKeys(name)));
}

/** A review of what makes or names an environment, with a warning where it looks like another. */
export async function withLookalikes(
  unsigned: Uint8Array,
  result: SimulationResult,
  lookalikes: (
    made: readonly NamedEnvironment[],
  ) => Promise<readonly LookalikeEnvironment[]> | readonly LookalikeEnvironment[],
): Promise<SimulationResult> {
  if (result.outcome !== 'applied') return result;
  const made = namedBy(JSON.parse(decodeUtf8(unsigned)) as Operation);
  const warnings = (made.length === 0 ? [] : await lookalikes(made)).map(
    ({ made: one, other }) =>
      `${inWords(one)} looks like ${inWords(other)}, which is another environment: make sure which one is meant.`,
  );
  return warnings.length === 0 ? result : { ...result, warnings: [...result.warnings, ...warnings] };
}

function inWords({ env_id, name }: NamedEnvironment): string {
  return name === null ? env_id : `${name} (${env_id})`;
}
