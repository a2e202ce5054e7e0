import { isoTime } from '../base/iso-time.ts';
import { createInterface } from 'node:readline';
import { QuantumLockError } from '../base/errors.ts';
import { visibleJson, visibleText } from '../base/visible-text.ts';
import type { WritableText } from './output-stream.ts';

/**
 * Where a command writes. With --json there is one document on stdout; everything else goes to stderr. Text comes from
 * members, files and chains: each line is made visible here, so no caller escapes anything, and nothing that is shown can
 * drive the terminal or begin a line of its own.
 */
export interface Output {
  readonly json: boolean;
  /** The result: as a document with --json, else as lines of text. */
  readonly result: (document: unknown, lines: () => readonly string[]) => void;
  /** A document that is handed over, byte by byte as it is; a terminal gets it with codes where it needs some. */
  readonly document: (text: string) => void;
  /** A remark for a person, on one line. */
  readonly note: (line: string) => void;
  /** A question to the person at the terminal, and the line that is typed; null where it is ended instead (^C, ^D). */
  readonly ask: (question: string) => Promise<string | null>;
  /** A step of a long command; replaces the one before on a terminal, and is silent elsewhere. */
  readonly progress: (line: string) => void;
}

export interface OutputStreams {
  readonly stdout: WritableText;
  readonly stderr: WritableText;
}

export function createOutput(options: {
  readonly json: boolean;
  readonly streams: OutputStreams;
  /** From here on, typed characters are visible. */
  readonly beforeAsk?: () => void;
}): Output {
  const { stdout, stderr } = options.streams;
  let hasProgress = false;
  const clearProgress = (): void => {
    if (hasProgress) stderr.write('\r\u001b[K');
    hasProgress = false;
  };
  const note = (line: string): void => {
    clearProgress();
    stderr.write(`${visibleText(line)}\n`);
  };
  return {
    json: options.json,
    result(document, lines) {
      clearProgress();
      stdout.write(options.json ? `${visibleJson(document)}\n` : visibleLines(lines()));
    },
    document(text) {
      clearProgress();
      const shown = visibleLines(text.trimEnd().split('\n'));
      const isExact = stdout.isTTY !== true || shown.trimEnd() === text.trimEnd();
      stdout.write(isExact ? text : shown);
      if (!isExact)
        note(
          'It contains characters that a terminal does not show; they are shown as codes. Use --output for the file.',
        );
    },
    note,
    ask(question) {
      clearProgress();
      options.beforeAsk?.();
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      return new Promise((resolve) => {
        terminal.once('close', () => resolve(null)).once('SIGINT', () => terminal.close());
        terminal.question(visibleText(question), (answer) => {
          resolve(answer);
          terminal.close();
        });
      });
    },
    progress(line) {
      if (options.json || stderr.isTTY !== true) return;
      stderr.write(`\r\u001b[K${visibleText(line)}`);
      hasProgress = true;
    },
  };
}

/** Text whose line breaks are the program's own, as that of --help. */
export function visibleLines(lines: readonly string[]): string {
  return lines.map((line) => `${visibleText(line)}\n`).join('');
}

/** An error on stderr: message and code, and what to do. With --json as a document, there too. */
export function writeError(error: unknown, options: { readonly json: boolean; readonly streams: OutputStreams }): void {
  const { stderr } = options.streams;
  const isTyped = error instanceof QuantumLockError;
  const value = isTyped
    ? error.toValue()
    : {
        code: 'INTERNAL',
        message: error instanceof Error ? error.message : String(error),
        advice: 'This is an error in the program. Please report it with this text.',
        context: error instanceof Error ? { stack: error.stack ?? '' } : {},
      };
  if (options.json) stderr.write(`${visibleJson({ error: value })}\n`);
  else
    stderr.write(visibleLines([`${value.code}: ${value.message}`, ...(isTyped ? [] : stackOf(error)), value.advice]));
}

/** Where it happened, without the message, which may hold anything. */
function stackOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
}

/** What a table shows; nothing is a dash. */
export type Cell = string | number | boolean | null | undefined;

function cellText(cell: Cell): string {
  return cell === null || cell === undefined ? '–' : visibleText(String(cell));
}

/** Rows of two columns, aligned. */
export function fields(rows: readonly (readonly [name: string, value: Cell])[]): string[] {
  const shown = rows.map(([name, value]) => [visibleText(name), cellText(value)] as const);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

/** A table with a header row. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const cells = [header, ...rows.map((row) => row.map(cellText))];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
  );
}

/** Milliseconds that no calendar has, as a file may hold them, are as they are. */
export function time(ms: number): string {
  return isoTime(ms).replace('T', ' ').replace('.000Z', 'Z');
}
