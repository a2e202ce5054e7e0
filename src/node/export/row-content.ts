import type { AuditFilter } from '../../api/chain/audit.ts';
import { CefFormat } from './cef-format.ts';
import { CsvFormat } from './csv-format.ts';
import type { ExportFormat } from './export-format.ts';
import { blockRangeOf, ExportedBlocks } from './exported-blocks.ts';
import { JsonlFormat } from './jsonl-format.ts';
import type { ContentRequest, WriteContent } from './export-content.ts';
import type { BlockRange } from '../query/asked-blocks.ts';

/** Transactions, a row each, in one of the forms for that. */
export const writeRows: WriteContent = async (content, request, work) => {
  const { reader } = request;
  const filter = request.filter as AuditFilter;
  const range = blockRangeOf(reader, filter);
  const format = formatOf(request, range);
  const blocks = new ExportedBlocks(reader, filter);
  let rows = 0;
  await content.write(format.begin());
  for await (const exported of blocks.in(range, work)) {
    rows += exported.rows.length;
    await content.write(format.block(exported));
  }
  await content.write(format.end());
  return { range, rows };
};

function formatOf({ kind, reader, filter, software }: ContentRequest, range: BlockRange): ExportFormat {
  switch (kind) {
    case 'csv':
      return new CsvFormat();
    case 'cef':
      return new CefFormat({ version: software, chainId: reader.chainId() });
    default:
      return new JsonlFormat(reader, range, filter);
  }
}
