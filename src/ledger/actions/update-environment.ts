import { z } from 'zod';
import { encodeCanonicalText } from '../../base/canonical.ts';
import { reject } from '../rejections.ts';
import { defineAction } from '../governance/action.ts';
import type { BlueVersion } from '../state/records.ts';
import {
  BLUE,
  greenStays,
  namedEnvironment,
  nextVersion,
  requireEnvironment,
  withVersion,
  writeEnvironment,
} from './environment.ts';
import { readEnvironment } from '../state/readers.ts';
import { environmentId, version } from './fields.ts';
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
  }),
  defaultPolicy: { mode: 'direct', permission: 'write_blue_state' },
  envId: (payload) => payload.env_id,
  title: (payload) => `Give ${payload.env_id} a new Blue version`,
  summarize: (payload) => `Updated Blue environment ${payload.env_id}.`,
  describe: ({ env_id }, before) =>
    `${env_id} gets Blue version ${nextVersion(before, env_id)}. ${greenStays(readEnvironment(before, env_id))}`,
  named: (payload) => [namedEnvironment(payload)],
  bind(payload, read) {
    const record = read(payload['env_id']);
    return record === undefined ? payload : { base_version: record.blue.version, ...payload };
  },
  apply({ state, timestamp, transactionId, actor }, payload) {
    const record = requireEnvironment(state, payload.env_id);
    if ('code' in record) return record;
    const sameMetadata = encodeCanonicalText(record.blue.metadata) === encodeCanonicalText(payload.metadata);
    if (record.blue.state_hash === payload.state_hash && sameMetadata)
      return reject('STATE_UNCHANGED', `${payload.env_id} version ${record.blue.version} already has this content`);
    if (record.blue.version !== payload.base_version)
      return reject('VERSION_MISMATCH', `Blue ${payload.env_id} is at version ${record.blue.version}`);
    const blue: BlueVersion = {
      version: record.latest_version + 1,
      state_hash: payload.state_hash,
      metadata: payload.metadata,
      file_count: payload.file_count ?? null,
      size_bytes: payload.size_bytes ?? null,
      updated_at: timestamp,
      updated_by: actor.memberId,
      transaction_id: transactionId,
      sources: [],
    };
    writeEnvironment(state, withVersion(record, blue));
    return null;
  },
});
