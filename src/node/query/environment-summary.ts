import type { EnvironmentSummary } from '../../api/chain/environments.ts';
import type { EnvironmentRecord } from '../../ledger/state/records.ts';
import { greenStatusOf } from '../../ledger/state/green-status.ts';
import { environmentName } from '../../ledger/actions/environment-metadata.ts';

/** An environment as a line of a list. */
export function summaryOfEnvironment(record: EnvironmentRecord): EnvironmentSummary {
  const { env_id, archived_at, blue, green, checkpoint, recalled, rollback } = record;
  return {
    env_id,
    name: environmentName(blue.metadata),
    archived: archived_at !== null,
    blue_version: blue.version,
    blue_state_hash: blue.state_hash,
    updated_at: blue.updated_at,
    green_version: green?.version ?? null,
    green_state_hash: green?.state_hash ?? null,
    promoted_at: green?.promoted_at ?? null,
    checkpoint_version: checkpoint?.version ?? null,
    merged: blue.sources.length > 0,
    green_status: greenStatusOf(record),
    recalled: recalled as EnvironmentSummary['recalled'],
    rollback,
  };
}
