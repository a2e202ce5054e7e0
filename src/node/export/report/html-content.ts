import type { WriteContent } from '../export-content.ts';
import { collectReport } from './collect-report.ts';
import { htmlReport } from './html-report.ts';

/** The report of a period as a page. */
export const writeHtmlReport: WriteContent = async (content, request, work) => {
  const { found, range, rows } = await collectReport(request, work);
  for (const piece of htmlReport(found, content.name)) await content.write(piece);
  return { range, rows };
};
