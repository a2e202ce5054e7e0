import { z } from 'zod';
import { reject } from '../rejections.ts';
import { defineAction } from '../governance/action.ts';
import { BLUE, makeEnvironment, namedEnvironment, nextBlue, nextVersion, noteWords } from './environment.ts';
import { readEnvironment } from '../state/readers.ts';
import { environmentId, text } from './fields.ts';
import { count, hash, jsonObject } from '../../base/fields.ts';

/**
 * Registers a Blue environment at version 1. An id is used once: an archived environment keeps its own. Only where a rollback
 * took the environment away may it be used again, and the versions continue from the last one that was given.
 */
export const createEnvironment = defineAction({
  name: 'create_environment',
  kind: 'environment',
  subject: 'Registering an environment',
  lineage: { kind: 'create', lane: 'blue', makesVersion: true },
  zones: BLUE,
  payload: z.strictObject({
    env_id: environmentId,
    state_hash: hash,
    metadata: jsonObject,
    file_count: count.optional(),
    size_bytes: count.optional(),
    note: text.optional(),
  }),
  defaultPolicy: { mode: 'direct', permission: 'write_blue_state' },
  envId: (payload) => payload.env_id,
  title: (payload) => `Register ${payload.env_id}`,
  summarize: (payload) => `Registered ${payload.env_id} as a Blue environment.`,
  describe: ({ env_id, note }, before) =>
    `${env_id} is registered as a Blue environment, version ${nextVersion(before, env_id)}${noteWords(note)}.`,
  named: (payload) => [namedEnvironment(payload)],
  apply(context, payload) {
    if (readEnvironment(context.state, payload.env_id) !== undefined)
      return reject('ENVIRONMENT_EXISTS', payload.env_id);
    makeEnvironment(context, payload.env_id, nextBlue(context, payload));
    return null;
  },
});
