import type { GreenStatus } from '../../api/chain/environments.ts';
import type { EnvironmentRecord } from '../../ledger/state/records.ts';

/** Whether an environment is Green, as its record says: the one place that answers it. */
export function greenStatusOf({ green, recalled }: Pick<EnvironmentRecord, 'green' | 'recalled'>): GreenStatus {
  if (green !== null) return 'green';
  return recalled === null ? 'not_green' : 'recalled';
}
