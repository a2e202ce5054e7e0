import { z } from 'zod';
import { decodeHex, encodeUtf8, type Hash } from '../../base/bytes.ts';
import { encodeCanonicalText, type Json, type JsonObject } from '../../base/canonical.ts';
import { hash, json } from '../../base/fields.ts';
import { PROPOSAL_FILE_ENVIRONMENTS_SIZE_BYTES_MAX, PROPOSAL_FILE_READS_MAX } from '../../base/limits.ts';
import { environmentId } from '../actions/fields.ts';
import { changesIn, type RollbackTarget } from '../actions/rollback-plan.ts';
import { countsOf, rollbackCounts } from '../actions/rollback-words.ts';
import { isFrozen } from '../governance/freeze-state.ts';
import type { PastBlock, ReadableState } from '../state/access.ts';
import { recallPlace, removedPlace } from '../state/readers.ts';
import type { EnvironmentRecord } from '../state/records.ts';
import { isHeldValue } from './held-values.ts';

/**
 * What the file of a rollback tells of the environments. A rollback rests on a past block, so nothing of it is bound by the
 * proposal's id but that block's hash and the root of its environments.
 */
export const toldRollbackSchema = z.strictObject({
  /** Of the state that the file was made from. */
  environments_root: hash,
  frozen: z.boolean(),
  counts: rollbackCounts,
  /** As many of those that change as the file has room for, by env_id; null where there is no such value. */
  environments: z
    .array(
      z.strictObject({
        env_id: environmentId,
        /** As it is now, and as it was in the block. */
        now: json,
        there: json,
        /** What a rollback kept of it that took it away. */
        removed: json,
        /** The recall of the promotion by which it was Green there. */
        recall: json,
      }),
    )
    .max(PROPOSAL_FILE_READS_MAX),
});
export type ToldRollback = z.infer<typeof toldRollbackSchema>;

/** What there is to tell in this state of a rollback. */
export function toldRollbackOf(
  state: Pick<ReadableState, 'get' | 'past' | 'environmentsThen'>,
  target: RollbackTarget,
  environmentsRoot: Hash,
): ToldRollback {
  const changes = changesIn(state, target) ?? [];
  const environments: ToldRollback['environments'] = [];
  let room = PROPOSAL_FILE_ENVIRONMENTS_SIZE_BYTES_MAX;
  for (const { env_id, now, there, removed, recall } of changes) {
    const entry = { env_id, now: now ?? null, there: there ?? null, removed: removed ?? null, recall: recall ?? null };
    room -= encodeUtf8(encodeCanonicalText(entry)).length;
    if (room < 0 || environments.length === PROPOSAL_FILE_READS_MAX) break;
    environments.push(entry as unknown as ToldRollback['environments'][number]);
  }
  return {
    environments_root: environmentsRoot,
    frozen: isFrozen(state),
    counts: countsOf(changes),
    environments,
  };
}

/** The first value that no chain has, or that has no business here; null where all is in order. */
export function strangeIn({ environments, counts }: ToldRollback, { scope }: RollbackTarget): string | null {
  if (environments.length > counts.changing) return 'environments';
  for (const [index, { env_id, now, there, removed, recall }] of environments.entries()) {
    const isInOrder = index === 0 || (environments[index - 1]?.env_id ?? '') < env_id;
    const isWhole = (now !== null || there !== null) && (recall === null || greenIn(there) !== null);
    const isHeld =
      isRecordOf(env_id, now) &&
      isRecordOf(env_id, there) &&
      isHeldValue('environments', removedPlace(env_id), removed) &&
      isHeldValue('environments', recallPlace(env_id, ''), recall);
    if (!isInOrder || !isWhole || !isHeld || scope?.includes(env_id) === false) return env_id;
  }
  return null;
}

function isRecordOf(envId: string, value: Json): boolean {
  return isHeldValue('environments', envId, value) && (value === null || (value as JsonObject)['env_id'] === envId);
}

const greenIn = (there: Json): EnvironmentRecord['green'] => (there as EnvironmentRecord | null)?.green ?? null;

/** The state that such a file tells of: the environments that change, and the block that it names. */
export function toldState(
  told: ToldRollback,
  target: RollbackTarget,
): Pick<ReadableState, 'get' | 'past' | 'environmentsThen'> {
  const values = new Map<string, Json>([['parameters/freeze', { frozen: told.frozen }]]);
  for (const { env_id, now, there, removed, recall } of told.environments) {
    values.set(`environments/${env_id}`, now);
    values.set(`environments/${removedPlace(env_id)}`, removed);
    values.set(`environments/${recallPlace(env_id, greenIn(there)?.transaction_id ?? '')}`, recall);
  }
  const block: PastBlock = {
    hash: target.target_hash,
    environments: { hash: decodeHex(target.environments_root), page: 0 },
  };
  return {
    get: (namespace, key) => values.get(`${namespace}/${key}`) ?? undefined,
    past: (height) => (height === target.target_height ? block : undefined),
    environmentsThen: () => new Map(told.environments.map(({ env_id, there }) => [env_id, there ?? undefined])),
  };
}

/** What to know of a review that has nothing but such a file. */
export function unsignedWarnings(told: ToldRollback, target: RollbackTarget): string[] {
  const { counts, environments } = told;
  const missing = counts.changing - environments.length;
  return [
    `What the environments are now, and were in block ${target.target_height}, is what the file tells: nothing of it is covered by your signature, and anyone who carried the file could have changed it. What you sign is the return to the block with the hash ${target.target_hash}.`,
    ...(missing > 0
      ? [
          `The file has no room for ${missing} of the ${counts.changing} environments that change. By what it tells, of all of them ${counts.returning} become Green again, ${counts.leaving} leave Green, ${counts.exchanged} have another version Green, and ${counts.vanishing} vanish.`,
        ]
      : []),
  ];
}
