import { decodeUtf8 } from '../../base/bytes.ts';
import { LOOKALIKES_SHOWN_MAX } from '../../base/limits.ts';
import { lookalikeKeys } from '../../base/lookalike.ts';
import type { NamedEnvironment } from '../../ledger/governance/action.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { UnsignedTransaction } from '../../ledger/transactions/transaction.ts';
import type { SimulationResult } from '../../ledger/effects/simulate.ts';

export interface LookalikeEnvironment {
  readonly made: NamedEnvironment;
  readonly other: NamedEnvironment;
}

/**
 * Of environments that are made or named, those whose id or name looks like that of another: of one that is there, or
 * of one that is created with it. An id or a name that it has already was looked at when it was given. At most a few
 * for each.
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
  const { action, payload } = JSON.parse(decodeUtf8(unsigned)) as UnsignedTransaction;
  const made = findAction(action)?.named(payload) ?? [];
  const warnings = (made.length === 0 ? [] : await lookalikes(made)).map(
    ({ made: one, other }) =>
      `${inWords(one)} looks like ${inWords(other)}, which is another environment: check which one is meant.`,
  );
  return warnings.length === 0 ? result : { ...result, warnings: [...result.warnings, ...warnings] };
}

function inWords({ env_id, name }: NamedEnvironment): string {
  return name === null ? env_id : `${name} (${env_id})`;
}
