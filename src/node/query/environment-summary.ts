import type { EnvironmentSummary } from '../../api/chain/environments.ts';
import type { EnvironmentRecord } from '../../ledger/state/records.ts';
import { greenStatusOf } from '../../ledger/state/green-status.ts';
import { cutText } from '../../base/cut-text.ts';
import { LISTED_DESCRIPTION_LENGTH_MAX, LISTED_TAG_LENGTH_MAX, LISTED_TAGS_MAX } from '../../base/limits.ts';
import { environmentDescription, environmentName, environmentTags } from '../../ledger/actions/environment-metadata.ts';

/** An environment as a line of a list. */
export function summaryOfEnvironment(record: EnvironmentRecord): EnvironmentSummary {
  const { env_id, created_by, archived_at, blue, green, checkpoint, recalled, rollback } = record;
  const description = environmentDescription(blue.metadata);
  return {
    env_id,
    name: environmentName(blue.metadata),
    description: description === null ? null : cutText(description, LISTED_DESCRIPTION_LENGTH_MAX),
    tags: listedTags(environmentTags(blue.metadata)),
    owner: created_by,
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

/** Those that are short enough to be told in a line. */
function listedTags(tags: readonly string[]): string[] {
  return tags.filter(({ length }) => length <= LISTED_TAG_LENGTH_MAX).slice(0, LISTED_TAGS_MAX);
}
