import { QuantumLockError } from '../base/errors.ts';

/** Where a command writes. With --json there is one document on stdout; everything else goes to stderr. */
export interface Output {
  readonly json: boolean;
  /** The result: as a document with --json, else as text. */
  readonly result: (document: unknown, text: () => string) => void;
  /** A remark for a person. */
  readonly note: (line: string) => void;
  /** A step of a long command; replaces the one before on a terminal, and is silent elsewhere. */
  readonly progress: (line: string) => void;
}

export interface OutputStreams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

export function createOutput(options: { readonly json: boolean; readonly streams: OutputStreams }): Output {
  const { stdout, stderr } = options.streams;
  let hasProgress = false;
  const clearProgress = (): void => {
    if (hasProgress) stderr.write('\r\u001b[K');
    hasProgress = false;
  };
  return {
    json: options.json,
    result(document, text) {
      clearProgress();
      stdout.write(options.json ? `${JSON.stringify(document)}\n` : `${text()}\n`);
    },
    note(line) {
      clearProgress();
      stderr.write(`${line}\n`);
    },
    progress(line) {
      if (options.json || stderr.isTTY !== true) return;
      stderr.write(`\r\u001b[K${line}`);
      hasProgress = true;
    },
  };
}

/** An error on stderr: message and code, and what to do. With --json as a document, there too. */
export function writeError(error: unknown, options: { readonly json: boolean; readonly streams: OutputStreams }): void {
  const { stderr } = options.streams;
  const value =
    error instanceof QuantumLockError
      ? error.toValue()
      : {
          code: 'INTERNAL',
          message: error instanceof Error ? (error.stack ?? error.message) : String(error),
          advice: 'This is a fault of the program. Please report it with this text.',
          context: {},
        };
  if (options.json) stderr.write(`${JSON.stringify({ error: value })}\n`);
  else stderr.write(`${value.code}: ${value.message}\n${value.advice}\n`);
}

/** What a table shows; nothing is a dash. */
export type Cell = string | number | boolean | null | undefined;

/** Rows of two columns, aligned. */
export function fields(rows: readonly (readonly [name: string, value: Cell])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .map(([name, value]) => `${name.padEnd(width)}  ${value === null || value === undefined ? '–' : String(value)}`)
    .join('\n');
}

/** A table with a header row. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = [
    header,
    ...rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? '–' : String(cell)))),
  ];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells
    .map((row) =>
      row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
    )
    .join('\n');
}

export function time(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('.000Z', 'Z');
}
