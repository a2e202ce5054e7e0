import { z } from 'zod';
import type { JsonObject } from '../../base/canonical.ts';
import { isSameJson } from '../../base/same-json.ts';
import { reject } from '../rejections.ts';
import { authoriserOf, defineAction } from '../governance/action.ts';
import { BLUE_TO_GREEN, requireEnvironment, writeEnvironment } from './environment.ts';
import type { EnvironmentRecord } from '../state/records.ts';
import { readEnvironment } from '../state/readers.ts';
import { environmentId, version } from './fields.ts';
import { hash, jsonObject } from '../../base/fields.ts';

/** What promotes Blue as it is read here, with the metadata that Green is to have. */
export function promotionOf(
  { env_id, blue, green }: Pick<EnvironmentRecord, 'env_id' | 'blue' | 'green'>,
  metadata: JsonObject = blue.metadata,
): JsonObject {
  const { state_hash, version: blue_version } = blue;
  return { env_id, state_hash, metadata, blue_version, green_version: green?.version ?? null };
}

/**
 * Makes the Blue head canonical. The payload names the version that was reviewed, and the Green version that it takes
 * the place of: if either has moved on since, the promotion is refused instead of promoting what nobody looked at.
 */
export const promoteEnvironment = defineAction({
  name: 'promote_environment',
  kind: 'environment',
  subject: 'A promotion to Green',
  lineage: { kind: 'promote', lane: 'green', makesVersion: false },
  zones: BLUE_TO_GREEN,
  payload: z.strictObject({
    env_id: environmentId,
    state_hash: hash,
    metadata: jsonObject,
    blue_version: version,
    /** Null where nothing is Green yet. */
    green_version: version.nullable(),
  }),
  defaultPolicy: { mode: 'direct', permission: 'promote_to_green' },
  envId: (payload) => payload.env_id,
  title: (payload) => `Promote ${payload.env_id} to Green`,
  summarize: (payload) => `Promoted ${payload.env_id} from Blue to Green.`,
  describe: ({ env_id, blue_version, green_version: green }) =>
    `Version ${blue_version} of ${env_id} becomes Green, ${green === null ? 'its first Green version' : `in place of version ${green}`}.`,
  warnings({ env_id }, before, { memberId }) {
    const record = readEnvironment(before, env_id);
    if (record === undefined) return [];
    const { blue, green } = record;
    const versions = green === null ? 0 : blue.version - green.version;
    return [
      ...(blue.updated_by === memberId ? [`${memberId} made this version too: nobody else has signed for it.`] : []),
      ...(versions > 1 ? [`${versions} Blue versions become Green at once; review the difference.`] : []),
    ];
  },
  bind(payload, read) {
    const record = read(payload['env_id']);
    return record === undefined
      ? payload
      : { blue_version: record.blue.version, green_version: record.green?.version ?? null, ...payload };
  },
  apply({ state, timestamp, transactionId, actor }, payload) {
    const record = requireEnvironment(state, payload.env_id);
    if ('code' in record) return record;
    const { blue, green } = record;
    if (blue.state_hash !== payload.state_hash)
      return reject('STATE_MISMATCH', `Blue ${payload.env_id} is at ${blue.state_hash}`);
    if (green?.version === blue.version && isSameJson(green.metadata, payload.metadata)) {
      return reject('STATE_UNCHANGED', `version ${blue.version} of ${payload.env_id} is Green already`);
    }
    if (blue.version !== payload.blue_version)
      return reject('VERSION_MISMATCH', `Blue ${payload.env_id} is at version ${blue.version}`);
    if ((green?.version ?? null) !== payload.green_version)
      return reject('VERSION_MISMATCH', `Green ${payload.env_id} is at version ${green?.version ?? 'none'}`);
    writeEnvironment(state, {
      ...record,
      green: {
        version: blue.version,
        state_hash: blue.state_hash,
        metadata: payload.metadata,
        promoted_at: timestamp,
        promoted_by: authoriserOf(actor),
        approved_by: actor.approvers,
        transaction_id: transactionId,
      },
    });
    return null;
  },
});
