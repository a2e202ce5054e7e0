import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { count, hash } from '../../base/fields.ts';
import { EXPORT_KINDS } from '../../ledger/documents/export-manifest.ts';
import { auditFilter } from '../chain/audit.ts';
import { askNode, followNode } from '../procedure.ts';
import { time } from '../schemas.ts';
import { jobStarted } from './jobs.ts';

/** Exports of the open chain, made on this machine and signed by its validator. They lie in the data directory until a person saves them elsewhere. */

/** An export that is there. */
export const exportView = z.object({
  /** Of its file. */
  name: z.string(),
  kind: z.enum(EXPORT_KINDS),
  /** The whole path on this machine. */
  path: z.string(),
  size_bytes: count,
  made_at: time,
  /** Of the file that holds its manifest, and has to go with it; null where the export holds its own. */
  manifest_name: z.string().nullable(),
});
export type ExportView = z.infer<typeof exportView>;

/** In blocks. */
const progress = z.object({ type: z.literal('progress'), done: count, total: count });

export const exportEvent = z.discriminatedUnion('type', [
  jobStarted,
  progress,
  z.object({
    type: z.literal('done'),
    export: exportView,
    /** The digest of its manifest, which names it. */
    manifest: hash,
    /** Transactions, or blocks of a whole chain. */
    rows: count,
    from_block: count,
    to_block: count,
    /** Hash of block `to_block`. */
    checkpoint: hash,
    duration_ms: z.number(),
  }),
]);
export type ExportEvent = z.infer<typeof exportEvent>;

export const reportPreviewEvent = z.discriminatedUnion('type', [
  jobStarted,
  progress,
  z.object({
    type: z.literal('done'),
    /** The page as it would be written; null where it is too long to be shown at once. */
    html: z.string().nullable(),
    size_bytes: count,
  }),
]);
export type ReportPreviewEvent = z.infer<typeof reportPreviewEvent>;

export const exportProcedures = {
  /**
   * Makes one, of what the filter finds; `blocks` are the whole chain, whatever it is. It continues when nobody follows it;
   * `cancelJob` stops it, and leaves nothing half-made. @throws USAGE where a report is asked for with a filter that it does not have
   */
  runExport: followNode
    .input(z.strictObject({ job_id: z.string().optional(), kind: z.enum(EXPORT_KINDS), filter: auditFilter }))
    .output(eventIterator(exportEvent)),
  /** The report as a page, without a signature and without a file. @throws USAGE as above */
  previewReport: followNode
    .input(z.strictObject({ job_id: z.string().optional(), filter: auditFilter }))
    .output(eventIterator(reportPreviewEvent)),
  /** Newest first. */
  exports: askNode.output(z.object({ directory: z.string(), exports: z.array(exportView) })),
  /** Some bytes of an export or of the manifest beside one, from `offset` on; none at its end. @throws NOT_FOUND */
  exportPart: askNode
    .input(z.strictObject({ name: z.string().max(100), offset: count }))
    .output(z.object({ base64: z.string(), size_bytes: count })),
};
