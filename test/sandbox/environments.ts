import type { Hash } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/canonical.ts';
import type { Person } from './people.ts';

/** The environments of the seeded chain: many families, some ahead of their Green, some merged, some checkpointed. */

export const ENVIRONMENT_COUNT = 214;
const FAMILIES = ['grid-maze', 'cartpole-wind', 'negotiation-llm', 'tool-use-bench', 'lunar-lander-x', 'web-forms'];
/** Its Green is version 1 and its Blue version 2. */
export const AHEAD = 'cartpole-wind-04';

export interface Operation {
  readonly person: Person;
  readonly action: string;
  readonly payload: JsonObject;
}

/** What the two versions hold. */
export interface Contents {
  readonly first: Hash;
  readonly second: Hash;
}

function environmentId(number: number): string {
  const family = FAMILIES[number % FAMILIES.length] ?? '';
  const generation = Math.floor(number / FAMILIES.length);
  return generation === 0 ? family : `${family}-${String(generation).padStart(2, '0')}`;
}

const IDS: readonly string[] = Array.from({ length: ENVIRONMENT_COUNT }, (_, number) => environmentId(number));

function metadataOf(envId: string, version: 1 | 2): JsonObject {
  return {
    name: envId.replaceAll('-', ' '),
    description: 'A test bed for planning under wind.',
    max_steps: 200 * version,
    reward: { goal: version === 1 ? 1 : 10, step: -1 },
  };
}

/** Batches of operations, each on what the one before it did. */
export function seedOperations({ first, second }: Contents): readonly (readonly Operation[])[] {
  const green = IDS.filter((_, number) => number % 5 === 0);
  const created = IDS.map((envId): Operation => {
    const payload = { env_id: envId, state_hash: first, metadata: metadataOf(envId, 1) };
    return { person: 'trainer-07', action: 'create_environment', payload };
  });
  const promoted = green.map((envId): Operation => {
    const payload = {
      env_id: envId,
      state_hash: first,
      metadata: metadataOf(envId, 1),
      blue_version: 1,
      green_version: null,
    };
    return { person: 'operations-2', action: 'promote_environment', payload };
  });
  const checkpointed = green.slice(0, 10).map((envId): Operation => {
    const payload = { env_id: envId, checkpoint_hash: first, green_version: 1, version: '1.0.0' };
    return { person: 'operations-2', action: 'checkpoint_state', payload };
  });
  const updated = IDS.filter((_, number) => number % 2 === 1 || number % 5 === 0).map((envId): Operation => {
    const payload = { env_id: envId, base_version: 1, state_hash: second, metadata: metadataOf(envId, 2) };
    return { person: 'trainer-07', action: 'update_environment', payload };
  });
  const merged = IDS.filter((_, number) => number % 20 === 4).map((envId, index): Operation => {
    const payload = {
      source_envs: [IDS[20 * index + 5] ?? ''],
      source_versions: [2],
      target_env: envId,
      base_version: 1,
      merge_strategy: 'manual',
      state_hash: second,
      metadata: metadataOf(envId, 2),
    };
    return { person: 'trainer-07', action: 'merge_environments', payload };
  });
  return [created, promoted, checkpointed, updated, merged];
}
