import { z } from 'zod';
import { count, hash, json } from '../../base/fields.ts';
import { read, write } from '../procedure.ts';
import { time } from '../schemas.ts';

/** The result of a transaction: tried on a copy of the state, or put on the chain. */

export const receipt = z.object({
  id: hash,
  log_index: count,
  block_index: count,
  block_hash: hash,
  block_time: time,
});

export const rejection = z.object({ code: z.int(), name: z.string(), message: z.string() });

/** One changed value of the state, as executing the transaction on a copy found it. */
export const stateChange = z.object({
  namespace: z.string(),
  key: z.string(),
  /** Dotted path inside the value; empty for the whole value. */
  path: z.string(),
  before: json.optional(),
  after: json.optional(),
  /**
   * `after` is known only when it happens, and stands here as it would be now: the block's time, or the id of the
   * transaction that executes it.
   */
  set_at_commit: z.enum(['time', 'transaction', 'approvals']).optional(),
});
export type StateChange = z.infer<typeof stateChange>;

/** The proposal that a transaction makes or votes on: what that would do, and what it is known by. */
export const affectedProposal = z.object({
  proposal_id: hash,
  sentence: z.string(),
  changes: z.array(stateChange).readonly(),
  /** Whether this very signature makes it happen. */
  happens_now: z.boolean(),
});

/** What executing a transaction on a copy of the newest state gives. */
export const simulation = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('applied'),
    sentence: z.string(),
    changes: z.array(stateChange).readonly(),
    warnings: z.array(z.string()).readonly(),
    proposal: affectedProposal.nullable(),
  }),
  z.object({ outcome: z.literal('rejected'), rejection }),
]);

export const submissionProcedures = {
  /** Canonical JSON of a signed transaction. Answers when it is on disk; sending it twice gives the same receipt. */
  submit: write
    .input(
      z.strictObject({
        transaction: z.string(),
        /** Asks for the receipt as a document that verifies without the node, where this node signs checkpoints. */
        with_receipt: z.literal('cose').optional(),
      }),
    )
    .output(
      z.discriminatedUnion('outcome', [
        z.object({
          outcome: z.literal('committed'),
          receipt,
          /** COSE_Sign1 in base64; left out where it was not asked for, null where this node signs no checkpoints. */
          cose_receipt: z.string().nullable().optional(),
        }),
        z.object({ outcome: z.literal('rejected'), rejection }),
      ]),
    ),
  /** Canonical JSON of an unsigned transaction: what it would do now. Changes nothing. */
  simulate: read.input(z.strictObject({ unsigned: z.string() })).output(simulation),
};
