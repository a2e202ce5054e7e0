import type { ExportEvent, ReportPreviewEvent } from '../../../api/operator/exports.ts';
import { encodeBase64 } from '../../../base/base64.ts';
import { ExportFolder } from '../../export/export-folder.ts';
import { followJob } from '../follow-job.ts';
import { procedures } from '../procedures.ts';
import { exporting, previewing } from './export-jobs.ts';

const os = procedures.operator;

/** Exports that a person makes in the console. */
export const exportProcedures = {
  runExport: os.runExport.handler(async function* ({ context, input, signal }): AsyncGenerator<ExportEvent, void> {
    yield* followJob(context, { ...exporting(context.host, input), id: input.job_id }, signal);
  }),
  previewReport: os.previewReport.handler(async function* ({
    context,
    input,
    signal,
  }): AsyncGenerator<ReportPreviewEvent, void> {
    yield* followJob(context, { ...previewing(context.host, input), id: input.job_id }, signal);
  }),
  exports: os.exports.handler(({ context: { host } }) => {
    const folder = new ExportFolder(host.dataDirectory);
    return { directory: folder.path, exports: [...folder.list()] };
  }),
  exportPart: os.exportPart.handler(async ({ context: { host }, input }) => {
    const { bytes, size } = await new ExportFolder(host.dataDirectory).part(input.name, input.offset);
    return { base64: encodeBase64(bytes), size_bytes: size };
  }),
};
