import { z } from 'zod';
import { count } from '../../base/fields.ts';
import { read } from '../procedure.ts';
import { pageLimit, time } from '../schemas.ts';
import { transactionRow } from './transactions.ts';

/** The audit log, and finding. */

export const auditFilter = z.strictObject({
  actions: z.array(z.string()).max(32).optional(),
  /** A member id or a public key. */
  signer: z.string().max(200).optional(),
  env_id: z.string().max(200).optional(),
  from_time: time.optional(),
  to_time: time.optional(),
  from_block: count.optional(),
  to_block: count.optional(),
  /** Words that all occur in the transaction's text, a prefix each. */
  text: z.string().max(200).optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

export const auditPage = z.object({
  /** Newest first. */
  rows: z.array(transactionRow),
  /** Pass as `before_log_index` for the next page; null at the end. */
  next_before: count.nullable(),
  indexed_height: count,
  log_size: count,
});
export type AuditPage = z.infer<typeof auditPage>;

export const searchResult = z.object({
  kind: z.enum(['block', 'transaction', 'environment', 'member']),
  id: z.string(),
  title: z.string(),
  subtitle: z.string(),
});
export type SearchResult = z.infer<typeof searchResult>;

export const auditProcedures = {
  /** Newest first. `before_log_index` (exclusive) may be any position: without a filter it gives random access. */
  audit: read
    .input(z.strictObject({ filter: auditFilter, before_log_index: count.optional(), limit: pageLimit }))
    .output(auditPage),
  /** How many match, counted up to a bound; `exact` is false where the bound was reached. */
  auditCount: read.input(z.strictObject({ filter: auditFilter })).output(z.object({ count, exact: z.boolean() })),
  search: read
    .input(z.strictObject({ text: z.string().min(1).max(200) }))
    .output(z.object({ results: z.array(searchResult) })),
};
