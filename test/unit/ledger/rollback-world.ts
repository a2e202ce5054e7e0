import { encodeHash } from '../../../src/base/bytes.ts';
import type { JsonObject } from '../../../src/base/canonical.ts';
import { GovernedWorld } from './governance-world.ts';
import { CONTENT, OTHER } from './world.ts';

/** The payload that takes a chain back to one of its blocks. */
export function backTo(world: GovernedWorld, height: number, scope: readonly string[] | null = null): JsonObject {
  const block = world.blocks[height];
  if (block === undefined) throw new Error(`there is no block ${height}`);
  return {
    target_height: height,
    target_hash: block.hash,
    environments_root: encodeHash(block.roots.environments.hash),
    scope,
    reason: 'what was promoted since is wrong',
  };
}

export const env = (envId: string, stateHash: string = CONTENT): JsonObject => ({
  env_id: envId,
  state_hash: stateHash,
  metadata: {},
});

export const recalling = (envId: string, changes: JsonObject = {}): JsonObject => ({
  env_id: envId,
  reason: 'it leaks its test set',
  superseded_by: null,
  emergency: false,
  ...changes,
});

/**
 * Block 1: alpha, version 1. Block 2: it is Green. Blocks 3 and 4: version 2, and that Green. Block 5: beta. Nothing is Green of
 * beta.
 */
export function twiceGreen(options: Parameters<typeof GovernedWorld.governed>[0] = {}): GovernedWorld {
  const world = GovernedWorld.governed(options);
  world.must('create_environment', env('alpha'));
  world.must('promote_environment', env('alpha'));
  world.must('update_environment', env('alpha', OTHER));
  world.must('promote_environment', env('alpha', OTHER));
  world.must('create_environment', env('beta'));
  return world.later(1_000);
}
