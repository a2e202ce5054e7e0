import { z } from 'zod';
import { count, hash, jsonObject, publicKey } from '../../base/fields.ts';
import { read } from '../procedure.ts';
import { chainIdentity, identifier, namespace, pageLimit, time } from '../schemas.ts';
import { requirementView } from './governance.ts';
import { person } from './members.ts';
import { rejection, stateChange } from './submission.ts';

/** Proposals: what they would do, and who has approved. */

export const proposalStatus = z.enum(['open', 'executed', 'rejected', 'withdrawn', 'stale', 'expired']);
export type ProposalStatus = z.infer<typeof proposalStatus>;

/** A line of the list of proposals. */
export const proposalRow = z.object({
  proposal_id: hash,
  /** A short phrase in the imperative: "Add validator authority-5". */
  title: z.string(),
  action: z.string(),
  env_id: z.string().nullable(),
  status: proposalStatus,
  proposer: person,
  proposed_at: time,
  expires_at: time,
  closed_at: time.nullable(),
  /** What must be met before the change; the change may ask for more (see the proposal itself). */
  requirements: z.array(requirementView),
  /** Whether it is open and can never happen any more, because what it was made for has changed: the next word ends it. */
  stale: z.boolean(),
  /** Members who may vote and have not approved or rejected yet; empty once it has ended, or can only end. */
  waiting_for: z.array(person),
});
export type ProposalRow = z.infer<typeof proposalRow>;

export const proposalPage = z.object({
  /** Open: soonest to expire first. Ended: newest first. */
  proposals: z.array(proposalRow),
  /** Pass as `offset` for the next page; null at the end. */
  next_offset: count.nullable(),
  total: count,
});
export type ProposalPage = z.infer<typeof proposalPage>;

export const voteView = z.object({
  member: person,
  public_key: publicKey,
  decision: z.enum(['approve', 'reject']),
  reason: z.string().nullable(),
  voted_at: time,
  transaction_id: hash,
  /** Who brought it in, where it was signed elsewhere. */
  carried_by: person.nullable(),
  /** Whether it counts now: an active member in the role, by a key that is still its own. */
  counts: z.boolean(),
});
export type VoteView = z.infer<typeof voteView>;

/** What a member said of a proposal, in a transaction of its own. */
export const commentView = z.object({
  member: person,
  public_key: publicKey,
  text: z.string(),
  commented_at: time,
  transaction_id: hash,
});
export type CommentView = z.infer<typeof commentView>;

/** What happens when the approvals are complete, found by executing the proposal on a copy of the newest state. */
export const proposalEffect = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('applies'),
    sentence: z.string(),
    changes: z.array(stateChange),
    warnings: z.array(z.string()),
  }),
  /** The state has moved on since it was proposed: it can only end stale. */
  z.object({ outcome: z.literal('stale'), namespace, key: z.string() }),
  z.object({ outcome: z.literal('refused'), rejection }),
  /** It has ended. What it changed, where it was executed. */
  z.object({ outcome: z.literal('ended'), sentence: z.string(), changes: z.array(stateChange) }),
]);
export type ProposalEffect = z.infer<typeof proposalEffect>;

export const proposalView = proposalRow.extend({
  ...chainIdentity,
  payload: jsonObject,
  pre_state: hash,
  reads: z.array(z.object({ namespace, key: z.string(), value_hash: hash.nullable() })),
  /** The canonical text that the proposal's id is the digest of. */
  canonical: z.string(),
  /** The id's words: the same in the console, the command line and the exported file. */
  fingerprint: z.array(z.string()),
  /** The block that holds it: the state that it was made for is the one before. */
  block_index: count,
  transaction_id: hash,
  closed_by: hash.nullable(),
  closed_block: count.nullable(),
  /** What must be met after the change too, where the change itself moves who may vote; empty where nothing differs. */
  requirements_after: z.array(requirementView),
  votes: z.array(voteView),
  /** In order. */
  comments: z.array(commentView),
  effect: proposalEffect,
  /** The state that the answer is about. */
  height: count,
});
export type ProposalView = z.infer<typeof proposalView>;

/** A proposal before it is made: what it would be bound to, and what it would do. */
export const draft = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('draft'),
    title: z.string(),
    pre_state: hash,
    sentence: z.string(),
    changes: z.array(stateChange),
    warnings: z.array(z.string()),
    requirements: z.array(requirementView),
    /** Proposals expire by the chain's time: the next block's is this at least, and more where a clock says more. */
    least_time: time,
    /** How long it can be approved where nobody says otherwise: a week, or the chain's own maximum where that is less. */
    lifetime_ms: count,
  }),
  z.object({ outcome: z.literal('rejected'), rejection }),
]);
export type Draft = z.infer<typeof draft>;

export const proposalProcedures = {
  proposals: read
    .input(z.strictObject({ state: z.enum(['open', 'ended']), offset: count.default(0), limit: pageLimit }))
    .output(proposalPage),
  proposal: read.input(z.strictObject({ proposal_id: hash })).output(proposalView),
  /** The proposal as a file that can be reviewed and signed without a network (docs/TECHNICAL_SPEC.md). */
  proposalFile: read.input(z.strictObject({ proposal_id: hash })).output(z.object({ text: z.string() })),
  /** What a proposal by this member would be bound to, and would do now. Changes nothing. */
  draft: read.input(z.strictObject({ action: z.string(), payload: jsonObject, proposer: identifier })).output(draft),
};
