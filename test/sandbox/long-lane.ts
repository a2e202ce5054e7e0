import type { EnvironmentRows, EnvironmentSummary } from '../../src/api/chain/environments.ts';
import type { Answers } from './answers.ts';

export const LANE_LENGTH = 100_000;

/**
 * Lanes of a hundred thousand environments, which a real node takes a minute to commit: one real environment at a place, and others named
 * after theirs.
 */
export function longLanes(real: EnvironmentSummary, place: number): Answers {
  const at = (row: number): EnvironmentSummary =>
    row === place ? real : { ...real, env_id: `made/environment-${String(row).padStart(6, '0')}`, name: null };
  return {
    environmentRows: async (
      answer,
      { offset, limit, place_of: of }: { readonly offset: number; readonly limit: number; readonly place_of?: string },
    ): Promise<EnvironmentRows> => {
      const count = Math.max(0, Math.min(limit, LANE_LENGTH - offset));
      return {
        ...(await answer()),
        environments: Array.from({ length: count }, (_, row) => at(offset + row)),
        offset,
        total: LANE_LENGTH,
        placed: of === real.env_id ? { env_id: of, place } : null,
      };
    },
  };
}
