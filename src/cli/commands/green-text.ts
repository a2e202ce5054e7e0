import type { EnvironmentSummary, EnvironmentView } from '../../api/chain/environments.ts';
import { time } from '../output.ts';

/** How it is said whether an environment is Green: in one place, so that each command says the same. */

type Recall = NonNullable<EnvironmentView['recalled']>;

/** As a cell of a list. */
export function greenCell({ green_status, green_version, recalled }: EnvironmentSummary): string | null {
  switch (green_status) {
    case 'green':
      return `v${green_version}`;
    case 'recalled':
      return `recalled v${recalled?.version}`;
    case 'not_green':
      return null;
  }
}

/** Of what is not Green: "was never promoted". */
export function notGreenWords({ recalled, rollback }: Pick<EnvironmentView, 'recalled' | 'rollback'>): string {
  if (recalled !== null)
    return `is not Green: version ${recalled.version} was recalled at ${time(recalled.recalled_at)}`;
  return rollback === null ? 'was never promoted' : `is not Green: it was rolled back at ${time(rollback.at)}`;
}

/** Who took it back, and why. */
export function recallWords({ version, recalled_at, recalled_by, emergency, reason }: Recall): string {
  return `version ${version}, at ${time(recalled_at)} by ${recalled_by}${emergency ? ' (emergency)' : ''}: ${reason}`;
}

/** What is to be used in its place; null where nothing is named. */
export function successorWords({ superseded_by }: Recall): string | null {
  return superseded_by === null ? null : `${superseded_by.env_id} version ${superseded_by.version}`;
}
