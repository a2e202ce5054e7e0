import { parentPort } from 'node:worker_threads';
import { defined } from '../../base/assert.ts';
import type { ExportManifest } from '../../ledger/documents/export-manifest.ts';
import { progressTo, serveOwner } from '../threads/serve-port.ts';
import type { ContentWork } from './export-content.ts';
import { BegunExport, type ExportSignature, type MadeExport, type MakeExportOptions } from './make-export.ts';
import { previewReport, type PreviewedReport, type PreviewRequest } from './report/preview-report.ts';

/** The thread that reads and writes an export: neither the thread that seals nor the one that asked waits for it. */
export type ExportHandlers = typeof handlers;

const port = defined(parentPort, 'the port to the thread that asked for the export');
let begun: BegunExport | null = null;

const handlers = {
  /** Writes everything but the manifest, and returns what is to be signed. */
  async begin(options: MakeExportOptions, signal: AbortSignal): Promise<ExportManifest> {
    begun = await BegunExport.begin(options, workUntil(signal));
    return begun.manifest;
  },
  async finish(signature: ExportSignature): Promise<MadeExport> {
    const made = await defined(begun, 'an export that was begun').finish(signature);
    begun = null;
    return made;
  },
  preview: (request: PreviewRequest, signal: AbortSignal): Promise<PreviewedReport> =>
    previewReport(request, workUntil(signal)),
};

function workUntil(signal: AbortSignal): ContentWork {
  const report = progressTo(port);
  return { signal, report: (done, total) => report({ done, total }) };
}

/** Leaves nothing of an export that was begun and not finished. */
async function close(): Promise<void> {
  await begun?.abandon();
  begun = null;
}

serveOwner(port, handlers, close);
