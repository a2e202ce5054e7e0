import { z } from 'zod';
import { defineAction } from '../governance/action.ts';
import { BLUE, requireEnvironment, writeEnvironment } from './environment.ts';
import { readEnvironment } from '../state/readers.ts';
import { environmentId, text } from './fields.ts';

/** Closes an environment: it stays readable and provable, and takes no further change. Its id is not used again. */
export const archiveEnvironment = defineAction({
  name: 'archive_environment',
  kind: 'environment',
  subject: 'Archiving an environment',
  lineage: { kind: 'archive', lane: 'blue', makesVersion: false },
  zones: BLUE,
  payload: z.strictObject({ env_id: environmentId, reason: text.optional() }),
  defaultPolicy: { mode: 'direct', permission: 'promote_to_green' },
  envId: (payload) => payload.env_id,
  title: (payload) => `Archive ${payload.env_id}`,
  summarize: (payload) => `Archived ${payload.env_id}.`,
  describe: ({ env_id, reason }) =>
    `${env_id} is archived${reason === undefined ? '' : ` (“${reason}”)`}: it stays readable and provable, and accepts no further change. Only a rollback can undo this.`,
  warnings({ env_id }, before) {
    const record = readEnvironment(before, env_id);
    return record?.green
      ? [`${env_id} is Green: what relies on it keeps its content, but no new version can follow.`]
      : [];
  },
  apply({ state, timestamp }, payload) {
    const record = requireEnvironment(state, payload.env_id);
    if ('code' in record) return record;
    writeEnvironment(state, { ...record, archived_at: timestamp });
    return null;
  },
});
