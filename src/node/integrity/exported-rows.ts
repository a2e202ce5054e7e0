import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { encodeUtf8 } from '../../base/bytes.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BLOCK_LINE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { fileBeginning } from '../data-directory/file-beginning.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import type { OpenedCopy } from './row-copy.ts';

const LINE_BEGIN = '{"header":';
const NEW_LINE = 0x0a;

interface Line {
  readonly offset: number;
  readonly sizeBytes: number;
}

interface ExportedBlock {
  readonly header: { readonly index: number; readonly log_size: number };
  readonly proof: unknown;
  readonly transactions: readonly unknown[];
}

/** Whether a file begins as an export of blocks does. @throws STORAGE_DENIED, STORAGE_FAILED */
export function isExport(path: string): boolean {
  return fileBeginning(path, LINE_BEGIN.length) === LINE_BEGIN;
}

/** The rows of a chain that was exported, a line for each block, from genesis on. What is no line of a block is not there. */
export class ExportedRows implements OpenedCopy {
  readonly name: string;
  readonly #file: number;
  readonly #lines: readonly Line[];
  /** Log index of the first transaction of each block, as far as its lines say. */
  readonly #first: readonly number[];
  #recent: { readonly height: number; readonly block: ExportedBlock } | null = null;

  private constructor(name: string, file: number, lines: readonly Line[]) {
    this.name = name;
    this.#file = file;
    this.#lines = lines;
    let logSize = 0;
    this.#first = lines.map((_, height) => {
      const first = logSize;
      logSize = this.#block(height)?.header.log_size ?? logSize;
      return first;
    });
  }

  /** @throws STORAGE_DENIED, STORAGE_FAILED */
  static async open(path: string): Promise<ExportedRows> {
    try {
      const lines = await linesOf(path);
      const file = openSync(path, 'r');
      try {
        return new ExportedRows(path, file, lines);
      } catch (error) {
        closeSync(file);
        throw error;
      }
    } catch (error) {
      throw storageError(path, error);
    }
  }

  header(height: number): string | null {
    return canonicalOrNull(this.#block(height)?.header);
  }

  proof(height: number): string | null {
    return canonicalOrNull(this.#block(height)?.proof);
  }

  transaction(logIndex: number): Uint8Array | null {
    const height = this.#first.findLastIndex((first) => first <= logIndex);
    const text = canonicalOrNull(this.#block(height)?.transactions[logIndex - (this.#first[height] ?? 0)]);
    return text === null ? null : encodeUtf8(text);
  }

  close(): void {
    closeSync(this.#file);
  }

  #block(height: number): ExportedBlock | null {
    if (this.#recent?.height === height) return this.#recent.block;
    const line = this.#lines[height];
    if (line === undefined || line.sizeBytes > BLOCK_LINE_SIZE_BYTES_MAX) return null;
    const bytes = Buffer.alloc(line.sizeBytes);
    readSync(this.#file, bytes, 0, bytes.length, line.offset);
    const block = blockIn(bytes.toString('utf8'));
    if (block !== null) this.#recent = { height, block };
    return block;
  }
}

async function linesOf(path: string): Promise<readonly Line[]> {
  const lines: Line[] = [];
  let begin = 0;
  let offset = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(NEW_LINE); at !== -1; at = chunk.indexOf(NEW_LINE, at + 1)) {
      lines.push({ offset: begin, sizeBytes: offset + at - begin });
      begin = offset + at + 1;
    }
    offset += chunk.length;
  }
  return lines;
}

function blockIn(text: string): ExportedBlock | null {
  try {
    const value = JSON.parse(text) as Partial<ExportedBlock> | null;
    const isBlock =
      typeof value?.header === 'object' &&
      Number.isSafeInteger(value.header.log_size) &&
      Array.isArray(value.transactions);
    return isBlock ? (value as ExportedBlock) : null;
  } catch {
    // A damaged line has no rows: another copy may.
    return null;
  }
}

function canonicalOrNull(value: unknown): string | null {
  if (value === undefined) return null;
  try {
    return encodeCanonicalText(value);
  } catch (error) {
    if (error instanceof QuantumLockError) return null;
    throw error;
  }
}
