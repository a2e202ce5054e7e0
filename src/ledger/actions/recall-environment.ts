import { z } from 'zod';
import type { Json } from '../../base/canonical.ts';
import { hash } from '../../base/fields.ts';
import { authoriserOf, defineAction } from '../governance/action.ts';
import { reject, type Rejection } from '../rejections.ts';
import { readEnvironment, recallPlace } from '../state/readers.ts';
import type { EnvironmentRecord, RecallRecord } from '../state/records.ts';
import type { StateAccess } from '../state/access.ts';
import { GREEN_TO_BLUE, writeEnvironment } from './environment.ts';
import { environmentId, text, version } from './fields.ts';

const payloadSchema = z.strictObject({
  env_id: environmentId,
  /** What is Green, as it was looked at. */
  green_version: version,
  state_hash: hash,
  reason: text,
  /** A version, of this environment or of another one, that is to be used in its place. */
  superseded_by: z.strictObject({ env_id: environmentId, version }).nullable(),
  /** One administrator decides it, as with the emergency brake; else the members who may promote it. */
  emergency: z.boolean(),
});
type Payload = z.infer<typeof payloadSchema>;

/** Why a version cannot stand for what is recalled; null where it can, or none is named. */
function checkSuccessor(
  state: StateAccess,
  recalled: EnvironmentRecord,
  { superseded_by: next }: Payload,
): Rejection | null {
  if (next === null) return null;
  const record = next.env_id === recalled.env_id ? recalled : readEnvironment(state, next.env_id);
  if (record === undefined) return reject('RECALL_INVALID', `there is no environment ${next.env_id}`);
  if (next.version > record.latest_version)
    return reject('RECALL_INVALID', `the newest version of ${next.env_id} is ${record.latest_version}`);
  return record === recalled && next.version === recalled.green?.version
    ? reject('RECALL_INVALID', `version ${next.version} is what is recalled`)
    : null;
}

/**
 * Takes back what is Green, without going back in time: it stays on record as recalled since when and why, and that promotion
 * never becomes Green again. Promoting the version again, or another one, is a promotion like any other.
 */
export const recallEnvironment = defineAction({
  name: 'recall_environment',
  kind: 'environment',
  worksWhileFrozen: true,
  subject: 'A recall from Green',
  lineage: { kind: 'recall', lane: 'green', makesVersion: false },
  zones: GREEN_TO_BLUE,
  payload: payloadSchema,
  defaultPolicy: { mode: 'direct', permission: 'promote_to_green' },
  envId: (payload) => payload.env_id,
  others: [
    {
      action: 'promote_environment',
      when: 'it is not an emergency',
      of: ({ env_id: envId, emergency }) => (emergency ? null : { action: 'promote_environment', envId }),
    },
    {
      action: 'freeze',
      when: 'it is an emergency',
      // No policy of recalls can take the brake away from the administrators.
      isInstead: true,
      of: ({ emergency }) => (emergency ? { action: 'freeze', envId: null } : null),
    },
  ],
  title: ({ env_id }) => `Recall ${env_id} from Green`,
  summarize: ({ env_id, green_version, reason }) =>
    `Recalled version ${green_version} of ${env_id} from Green: ${reason}`,
  describe: ({ env_id, green_version, reason, superseded_by }) =>
    `Version ${green_version} of ${env_id} is Green no longer: it is on record as recalled, for ever (“${reason}”). ${
      superseded_by === null
        ? 'Nothing takes its place'
        : `What to use instead: ${superseded_by.env_id} version ${superseded_by.version}`
    }. Its content, its versions and its checkpoints stay.`,
  warnings({ env_id, emergency }, before) {
    const record = readEnvironment(before, env_id);
    return [
      ...(emergency ? ['This is an emergency recall: one administrator decides it alone.'] : []),
      ...((record?.archived_at ?? null) !== null
        ? [`${env_id} is archived: no new version can be promoted in its place.`]
        : []),
    ];
  },
  bind(payload, read) {
    const green = read(payload['env_id'])?.green ?? null;
    return green === null ? payload : { green_version: green.version, state_hash: green.state_hash, ...payload };
  },
  apply({ state, timestamp, transactionId, actor }, payload) {
    // Also of an archived environment: what is Green there may turn out to be wrong as well.
    const record = readEnvironment(state, payload.env_id);
    if (record === undefined) return reject('ENVIRONMENT_NOT_FOUND', payload.env_id);
    const { green } = record;
    if (green === null) return reject('NOT_PROMOTED', payload.env_id);
    if (green.state_hash !== payload.state_hash)
      return reject('STATE_MISMATCH', `Green ${payload.env_id} is at ${green.state_hash}`);
    if (green.version !== payload.green_version)
      return reject('VERSION_MISMATCH', `Green ${payload.env_id} is at version ${green.version}`);
    // In a batch. A promotion is told by its transaction, and this one would be Green and recalled at once.
    if (green.transaction_id === transactionId)
      return reject('RECALL_INVALID', `it becomes Green by the same transaction`);
    const refusal = checkSuccessor(state, record, payload);
    if (refusal !== null) return refusal;
    const recalled: RecallRecord = {
      version: green.version,
      state_hash: green.state_hash,
      promoted_at: green.promoted_at,
      promotion: green.transaction_id,
      recalled_at: timestamp,
      recalled_by: authoriserOf(actor),
      approved_by: actor.approvers,
      emergency: payload.emergency,
      reason: payload.reason,
      superseded_by: payload.superseded_by,
      transaction_id: transactionId,
    };
    writeEnvironment(state, { ...record, green: null, recalled });
    state.put('environments', recallPlace(payload.env_id, green.transaction_id), recalled as unknown as Json);
    return null;
  },
});
