import { z } from 'zod';
import { MERGE_SOURCES_MAX } from '../../base/limits.ts';
import { reject } from '../rejections.ts';
import type { EnvironmentSource } from '../state/records.ts';
import { defineAction } from '../governance/action.ts';
import {
  BLUE,
  makeEnvironment,
  namedEnvironment,
  nextBlue,
  nextVersion,
  noteWords,
  withVersion,
  writeEnvironment,
} from './environment.ts';
import { readEnvironment } from '../state/readers.ts';
import { environmentId, listIn, text, version } from './fields.ts';
import { count, hash, jsonObject } from '../../base/fields.ts';

/**
 * Records that the target's next Blue version was made from the heads of the sources. With `state_hash` it names the
 * merged content and may create the target; without, the content that the target has now is the result.
 */
export const mergeEnvironments = defineAction({
  name: 'merge_environments',
  kind: 'environment',
  subject: 'A merge of environments',
  lineage: { kind: 'merge', lane: 'blue', makesVersion: true },
  zones: BLUE,
  payload: z
    .strictObject({
      source_envs: z.array(environmentId).min(1).max(MERGE_SOURCES_MAX),
      /** The Blue version of each source, in the same order. */
      source_versions: z.array(version).min(1).max(MERGE_SOURCES_MAX),
      target_env: environmentId,
      /** The target's Blue version that this takes the place of; null where the target is made. */
      base_version: version.nullable(),
      merge_strategy: text,
      state_hash: hash.optional(),
      metadata: jsonObject.optional(),
      file_count: count.optional(),
      size_bytes: count.optional(),
      note: text.optional(),
    })
    .refine(
      ({ source_envs, source_versions }) => source_envs.length === source_versions.length,
      'source_versions: one for each source',
    ),
  defaultPolicy: { mode: 'direct', permission: 'write_blue_state' },
  envId: (payload) => payload.target_env,
  // What it writes is a first version or a next one, as `create_environment` and `update_environment` do.
  others: [
    {
      action: 'create_environment',
      when: 'the target is created',
      of: ({ target_env: envId, base_version }) =>
        base_version === null ? { action: 'create_environment', envId } : null,
    },
    {
      action: 'update_environment',
      when: 'the target is there',
      of: ({ target_env: envId, base_version }) =>
        base_version === null ? null : { action: 'update_environment', envId },
    },
  ],
  title: (payload) => `Merge into ${payload.target_env}`,
  summarize: (payload) =>
    `Merged ${payload.source_envs.join(', ')} into ${payload.target_env} (${payload.merge_strategy}).`,
  describe({ source_envs, source_versions, target_env, base_version, merge_strategy, note }, before) {
    const sources = source_envs.map((id, index) => `${id} version ${source_versions[index]}`).join(', ');
    const next = nextVersion(before, target_env);
    const made =
      base_version === null ? `is registered as a Blue environment, version ${next}` : `gets Blue version ${next}`;
    return `${target_env} ${made}, merged from ${sources} (${merge_strategy})${noteWords(note)}.`;
  },
  named: ({ target_env, metadata: given }) => [namedEnvironment({ env_id: target_env, metadata: given })],
  bind: (payload, read) => ({
    base_version: read(payload['target_env'])?.blue.version ?? null,
    source_versions: listIn(payload['source_envs']).map((source) => read(source)?.blue.version ?? 0),
    ...payload,
  }),
  apply(context, payload) {
    const { state } = context;
    const target = readEnvironment(state, payload.target_env);
    if (target !== undefined && target.archived_at !== null) return reject('ENVIRONMENT_ARCHIVED', payload.target_env);
    const stateHash = payload.state_hash ?? target?.blue.state_hash;
    if (stateHash === undefined)
      return reject('ENVIRONMENT_NOT_FOUND', `${payload.target_env}; give the merged state_hash to create it`);
    const sources: EnvironmentSource[] = [];
    for (const envId of payload.source_envs) {
      const source = readEnvironment(state, envId);
      if (source === undefined || source.archived_at !== null || envId === payload.target_env)
        return reject('SOURCE_INVALID', envId);
      if (sources.some((known) => known.env_id === envId)) return reject('SOURCE_INVALID', `${envId} is named twice`);
      sources.push({ env_id: envId, version: source.blue.version, state_hash: source.blue.state_hash });
    }
    const moved = sources.find(({ version: now }, index) => now !== payload.source_versions[index]);
    if (moved !== undefined) return reject('VERSION_MISMATCH', `Blue ${moved.env_id} is at version ${moved.version}`);
    if ((target?.blue.version ?? null) !== payload.base_version)
      return reject(
        'VERSION_MISMATCH',
        target === undefined
          ? `${payload.target_env} does not exist yet`
          : `Blue ${payload.target_env} is at version ${target.blue.version}`,
      );
    const isNewContent = payload.state_hash !== undefined;
    const blue = nextBlue(context, {
      env_id: payload.target_env,
      state_hash: stateHash,
      metadata: payload.metadata ?? target?.blue.metadata ?? {},
      file_count: payload.file_count ?? (isNewContent ? null : (target?.blue.file_count ?? null)),
      size_bytes: payload.size_bytes ?? (isNewContent ? null : (target?.blue.size_bytes ?? null)),
      sources,
      note: payload.note,
    });
    if (target === undefined) makeEnvironment(context, payload.target_env, blue);
    else writeEnvironment(state, withVersion(target, blue));
    return null;
  },
});
