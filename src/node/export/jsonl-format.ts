import { encodeHash } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import {
  encodeBeginLine,
  encodeBlockLine,
  encodeOmissionLine,
  encodeRowLine,
} from '../../ledger/documents/export-lines.ts';
import { readFrontier, subtreeRoots } from '../../ledger/log/log.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { ExportFormat } from './export-format.ts';
import type { BlockRange } from '../query/asked-blocks.ts';
import type { ExportedBlock } from './exported-blocks.ts';

/** JSON Lines that prove themselves (src/ledger/documents/export-lines.ts). */
export class JsonlFormat implements ExportFormat {
  readonly #reader: ChainReader;
  readonly #range: BlockRange;
  readonly #filter: JsonObject;

  constructor(reader: ChainReader, range: BlockRange, filter: JsonObject) {
    this.#reader = reader;
    this.#range = range;
    this.#filter = filter;
  }

  begin(from: number): string {
    const before = from === 0 ? null : this.#reader.provedBlock(from - 1);
    const size = before?.header.log_size ?? 0;
    const peaks = readFrontier(this.#reader.log, size).peaks.map(encodeHash);
    const line = encodeBeginLine({
      format: 'quantum-lock/export-lines/v1',
      ...this.#reader.chain(),
      filter: this.#filter,
      from_block: from,
      to_block: this.#range.to,
      before: { log_size: size, peaks },
    });
    return before === null ? line : line + encodeBlockLine(before);
  }

  block({ block, rows }: ExportedBlock): string {
    const { header, firstLogIndex } = block;
    let text = encodeBlockLine(block);
    let position = firstLogIndex;
    for (const row of rows) {
      text += this.#omit(position, row.log_index) + encodeRowLine(row);
      position = row.log_index + 1;
    }
    return text + this.#omit(position, header.log_size);
  }

  /** What is in a block is known by the log of the one before it, which is named for that. */
  between(last: number, next: number): string {
    if (last === next - 1) return '';
    const block = this.#reader.provedBlock(next - 1);
    const begin = last < 0 ? 0 : this.#reader.provedBlock(last).header.log_size;
    return encodeBlockLine(block) + this.#omit(begin, block.header.log_size);
  }

  #omit(begin: number, end: number): string {
    return begin === end ? '' : encodeOmissionLine(end - begin, subtreeRoots(this.#reader.log, begin, end));
  }
}
