import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { count, hash } from '../../base/fields.ts';
import { EVENT_TYPES_MAX } from '../../base/limits.ts';
import { ACTION_NAMES, findAction } from '../../ledger/actions/registry.ts';
import { read, watch } from '../procedure.ts';
import { identifier, pageLimit, time } from '../schemas.ts';
import { alert, health } from './node.ts';

/**
 * What happened, in the order of the chain. It is read from the blocks each time, so that a subscriber who was away, however long,
 * gets each event exactly once: it continues behind the last cursor that it had.
 */

/** Block, place in it, and part: 0 is the block itself, n its nth transaction. Cursors of one chain are ordered by their three numbers. */
export const eventCursor = z
  .string()
  .regex(/^\d{1,15}\.\d{1,7}\.\d{1,5}$/)
  .meta({ description: 'A place behind which a subscription continues, as an event carries it.' });

const CHANGES = [
  'proposal_opened',
  'proposal_voted',
  'proposal_commented',
  'proposal_executed',
  'proposal_closed',
] as const;

/** What takes effect by itself: what makes a proposal, votes on it or speaks of it is told as a change of the proposal. */
const DONE = ACTION_NAMES.filter((name) => findAction(name)?.ofProposal === null);

/** All that can be asked for: `operation` events have the name of their action. */
export const EVENT_TYPES = ['block', ...DONE, ...CHANGES, 'rollback_proposed', 'health'] as const;

const placed = {
  cursor: eventCursor,
  block_index: count,
  block_time: time,
};

const done = {
  ...placed,
  transaction_id: hash,
  log_index: count,
  /** Who signed it; null where no member has that key any more. */
  member_id: identifier.nullable(),
};

/** A block is final. Its events follow. */
export const blockCommitted = z.object({
  kind: z.literal('block'),
  type: z.literal('block'),
  ...placed,
  block_hash: hash,
  validator: identifier,
  transaction_count: count,
  log_size: count,
});

/** An operation took effect: of the transaction itself, each of a batch, or what a proposal does when its last approval comes. */
export const operationDone = z.object({
  kind: z.literal('operation'),
  /** The action: `promote_environment`. */
  type: z.string(),
  ...done,
  env_id: identifier.nullable(),
  /** The proposal that it was done by; null where it needed none. */
  proposal_id: hash.nullable(),
});

/** A proposal was made, voted on, spoken of or ended. `rollback_proposed` comes with the proposal, before anything is undone. */
export const proposalChanged = z.object({
  kind: z.literal('proposal'),
  type: z.enum([...CHANGES, 'rollback_proposed']),
  ...done,
  proposal_id: hash,
  /** What it would do. */
  action: z.string(),
  title: z.string(),
});

/** How the node is. It is of this moment, has no place in the chain, and is not sent again. */
export const healthChanged = z.object({
  kind: z.literal('health'),
  type: z.literal('health'),
  cursor: z.null(),
  health,
  alerts: z.array(alert),
});

export const blockEvent = z.discriminatedUnion('kind', [blockCommitted, operationDone, proposalChanged]);
export type BlockEvent = z.infer<typeof blockEvent>;

export const followedEvent = z.discriminatedUnion('kind', [
  blockCommitted,
  operationDone,
  proposalChanged,
  healthChanged,
]);
export type FollowedEvent = z.infer<typeof followedEvent>;

export const followInput = z.strictObject({
  /** Continues behind this event. */
  after: eventCursor.optional(),
  /** Begins with this block, where there is no `after`. Without both: with the next block. */
  from_block: count.optional(),
  /** Only these; absent: all. */
  types: z.array(z.enum(EVENT_TYPES)).min(1).max(EVENT_TYPES_MAX).optional(),
});
export type FollowInput = z.infer<typeof followInput>;

export const blockEvents = z.object({
  events: z.array(blockEvent),
  /** The `offset` of the block's next events; null where there are no more. */
  next_offset: count.nullable(),
});
export type BlockEvents = z.infer<typeof blockEvents>;

/** What the thread for reads answers. */
export const eventProcedures = {
  /** What one block did; `offset` and `limit` count its transactions. The block itself comes with offset 0. */
  blockEvents: read
    .input(z.strictObject({ index: count, offset: count.default(0), limit: pageLimit }))
    .output(blockEvents),
};

export const followProcedures = {
  /** Events from a place on, without an end; each exactly once, in order. */
  follow: watch.input(followInput).output(eventIterator(followedEvent)),
};
