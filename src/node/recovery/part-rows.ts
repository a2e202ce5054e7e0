import { decodeUtf8 } from '../../base/bytes.ts';
import { BACKUP_PART_SIZE_BYTES, BACKUP_PART_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { assert } from '../../base/assert.ts';
import { invalidBackup, type BackupPart } from './backup-format.ts';
import { TABLES, type Column, type TableName } from './tables.ts';

/** What a column of a row may hold. */
export type Cell = number | string | Uint8Array;
export type Row = readonly Cell[];

const INTEGER_SIZE_BYTES = 8;
const LENGTH_SIZE_BYTES = 4;

/** The rows of one part, gathered until it is full. */
export class PartBuilder {
  readonly table: TableName;
  #bytes: Buffer;
  #size = 0;
  #rows = 0;
  #first = 0;
  #last = 0;

  constructor(table: TableName, bytes: Buffer) {
    this.table = table;
    this.#bytes = bytes;
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  get isFull(): boolean {
    return this.#size >= BACKUP_PART_SIZE_BYTES;
  }

  add(row: Row): void {
    const { columns, isKeyed } = TABLES[this.table];
    for (const [index, { kind }] of columns.entries()) this.#write(kind, row[index] as Cell);
    if (isKeyed) {
      const key = row[0] as number;
      if (this.#rows === 0) this.#first = key;
      this.#last = key;
    }
    this.#rows += 1;
  }

  /** What was gathered; the builder is not used any more. */
  finish(): { readonly bytes: Buffer; readonly description: Omit<BackupPart, 'size' | 'digest'> } {
    return {
      bytes: this.#bytes.subarray(0, this.#size),
      description: { table: this.table, first: this.#first, last: this.#last, rows: this.#rows, raw_size: this.#size },
    };
  }

  #write(kind: Column['kind'], cell: Cell): void {
    if (kind === 'integer') {
      assert(typeof cell === 'number' && Number.isSafeInteger(cell) && cell >= 0, 'an integer of a row counts');
      this.#grow(INTEGER_SIZE_BYTES);
      this.#size = this.#bytes.writeUInt32BE(Math.floor(cell / 2 ** 32), this.#size);
      this.#size = this.#bytes.writeUInt32BE(cell % 2 ** 32, this.#size);
      return;
    }
    assert(typeof cell !== 'number', 'text and bytes are no number');
    const size = typeof cell === 'string' ? Buffer.byteLength(cell) : cell.length;
    this.#grow(LENGTH_SIZE_BYTES + size);
    this.#size = this.#bytes.writeUInt32BE(size, this.#size);
    if (typeof cell === 'string') this.#bytes.write(cell, this.#size, 'utf8');
    else this.#bytes.set(cell, this.#size);
    this.#size += size;
  }

  #grow(size: number): void {
    if (this.#size + size <= this.#bytes.length) return;
    assert(this.#size + size <= BACKUP_PART_SIZE_BYTES_MAX, 'a row fits into a part');
    const larger = Buffer.allocUnsafeSlow(2 * (this.#size + size));
    this.#bytes.copy(larger, 0, 0, this.#size);
    this.#bytes = larger;
  }
}

/** The rows of a part that was read: exactly those that its description names, in order. @throws BACKUP_INVALID */
export function* rowsOf(
  bytes: Buffer,
  part: Pick<BackupPart, 'table' | 'first' | 'last' | 'rows'>,
  place: string,
): Generator<Cell[], void, undefined> {
  const { columns, isKeyed, isGapless } = TABLES[part.table];
  let offset = 0;
  const take = (size: number): number => {
    const begin = offset;
    offset += size;
    if (offset > bytes.length) throw invalidBackup(place, 'ends within a row');
    return begin;
  };
  const readCell = (kind: Column['kind']): Cell => {
    if (kind === 'integer') {
      const begin = take(INTEGER_SIZE_BYTES);
      const value = bytes.readUInt32BE(begin) * 2 ** 32 + bytes.readUInt32BE(begin + 4);
      if (!Number.isSafeInteger(value)) throw invalidBackup(place, 'holds a number that is too large');
      return value;
    }
    const size = bytes.readUInt32BE(take(LENGTH_SIZE_BYTES));
    const begin = take(size);
    const cell = bytes.subarray(begin, begin + size);
    return kind === 'text' ? decodeUtf8(cell) : cell;
  };
  let last = -1;
  for (let row = 0; row < part.rows; row++) {
    const cells = columns.map(({ kind }) => readCell(kind));
    const key = cells[0];
    if (isKeyed && typeof key === 'number') {
      const isInOrder = row === 0 ? key === part.first : isGapless ? key === last + 1 : key > last;
      if (!isInOrder || key > part.last) throw invalidBackup(place, `holds row ${key} out of its order`);
      last = key;
    }
    yield cells;
  }
  if (offset !== bytes.length) throw invalidBackup(place, 'holds more than its rows');
  if (isKeyed && last !== part.last) throw invalidBackup(place, `ends at row ${last}, and says ${part.last}`);
}
