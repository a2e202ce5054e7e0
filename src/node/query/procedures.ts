import { implement, os } from '@orpc/server';
import { reads } from '../../api/contract.ts';
import type { ContentQueries } from './content-queries.ts';
import type { Queries } from './queries.ts';

type Work = <T>(work: (queries: Queries) => T) => T;

/**
 * What every read is given. Work on the index is done at once, and again where the index had to be rebuilt under it.
 */
export interface ReadContext {
  /** On the index as it is. */
  readonly read: Work;
  /** Once the index has caught up, as far as a person would not notice: so a list has what was just committed. */
  readonly fresh: Work;
  /** Without what is remembered of an older head. */
  readonly newest: Work;
  /** What was found. @throws STORAGE_CORRUPT where that there is nothing cannot be said */
  readonly orDamage: <T extends readonly unknown[] | object | null>(found: T) => T;
  readonly content: ContentQueries;
  /** In whose name this node seals; null where it only reads. */
  readonly validatorId: string | null;
  /** The host's, Unix milliseconds. */
  readonly now: number;
}

/** The reads of the contract, to be implemented in `reads/`: there the input is what the contract says, and so must the answer be. */
export const procedures = implement(reads).$context<ReadContext>();

/** What the node alone asks of its thread. */
export const ownProcedure = os.$context<ReadContext>();
