import { z } from 'zod';
import { isSameJson } from '../../base/same-json.ts';
import { reject } from '../rejections.ts';
import { defineAction } from '../governance/action.ts';
import {
  BLUE,
  greenStays,
  namedEnvironment,
  nextBlue,
  nextVersion,
  noteWords,
  requireEnvironment,
  withVersion,
  writeEnvironment,
} from './environment.ts';
import { readEnvironment } from '../state/readers.ts';
import { environmentId, text, version } from './fields.ts';
import { count, hash, jsonObject } from '../../base/fields.ts';

/** A new Blue version in place of the one that it names. Green stays as it is until the version is promoted. */
export const updateEnvironment = defineAction({
  name: 'update_environment',
  kind: 'environment',
  subject: 'A new Blue version',
  lineage: { kind: 'update', lane: 'blue', makesVersion: true },
  zones: BLUE,
  payload: z.strictObject({
    env_id: environmentId,
    base_version: version,
    state_hash: hash,
    metadata: jsonObject,
    file_count: count.optional(),
    size_bytes: count.optional(),
    note: text.optional(),
  }),
  defaultPolicy: { mode: 'direct', permission: 'write_blue_state' },
  envId: (payload) => payload.env_id,
  title: (payload) => `Give ${payload.env_id} a new Blue version`,
  summarize: (payload) => `Updated Blue environment ${payload.env_id}.`,
  describe: ({ env_id, note }, before) =>
    `${env_id} gets Blue version ${nextVersion(before, env_id)}${noteWords(note)}. ${greenStays(readEnvironment(before, env_id))}`,
  named: (payload) => [namedEnvironment(payload)],
  bind(payload, read) {
    const record = read(payload['env_id']);
    return record === undefined ? payload : { base_version: record.blue.version, ...payload };
  },
  apply(context, payload) {
    const record = requireEnvironment(context.state, payload.env_id);
    if ('code' in record) return record;
    const sameMetadata = isSameJson(record.blue.metadata, payload.metadata);
    if (record.blue.state_hash === payload.state_hash && sameMetadata)
      return reject('STATE_UNCHANGED', `${payload.env_id} version ${record.blue.version} already has this content`);
    if (record.blue.version !== payload.base_version)
      return reject('VERSION_MISMATCH', `Blue ${payload.env_id} is at version ${record.blue.version}`);
    writeEnvironment(context.state, withVersion(record, nextBlue(context, payload)));
    return null;
  },
});
