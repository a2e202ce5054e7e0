import { BATCH_OPERATIONS_MAX } from '../../../../src/base/limits.ts';
import { environmentsIn } from '../../../router/environments-in.ts';
import { SELECTED, withQuery, type Location } from '../../../router/location.ts';

/** What is decided together: as much as one batch holds. The address names it, so that it can be linked to. */
export const SELECTED_MAX = BATCH_OPERATIONS_MAX;

export function selectedIn({ query }: Location): readonly string[] {
  return environmentsIn(query, SELECTED);
}

/** The same place with others selected. */
export function withSelected(location: Location, ids: readonly string[]): string {
  return withQuery(location, { [SELECTED]: ids.slice(0, SELECTED_MAX) });
}

/** The same place with one more selected, or one less. */
export function withToggled(location: Location, envId: string): string {
  const ids = selectedIn(location);
  return withSelected(location, ids.includes(envId) ? ids.filter((id) => id !== envId) : [...ids, envId]);
}
