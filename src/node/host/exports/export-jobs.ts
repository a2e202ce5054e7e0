import { join } from 'node:path';
import type { AuditFilter } from '../../../api/chain/audit.ts';
import type { ExportEvent, ReportPreviewEvent } from '../../../api/operator/exports.ts';
import { encodeCanonicalText, type JsonObject } from '../../../base/canonical.ts';
import { exportHash, type ExportKind } from '../../../ledger/documents/export-manifest.ts';
import { ExportFolder } from '../../export/export-folder.ts';
import { makeExportInThread, withExportThread } from '../../export/export-thread.ts';
import { withScratch } from '../../recovery/with-scratch.ts';
import type { QuantumNode } from '../../quantum-node.ts';
import type { EventJob } from '../jobs.ts';
import { signAsNode, type SigningHost } from '../sign-as-node.ts';

/** Whose exports they are. */
export interface ExportHost extends SigningHost {
  readonly node: Pick<QuantumNode, 'height' | 'signStatement'>;
  readonly options: SigningHost['options'] & { readonly version: string };
}

type Progress = Extract<ExportEvent, { type: 'progress' }>;

const measure = ({ done, total }: Progress): { readonly done: number; readonly total: number } => ({ done, total });

const KINDS: Readonly<Record<ExportKind, string>> = {
  jsonl: 'Export as JSON Lines',
  csv: 'Export as CSV',
  cef: 'Export as CEF',
  html: 'Report as a page',
  pdf: 'Report as PDF',
  blocks: 'Export of the whole chain',
};

/** Made in a scratch directory, and taken over when it is signed: what is listed is whole. */
export function exporting(
  host: ExportHost,
  { kind, filter }: { readonly kind: ExportKind; readonly filter: AuditFilter },
): EventJob<ExportEvent> {
  const { dataDirectory, options } = host;
  return {
    kind: 'export',
    title: KINDS[kind],
    key: `${dataDirectory} ${kind} ${keyOf(filter)}`,
    measure,
    work: (report, signal) =>
      withScratch(dataDirectory, async (scratch) => {
        const begin = performance.now();
        const folder = new ExportFolder(dataDirectory);
        folder.assertHasRoom();
        const createdAt = options.now();
        const output = join(scratch, folder.nameAt(createdAt, kind));
        const made = await makeExportInThread(
          { dataDirectory, finalHeight: host.node.height, kind, filter, output, createdAt, software: options.version },
          {
            ...followerOf(report, signal),
            sign: (manifest) => signAsNode(host, 'export', { stated: manifest, digest: exportHash(manifest) }),
          },
        );
        const { manifest } = made.signed;
        const { rows, from_block, to_block, checkpoint } = manifest;
        return {
          type: 'done',
          export: folder.take(made, output),
          manifest: exportHash(manifest),
          rows,
          from_block,
          to_block,
          checkpoint,
          duration_ms: performance.now() - begin,
        };
      }),
  };
}

export function previewing(
  { dataDirectory, node, options }: ExportHost,
  { filter }: { readonly filter: AuditFilter },
): EventJob<ReportPreviewEvent> {
  return {
    kind: 'preview',
    title: 'Preview of a report',
    key: `${dataDirectory} ${keyOf(filter)}`,
    measure,
    work: (report, signal) => {
      const follower = followerOf(report, signal);
      const request = {
        dataDirectory,
        finalHeight: node.height,
        filter: filter as JsonObject,
        createdAt: options.now(),
        software: options.version,
      };
      return withExportThread(follower, async (remote, given) => ({
        type: 'done',
        ...(await remote.preview(request, given)),
      }));
    },
  };
}

function followerOf(
  report: (progress: Progress) => void,
  signal: AbortSignal,
): { readonly signal: AbortSignal; readonly report: (progress: Omit<Progress, 'type'>) => void } {
  return { signal, report: (progress) => report({ type: 'progress', ...progress }) };
}

function keyOf(filter: AuditFilter): string {
  return encodeCanonicalText(filter);
}
