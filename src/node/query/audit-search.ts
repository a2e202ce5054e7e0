import type Database from 'better-sqlite3';
import type { AuditFilter } from '../../api/chain/audit.ts';
import { isPublicKey } from '../../base/bytes.ts';

const COUNT_MAX = 100_000;

/** Places in the log: `end` is not of them. */
export interface LogRange {
  readonly begin: number;
  readonly end: number;
}

interface Conditions {
  readonly from: Table;
  readonly where: string;
  readonly parameters: readonly (string | number)[];
}

/** Words of a search as an FTS5 query: every word, the last letters open. Quoted, so no operator gets through. */
export function wordQuery(text: string): string | null {
  const words = text.match(/[\p{L}\p{N}_-]+/gu);
  return words === null ? null : words.map((word) => `"${word}"*`).join(' AND ');
}

/**
 * Words of ASCII between ASCII: about what else is a letter, the index (of an older Unicode) and this engine may differ, and a
 * text in which they do must not look like damage.
 */
const CERTAIN_WORD = /(?<![\w-]|\P{ASCII})[\w-]+(?![\w-]|\P{ASCII})/gu;

/** The words of a text that are certain, whole: what finds the text in the index if it was put there. */
export function exactWords(text: string): string | null {
  const words = text.match(CERTAIN_WORD);
  return words === null ? null : [...new Set(words)].map((word) => `"${word}"`).join(' AND ');
}

/** Finds transactions in index.db by filter; newest first, by position. It only finds: {@link AuditCheck} holds what it found against the chain. */
export class AuditSearch {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Log indexes in a range of the log, which is that of the blocks asked for: newest first, at most `limit`. */
  find(filter: AuditFilter, { begin, end }: LogRange, limit: number): number[] {
    const { from, where, parameters } = this.#conditions(filter);
    const key = keyOf(from);
    return this.#database
      .prepare<(string | number)[], number>(
        `SELECT ${key} FROM ${from} ${this.#joins(from, filter)} WHERE ${where} AND ${key} >= ? AND ${key} < ? ORDER BY ${key} DESC LIMIT ?`,
      )
      .pluck()
      .all(...parameters, begin, end, limit);
  }

  /** How many match there, counted up to a bound. */
  count(filter: AuditFilter, { begin, end }: LogRange): { readonly count: number; readonly exact: boolean } {
    const { from, where, parameters } = this.#conditions(filter);
    const key = keyOf(from);
    const count = this.#database
      .prepare<(string | number)[], number>(
        `SELECT count(*) FROM (SELECT 1 FROM ${from} ${this.#joins(from, filter)} WHERE ${where} AND ${key} >= ? AND ${key} < ? LIMIT ${COUNT_MAX})`,
      )
      .pluck()
      .get(...parameters, begin, end);
    return { count: count ?? 0, exact: (count ?? 0) < COUNT_MAX };
  }

  /** The most selective table leads; the entry's columns are joined where they are asked for. */
  #conditions(filter: AuditFilter): Conditions {
    const conditions: string[] = [];
    const parameters: (string | number)[] = [];
    const add = (condition: string, ...values: (string | number)[]): void => {
      conditions.push(condition);
      parameters.push(...values);
    };
    const words = filter.text === undefined ? null : wordQuery(filter.text);
    const from = words !== null ? 'words' : filter.env_id !== undefined ? 'touches' : 'entries';
    if (words !== null) add('words MATCH ?', words);
    if (filter.env_id !== undefined) {
      if (from === 'touches') add('touches.env_id = ?', filter.env_id);
      else add('words.rowid IN (SELECT log_index FROM touches WHERE env_id = ?)', filter.env_id);
    }
    if (filter.actions !== undefined && filter.actions.length > 0) {
      add(
        `entries.action IN (SELECT id FROM actions WHERE name IN (${filter.actions.map(() => '?').join(', ')}))`,
        ...filter.actions,
      );
    }
    if (filter.signer !== undefined) {
      add(
        `entries.signer IN (SELECT id FROM signers WHERE ${isPublicKey(filter.signer) ? 'public_key' : 'member_id'} = ?)`,
        filter.signer,
      );
    }
    if (filter.from_time !== undefined) add('entries.time >= ?', filter.from_time);
    if (filter.to_time !== undefined) add('entries.time <= ?', filter.to_time);
    return { from, where: conditions.length === 0 ? 'TRUE' : conditions.join(' AND '), parameters };
  }

  #joins(from: Table, filter: AuditFilter): string {
    const { text: _, env_id: __, from_block: ___, to_block: ____, ...ofEntries } = filter;
    if (from === 'entries' || Object.values(ofEntries).every((value) => value === undefined)) return '';
    return `JOIN entries ON entries.log_index = ${keyOf(from)}`;
  }
}

type Table = 'words' | 'touches' | 'entries';

function keyOf(from: Table): string {
  return from === 'words' ? 'words.rowid' : `${from}.log_index`;
}
