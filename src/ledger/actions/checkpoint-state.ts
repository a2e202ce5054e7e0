import { z } from 'zod';
import { reject } from '../rejections.ts';
import { authoriserOf, defineAction } from '../governance/action.ts';
import { GREEN, requireEnvironment, writeEnvironment } from './environment.ts';
import { environmentId, text, version } from './fields.ts';
import { hash } from '../../base/fields.ts';

/** Where the state is found that a label permanently names. No environment's id has a colon. */
export function labelKey(envId: string, label: string): string {
  return `label:${envId}:${label}`;
}

/** Names the present Green state permanently, under a version label of the operator's own. */
export const checkpointState = defineAction({
  name: 'checkpoint_state',
  kind: 'environment',
  subject: 'A checkpoint of Green',
  lineage: { kind: 'checkpoint', lane: 'green', makesVersion: false },
  zones: GREEN,
  payload: z.strictObject({ env_id: environmentId, checkpoint_hash: hash, green_version: version, version: text }),
  defaultPolicy: { mode: 'direct', permission: 'promote_to_green' },
  envId: (payload) => payload.env_id,
  title: (payload) => `Checkpoint ${payload.env_id} as ${payload.version}`,
  summarize: (payload) => `Checkpointed Green ${payload.env_id} as ${payload.version}.`,
  describe: ({ env_id, green_version, version: label }) =>
    `Green ${env_id}, version ${green_version}, is checkpointed as ${label}.`,
  bind(payload, read) {
    const green = read(payload['env_id'])?.green ?? null;
    return green === null ? payload : { green_version: green.version, ...payload };
  },
  apply({ state, timestamp, transactionId, actor }, payload) {
    const record = requireEnvironment(state, payload.env_id);
    if ('code' in record) return record;
    if (record.green === null) return reject('NOT_PROMOTED', payload.env_id);
    if (record.checkpoint?.version === payload.version)
      return reject('STATE_UNCHANGED', `checkpoint ${payload.version} already exists`);
    if (record.green.state_hash !== payload.checkpoint_hash)
      return reject('STATE_MISMATCH', `Green ${payload.env_id} is at ${record.green.state_hash}`);
    if (record.green.version !== payload.green_version)
      return reject('VERSION_MISMATCH', `Green ${payload.env_id} is at version ${record.green.version}`);
    const place = labelKey(payload.env_id, payload.version);
    const named = state.get('environments', place) as { readonly checkpoint_hash: string } | undefined;
    if (named !== undefined && named.checkpoint_hash !== payload.checkpoint_hash)
      return reject('LABEL_TAKEN', `${payload.version} is ${named.checkpoint_hash}`);
    writeEnvironment(state, {
      ...record,
      checkpoint: {
        version: payload.version,
        checkpoint_hash: payload.checkpoint_hash,
        created_at: timestamp,
        created_by: authoriserOf(actor),
        transaction_id: transactionId,
      },
    });
    if (named === undefined) state.put('environments', place, { checkpoint_hash: payload.checkpoint_hash });
    return null;
  },
});
