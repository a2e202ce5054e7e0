import type { JsonObject } from '../../base/canonical.ts';

/** A hash, or another name, that somebody elsewhere has for the same content: kept beside the state hash, and never in its place. */
export interface StatedClaim {
  readonly name: string;
  readonly value: string;
}

/** What the metadata of a version names under `claims`: texts by name, such as a hub's revision. Other values are left out. */
export function statedClaims(metadata: JsonObject): readonly StatedClaim[] {
  const { claims } = metadata;
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return [];
  return Object.entries(claims).flatMap(([name, value]) => (typeof value === 'string' ? [{ name, value }] : []));
}
