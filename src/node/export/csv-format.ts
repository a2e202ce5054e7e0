import { isoTime } from '../../base/iso-time.ts';
import type { ExportRow } from '../../ledger/documents/export-lines.ts';
import type { ExportFormat } from './export-format.ts';
import type { ExportedBlock } from './exported-blocks.ts';

/**
 * A table (RFC 4180) that is safe to open in a spreadsheet: a cell that one could take for a formula begins with an apostrophe, which it
 * shows or hides, and never executes (OWASP, "CSV Injection").
 */
export class CsvFormat implements ExportFormat {
  begin(): string {
    // A spreadsheet takes a file without this mark for one of its own country's encoding.
    return `\uFEFF${line(COLUMNS.map(([name]) => name))}`;
  }

  block({ rows }: ExportedBlock): string {
    return rows.map((row) => line(COLUMNS.map(([, cell]) => cell(row)))).join('');
  }

  between(): string {
    return '';
  }
}

const COLUMNS: readonly (readonly [name: string, cell: (row: ExportRow) => string | number | null])[] = [
  ['time_utc', ({ time }) => isoTime(time)],
  ['block', ({ block }) => block],
  ['log_index', ({ log_index }) => log_index],
  ['action', ({ action }) => action],
  ['environment', ({ env_id }) => env_id],
  ['member_id', ({ member_id }) => member_id],
  ['member_name', ({ member_name }) => member_name],
  ['signer', ({ signer }) => signer],
  ['summary', ({ summary }) => summary],
  ['transaction_id', ({ id }) => id],
];

function line(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

/** What begins a formula in one spreadsheet or another, white space before it and full-width forms included. */
const FORMULA_START = /^[\s\p{Cc}\p{Cf}]*[=+\-@|%＝＋－＠]|^[\t\r\n]/u;
const NEEDS_QUOTES = /[",\r\n;\t]|^\s|\s$/u;

function cellOf(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA_START.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
