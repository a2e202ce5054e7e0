import type { JsonObject } from '../../../src/base/canonical.ts';
import type { Rejection, RejectionName } from '../../../src/ledger/rejections.ts';
import type { Rule } from './governance-rules.ts';
import { backTo, recalling, twiceGreen } from './rollback-world.ts';
import { CONTENT } from './world.ts';

const goingBack =
  (changes: JsonObject, height = 2) =>
  (): Rejection | null => {
    const world = twiceGreen();
    return world.tryPropose('rollback', { ...backTo(world, height), ...changes });
  };
const takingBack = (changes: JsonObject) => (): Rejection | null =>
  twiceGreen().ask('recall_environment', recalling('alpha', changes));
const supersededBy = (envId: string, version: number) => takingBack({ superseded_by: { env_id: envId, version } });

/** Of what goes back: to a block, or from Green. */
export const RECOVERY_RULES = {
  TARGET_NOT_FOUND: {
    rule: 'a rollback goes back to a block before the one that it is executed in',
    passes: [goingBack({}), goingBack({}, 0), goingBack({}, 4)],
    fails: [goingBack({ target_height: 6 }), goingBack({ target_height: Number.MAX_SAFE_INTEGER })],
  },
  TARGET_MISMATCH: {
    rule: 'a rollback names the hash of its block, and the root of the environments there',
    passes: [goingBack({ scope: ['alpha'] })],
    fails: [
      goingBack({ target_hash: CONTENT }),
      goingBack({ environments_root: CONTENT }),
      // All three name a block of the chain, but not the same one.
      goingBack({ target_height: 3 }),
    ],
  },
  RECALL_INVALID: {
    rule: 'what supersedes a recalled version is there, and is another one',
    passes: [takingBack({}), supersededBy('alpha', 1), supersededBy('beta', 1)],
    fails: [supersededBy('alpha', 2), supersededBy('alpha', 3), supersededBy('beta', 2), supersededBy('gamma', 1)],
  },
} satisfies Partial<Record<RejectionName, Rule>>;
