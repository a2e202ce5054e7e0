import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What a run of one test file says, a JSON line each; the last line tells what it was at when it was ended. */
export type Event =
  /** A test fails with every mutant off. */
  | { readonly broken: string }
  /** Reached while the file was imported, by a test that cannot be repeated, or after one: only a run of its own can tell. */
  | { readonly unclear: readonly number[] }
  | { readonly trying: number; readonly test: string }
  | { readonly killed: number; readonly test: string }
  | { readonly survived: number; readonly test: string }
  /** Every test of the file has been run. */
  | { readonly done: true };

export function appendEvent(path: string, event: Event): void {
  appendFileSync(path, `${JSON.stringify(event)}\n`);
}

export function readEvents(path: string): readonly Event[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);
}

/** The numbers in a file, one a line. */
export function readNumbers(path: string): Set<number> {
  return new Set(existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').filter(Boolean).map(Number) : []);
}
