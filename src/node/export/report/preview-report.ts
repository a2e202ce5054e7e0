import { encodeUtf8 } from '../../../base/bytes.ts';
import { REPORT_PREVIEW_SIZE_BYTES_MAX } from '../../../base/limits.ts';
import { dataPaths } from '../../data-directory/data-paths.ts';
import { ChainReader } from '../../storage/chain-reader.ts';
import type { ContentRequest, ContentWork } from '../export-content.ts';
import { collectReport } from './collect-report.ts';
import { htmlReport } from './html-report.ts';

export type PreviewRequest = Omit<ContentRequest, 'reader' | 'kind'>;

export interface PreviewedReport {
  /** Null where it is too long to be shown at once. */
  readonly html: string | null;
  readonly size_bytes: number;
}

/** The report of a period as a page, that nobody signed and that is in no file. @throws USAGE, INPUT_INVALID, STORAGE_CORRUPT */
export async function previewReport(request: PreviewRequest, work: ContentWork): Promise<PreviewedReport> {
  const { dataDirectory, finalHeight } = request;
  const { reader, database } = ChainReader.open(dataPaths(dataDirectory).chain, { pageCacheCount: 16, finalHeight });
  try {
    const { found } = await collectReport({ ...request, reader, kind: 'html' }, work);
    let pieces: string[] | null = [];
    let size = 0;
    for (const piece of htmlReport(found, 'report.html')) {
      size += encodeUtf8(piece).length;
      if (size > REPORT_PREVIEW_SIZE_BYTES_MAX) pieces = null;
      pieces?.push(piece);
    }
    return { html: pieces?.join('') ?? null, size_bytes: size };
  } finally {
    database.close();
  }
}
