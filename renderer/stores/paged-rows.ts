import { describeProblem, type Problem } from '../bridge/problem.ts';

/** Rows that are numbered from 0 without gaps and never change once written: the log, the blocks. */
export interface RowPages<Row> {
  readonly row: (number: number) => Row | undefined;
  /** These rows are in sight: reads what is missing, gives up what is no longer wanted. */
  readonly want: (first: number, last: number) => void;
  /** The chain grew: a page that was not full is worth reading again. */
  readonly noteGrowth: () => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** Changes whenever rows or the problem do. */
  readonly version: () => number;
  readonly problem: () => Problem | undefined;
  readonly retry: () => void;
}

interface Options<Row> {
  /** Rows with numbers below `before`, at most `limit` of them. */
  readonly load: (before: number, limit: number, signal: AbortSignal) => Promise<readonly Row[]>;
  readonly numberOf: (row: Row) => number;
}

export const PAGE_SIZE = 100;
const PAGES_KEPT_MAX = 200;
/** A dragged scroll bar passes thousands of pages: of those only where it began, and where it rests, is worth reading. */
const REST_MS = 50;

export function createRowPages<Row>({ load, numberOf }: Options<Row>): RowPages<Row> {
  const pages = new Map<number, Map<number, Row>>();
  const reading = new Map<number, AbortController>();
  const listeners = new Set<() => void>();
  let wanted: readonly [number, number] = [0, -1];
  /** Since something was last in sight, where that was a moment ago. */
  let moving: ReturnType<typeof setTimeout> | undefined;
  let growth: ReturnType<typeof setTimeout> | undefined;
  let version = 0;
  let problem: Problem | undefined;

  const changed = (): void => {
    version += 1;
    for (const listener of listeners) listener();
  };
  const keep = (page: number, rows: readonly Row[]): void => {
    pages.delete(page);
    pages.set(page, new Map(rows.map((row) => [numberOf(row), row])));
    const [oldest] = pages.keys();
    if (pages.size > PAGES_KEPT_MAX && oldest !== undefined) pages.delete(oldest);
  };
  const read = async (page: number, signal: AbortSignal): Promise<void> => {
    try {
      const rows = await load((page + 1) * PAGE_SIZE, PAGE_SIZE, signal);
      if (signal.aborted) return;
      keep(
        page,
        rows.filter((row) => Math.floor(numberOf(row) / PAGE_SIZE) === page),
      );
      problem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      problem = describeProblem(error);
    } finally {
      if (!signal.aborted) reading.delete(page);
    }
    changed();
  };
  const isMissing = (page: number): boolean => {
    const rows = pages.get(page);
    if (rows === undefined) return true;
    const from = Math.max(wanted[0], page * PAGE_SIZE);
    const to = Math.min(wanted[1], (page + 1) * PAGE_SIZE - 1);
    for (let number = from; number <= to; number++) if (!rows.has(number)) return true;
    return false;
  };
  const readMissing = (): void => {
    const from = Math.floor(Math.max(0, wanted[0]) / PAGE_SIZE);
    const to = Math.floor(wanted[1] / PAGE_SIZE);
    for (const [page, controller] of reading) {
      if (page >= from && page <= to) continue;
      controller.abort();
      reading.delete(page);
    }
    for (let page = from; page <= to; page++) {
      if (reading.has(page) || !isMissing(page)) continue;
      const controller = new AbortController();
      reading.set(page, controller);
      void read(page, controller.signal);
    }
  };

  return {
    row: (number) => pages.get(Math.floor(number / PAGE_SIZE))?.get(number),
    want: (first, last) => {
      wanted = [first, last];
      // A jump to another place rests there at once.
      if (moving === undefined) readMissing();
      clearTimeout(moving);
      moving = setTimeout(() => {
        moving = undefined;
        readMissing();
      }, REST_MS);
    },
    noteGrowth: () => {
      growth ??= setTimeout(() => {
        growth = undefined;
        readMissing();
      }, REST_MS);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    version: () => version,
    problem: () => problem,
    retry: readMissing,
  };
}
