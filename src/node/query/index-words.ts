import Database from 'better-sqlite3';

/**
 * How a text is cut into words: letter by letter as in the index, so that SQLite itself distinguishes them in the same
 * way.
 */
const LIKE_THE_INDEX = `CREATE VIRTUAL TABLE words USING fts5 (text, content = '', columnsize = 0, detail = none, tokenize = "unicode61 tokenchars '-_'")`;

/** Terms between two looks at the clock. */
const TERMS_AT_ONCE = 2_000;

/** Asks SQLite itself which words texts have: by an index of these alone. */
export class TextWords {
  readonly #database = new Database(':memory:').exec(LIKE_THE_INDEX);
  readonly #clear = this.#database.prepare("INSERT INTO words (words) VALUES ('delete-all')");
  readonly #put = this.#database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
  readonly #match = this.#database.prepare<[string], number>('SELECT rowid FROM words WHERE words MATCH ?').pluck();
  readonly #count = this.#database
    .exec("CREATE VIRTUAL TABLE terms USING fts5vocab ('words', 'row')")
    .prepare<[], number>('SELECT count(*) FROM terms')
    .pluck();

  #index(texts: readonly string[]): void {
    this.#clear.run();
    for (const [place, text] of texts.entries()) this.#put.run(place, text);
  }

  /** The places of those texts that match: an index of all of them is asked once. */
  matching(texts: readonly string[], words: string): ReadonlySet<number> {
    return this.#database.transaction(() => {
      this.#index(texts);
      return new Set(this.#match.all(words));
    })();
  }

  /** How many different words a text has. */
  count(text: string): number {
    this.#index([text]);
    return this.#count.get() ?? 0;
  }
}

/** Counts, a bit at a time, under how many texts the words of index.db are filed, all together. */
export function* countFiledWords(index: Database.Database): Generator<void, number, undefined> {
  index.exec("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab ('main', 'words', 'row')");
  const next = index.prepare<[string], { readonly term: string; readonly doc: number }>(
    `SELECT term, doc FROM temp.terms WHERE term > ? LIMIT ${TERMS_AT_ONCE}`,
  );
  let count = 0;
  for (let after = ''; ;) {
    const terms = next.all(after);
    for (const { term, doc } of terms) {
      count += doc;
      after = term;
    }
    if (terms.length < TERMS_AT_ONCE) return count;
    yield;
  }
}
