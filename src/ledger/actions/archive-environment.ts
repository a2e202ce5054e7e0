import { z } from 'zod';
import { defineAction } from './action.ts';
import { BLUE, requireEnvironment, writeEnvironment } from './environment.ts';
import { environmentId, text } from './fields.ts';

/** Closes an environment: it stays readable and provable, and takes no further change. Its id is not used again. */
export const archiveEnvironment = defineAction({
  name: 'archive_environment',
  kind: 'environment',
  zones: BLUE,
  payload: z.strictObject({ env_id: environmentId, reason: text.optional() }),
  defaultPolicy: { mode: 'direct', permission: 'promote_to_green' },
  envId: (payload) => payload.env_id,
  title: (payload) => `Archive ${payload.env_id}`,
  summarize: (payload) => `Archived ${payload.env_id}.`,
  apply({ state, timestamp }, payload) {
    const record = requireEnvironment(state, payload.env_id);
    if ('code' in record) return record;
    writeEnvironment(state, { ...record, archived_at: timestamp });
    return null;
  },
});
