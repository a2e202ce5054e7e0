import { z } from 'zod';
import { count, hash } from '../../base/fields.ts';
import { GREEN_HOLDERS_MAX } from '../../base/limits.ts';
import { environmentId } from '../../ledger/actions/fields.ts';
import { GREEN_PROOF_FORMAT } from '../../ledger/proofs/green-proof.ts';
import { read } from '../procedure.ts';
import { identifier, moment, pageLimit, time } from '../schemas.ts';
import { greenVersion } from './environments.ts';
import { sealedHeader, stateEntryProof, stateProof } from './proofs.ts';

/** Whether something was Green, answered with a proof (TECHNICAL_SPEC.md §10): the verdict is found by the one who checks it. */

export const greenProof = z.object({
  format: z.literal(GREEN_PROOF_FORMAT),
  env_id: identifier,
  /** The time that was asked about; null where the block was. */
  at: time.nullable(),
  state_hash: hash.nullable(),
  version: count.nullable(),
  record: stateProof,
  /** Where there is no such environment: of what a rollback keeps of it. */
  removed: stateEntryProof.nullable(),
  /** Of a recall that the record does not name any longer. */
  recall: stateEntryProof.nullable(),
  /** Null where that block was the newest. */
  next: sealedHeader.nullable(),
});

/** An environment that has a content; `recalled`: it was its newest recall. */
export const greenHolder = z.object({ env_id: identifier, as: z.enum(['green', 'recalled', 'blue']), version: count });
export type GreenHolder = z.infer<typeof greenHolder>;

export const greenHolders = z.object({
  height: count,
  time,
  /** What is Green first; at most so many as the limit says. */
  holders: z.array(greenHolder).max(GREEN_HOLDERS_MAX),
  truncated: z.boolean(),
});
export type GreenHolders = z.infer<typeof greenHolders>;

/** What was Green in a state, by env_id. */
export const greenList = z.object({
  height: count,
  time,
  hash,
  state_root: hash,
  environments: z.array(
    z.object({
      env_id: identifier,
      green: greenVersion,
      archived_at: time.nullable(),
      /** Of the files, where they are still Blue's and were counted. */
      file_count: count.nullable(),
      size_bytes: count.nullable(),
    }),
  ),
  /** To continue after the last of them, at the same height; null where there is no more. */
  next_after: z.string().nullable(),
});
export type GreenList = z.infer<typeof greenList>;

export const greenProcedures = {
  greenList: read
    .input(z.strictObject({ at: moment, after: z.string().max(300).optional(), limit: pageLimit }))
    .output(greenList),
  greenProof: read
    .input(
      z.strictObject({
        env_id: environmentId,
        at: moment,
        state_hash: hash.optional(),
        version: count.min(1).optional(),
      }),
    )
    .output(greenProof),
  /** Which environments have a content, in the state of a moment. */
  greenHolders: read.input(z.strictObject({ state_hash: hash, at: moment })).output(greenHolders),
};
