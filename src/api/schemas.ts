import { z } from 'zod';
import { count, hash } from '../base/fields.ts';
import { IDENTIFIER_LENGTH_MAX, PAGE_ROWS_MAX } from '../base/limits.ts';

/** The schemas that every view is made of, besides those of the base. Times are Unix milliseconds; names are the wire's, in snake case. */
export const time = z.int();
export const identifier = z.string().min(1).max(IDENTIFIER_LENGTH_MAX);
export const pageLimit = z.int().min(1).max(PAGE_ROWS_MAX);
/** A moment of the chain: the last block at or before a time, or a height. Absent: now. */
export const moment = z.union([z.strictObject({ height: count }), z.strictObject({ time })]).optional();
export const zone = z.enum(['blue_state', 'green_state', 'governance']);
export const namespace = z.enum(['environments', 'members', 'parameters', 'policies', 'proposals', 'validators']);

/** Why something failed, and what to do. */
export const failure = z.object({ code: z.string(), message: z.string(), advice: z.string() });

/** Which chain, and which of its eras: what signatures are for. */
export const chainIdentity = {
  /** The name that was chosen for it. */
  chain_id: z.string(),
  /** Hash of block 0. */
  genesis: hash,
  era: count,
};
