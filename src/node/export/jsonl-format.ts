import { encodeHash } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import type { ExportRow } from '../../ledger/documents/export-lines.ts';
import {
  encodeBeginLine,
  encodeBlockLine,
  encodeOmissionLine,
  encodeRowLine,
} from '../../ledger/documents/export-lines.ts';
import { readFrontier, subtreeRoots } from '../../ledger/log/log.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { ProvedBlock } from '../storage/stored-block.ts';
import type { ExportFormat } from './export-format.ts';
import type { BlockRange } from '../query/asked-blocks.ts';
import type { ExportedBlock } from './exported-blocks.ts';

/** JSON Lines that prove themselves (src/ledger/documents/export-lines.ts). */
export class JsonlFormat implements ExportFormat {
  readonly #reader: ChainReader;
  readonly #range: BlockRange;
  readonly #filter: JsonObject;
  /** Index of the block that was written last. */
  #written = -1;
  /** Log index of the next transaction that is written or left out. */
  #position = 0;

  constructor(reader: ChainReader, range: BlockRange, filter: JsonObject) {
    this.#reader = reader;
    this.#range = range;
    this.#filter = filter;
  }

  begin(): string {
    const { from, to } = this.#range;
    const before = from === 0 ? null : this.#reader.provedBlock(from - 1);
    const size = before?.header.log_size ?? 0;
    const peaks = readFrontier(this.#reader.log, size).peaks.map(encodeHash);
    const line = encodeBeginLine({
      format: 'quantum-lock/export-lines/v1',
      ...this.#reader.chain(),
      filter: this.#filter,
      from_block: from,
      to_block: to,
      before: { log_size: size, peaks },
    });
    this.#position = size;
    return before === null ? line : line + this.#name(before);
  }

  block({ block, rows }: ExportedBlock): string {
    const { index } = block.header;
    if (rows.length === 0) return '';
    // What is in a block is known by the log of the one before it.
    const before = index === 0 || this.#written === index - 1 ? '' : this.#whole(this.#reader.provedBlock(index - 1));
    return before + this.#name(block) + this.#content(block, rows);
  }

  end(): string {
    return this.#written === this.#range.to ? '' : this.#whole(this.#reader.provedBlock(this.#range.to));
  }

  #name({ header, hash, proof }: ProvedBlock): string {
    this.#written = header.index;
    return encodeBlockLine({ header, hash, proof });
  }

  /** A block of which, and before which, all is left out. */
  #whole(block: ProvedBlock): string {
    return this.#name(block) + this.#omit(block.header.log_size);
  }

  #content({ header }: ProvedBlock, rows: readonly ExportRow[]): string {
    let text = '';
    for (const row of rows) {
      text += this.#omit(row.log_index) + encodeRowLine(row);
      this.#position = row.log_index + 1;
    }
    return text + this.#omit(header.log_size);
  }

  #omit(end: number): string {
    const begin = this.#position;
    if (begin === end) return '';
    this.#position = end;
    return encodeOmissionLine(end - begin, subtreeRoots(this.#reader.log, begin, end));
  }
}
