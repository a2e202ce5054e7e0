import { decodeUtf8 } from '../../base/bytes.ts';
import { EMPTY_ROOT, type TreeRoot } from '../../ledger/state/tree.ts';
import { isRecordKey, type Namespace } from '../../ledger/state/records.ts';
import type { ChainReader } from '../storage/chain-reader.ts';

/** After this long without a question nobody is taken to have the list before them. */
const KEPT_UP_MS = 10_000;

/**
 * A namespace of the newest state as a list in memory. It is read from the state tree, whose every page and value is
 * checked against the header's root: so nothing can be left out of it, or put in. Only what a new block changed is read
 * again.
 */
export class FollowedNamespace<Entry> {
  readonly #chain: Pick<ChainReader, 'head' | 'tree' | 'atOneMoment'>;
  readonly #namespace: Namespace;
  readonly #project: (value: unknown) => Entry;
  readonly #onChange: (before: Entry | undefined, after: Entry | undefined) => void;
  readonly #entries = new Map<string, Entry>();
  #keys: readonly string[] = [];
  /** Whether a key of `#keys` is gone. */
  #hasGone = false;
  /** Keys that are not in `#keys` yet. */
  #added: string[] = [];
  #root: TreeRoot = EMPTY_ROOT;
  #revision = 0;
  /** The first reading, where it was begun and not ended. */
  #ahead: { readonly root: TreeRoot; readonly changes: ReturnType<ChainReader['tree']['changes']> } | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** `onChange`: told of each entry that came, changed or went, so that a sum over all needs no look at all. */
  constructor(
    chain: Pick<ChainReader, 'head' | 'tree' | 'atOneMoment'>,
    namespace: Namespace,
    project: (value: unknown) => Entry,
    onChange: (before: Entry | undefined, after: Entry | undefined) => void = () => undefined,
  ) {
    this.#chain = chain;
    this.#namespace = namespace;
    this.#project = project;
    this.#onChange = onChange;
  }

  /** By key, as the newest block left it. */
  entries(): ReadonlyMap<string, Entry> {
    this.#askedAt = performance.now();
    this.#chain.atOneMoment(() => this.#follow());
    return this.#entries;
  }

  /** Of the entries as they were last read: another one where any of them is another. */
  get revision(): number {
    return this.#revision;
  }

  /** After a block: reads what it changed, where somebody will ask soon, who would wait for all that came since. @throws STORAGE_CORRUPT */
  keepUp(): void {
    if (performance.now() - this.#askedAt < KEPT_UP_MS) this.#chain.atOneMoment(() => this.#follow());
  }

  /**
   * Reads, for about so many milliseconds, what nobody has asked for yet: the first question would else wait for all of it. Returns
   * whether there is more. @throws STORAGE_CORRUPT
   */
  readAhead(budgetMs: number): boolean {
    if (this.#ahead === null && this.#root.page !== EMPTY_ROOT.page) return false;
    return !this.#chain.atOneMoment(() => this.#readFirst(performance.now() + budgetMs));
  }

  #follow(): void {
    if (this.#ahead !== null || this.#root.page === EMPTY_ROOT.page) this.#readFirst(Number.POSITIVE_INFINITY);
    const root = this.#chain.head().roots[this.#namespace];
    if (root.page === this.#root.page) return;
    for (const [key, value] of this.#chain.tree.changes(this.#root, root)) this.#take(key, value);
    this.#root = root;
  }

  /** The first reading, which stops at a time by `performance.now()`; whether it is over. It is of one root, whatever comes meanwhile. */
  #readFirst(until: number): boolean {
    const root = this.#ahead?.root ?? this.#chain.head().roots[this.#namespace];
    this.#ahead ??= { root, changes: this.#chain.tree.changes(EMPTY_ROOT, root) };
    const { changes } = this.#ahead;
    try {
      for (let next = changes.next(); next.done !== true; next = changes.next()) {
        this.#take(...next.value);
        if (performance.now() >= until) return false;
      }
    } catch (error) {
      // What was interrupted would look as if it had come to its end.
      this.#ahead = null;
      throw error;
    }
    this.#root = root;
    this.#ahead = null;
    return true;
  }

  #take(key: string, value: Uint8Array | null): void {
    if (isRecordKey(key)) this.#change(key, value === null ? undefined : this.#project(JSON.parse(decodeUtf8(value))));
  }

  #change(key: string, after: Entry | undefined): void {
    const before = this.#entries.get(key);
    this.#revision += 1;
    this.#onChange(before, after);
    if (after === undefined) {
      this.#hasGone = true;
      this.#entries.delete(key);
      return;
    }
    if (before === undefined) this.#added.push(key);
    this.#entries.set(key, after);
  }

  /** The same, with the keys in order. */
  inOrder(): { readonly keys: readonly string[]; readonly entries: ReadonlyMap<string, Entry> } {
    const entries = this.entries();
    if (this.#hasGone) this.#keys = [...entries.keys()].sort();
    else if (this.#added.length > 0) this.#keys = mergeSorted(this.#keys, this.#added.sort());
    this.#hasGone = false;
    this.#added = [];
    return { keys: this.#keys, entries };
  }
}

/** To sort all again for a few that came would cost more than to read those. */
function mergeSorted(left: readonly string[], right: readonly string[]): readonly string[] {
  const merged: string[] = [];
  let next = 0;
  for (const key of left) {
    for (; next < right.length && (right[next] as string) < key; next++) merged.push(right[next] as string);
    merged.push(key);
  }
  for (; next < right.length; next++) merged.push(right[next] as string);
  return merged;
}
