import type { BlockRange } from '../query/asked-blocks.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { CefFormat } from './cef-format.ts';
import { CsvFormat } from './csv-format.ts';
import type { ContentRequest } from './export-content.ts';
import type { ExportFormat } from './export-format.ts';
import { ExportedBlocks } from './exported-blocks.ts';
import { JsonlFormat } from './jsonl-format.ts';

/** What rows are asked for, and in which form. */
export type RowRequest = Pick<ContentRequest, 'kind' | 'filter' | 'software'>;

/** Blocks that have rows, with none between them that was left out. */
export interface RowRun {
  /** Index of the first block. */
  readonly first: number;
  /** Index of the last. */
  readonly last: number;
  readonly rows: number;
  readonly text: string;
}

/** The runs of some blocks that follow one another. */
export interface RowSlice {
  /** Index of the last of these blocks. */
  readonly to: number;
  readonly runs: readonly RowRun[];
}

/** The form that is asked for. */
export function rowFormat(
  reader: ChainReader,
  { kind, filter, software }: RowRequest,
  range: BlockRange,
): ExportFormat {
  switch (kind) {
    case 'csv':
      return new CsvFormat();
    case 'cef':
      return new CefFormat({ version: software, chainId: reader.chainId() });
    default:
      return new JsonlFormat(reader, range, filter);
  }
}

/** Writes the rows of blocks: of any, in any order. */
export class RowRuns {
  readonly #blocks: ExportedBlocks;
  readonly #format: ExportFormat;

  /** @param range all that is exported */
  constructor(reader: ChainReader, request: RowRequest, range: BlockRange) {
    this.#blocks = new ExportedBlocks(reader, request.filter);
    this.#format = rowFormat(reader, request, range);
  }

  /** Those of some of the blocks, in their order. @throws STORAGE_CORRUPT */
  of({ from, to }: BlockRange): RowSlice {
    const runs: RowRun[] = [];
    for (let height = from; height <= to; height++) {
      const exported = this.#blocks.at(height);
      const rows = exported.rows.length;
      if (rows === 0) continue;
      const text = this.#format.block(exported);
      const before = runs.at(-1);
      if (before?.last === height - 1)
        runs[runs.length - 1] = { ...before, last: height, rows: before.rows + rows, text: before.text + text };
      else runs.push({ first: height, last: height, rows, text });
    }
    return { to, runs };
  }
}
