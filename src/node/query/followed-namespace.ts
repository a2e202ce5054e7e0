import { decodeUtf8 } from '../../base/bytes.ts';
import { EMPTY_ROOT, type TreeRoot } from '../../ledger/state/tree.ts';
import { isRecordKey, type Namespace } from '../../ledger/state/records.ts';
import type { ChainReader } from '../storage/chain-reader.ts';

/**
 * A namespace of the newest state as a list in memory. It is read from the state tree, whose every page and value is
 * checked against the header's root: so nothing can be left out of it, or put in. Only what a new block changed is read
 * again.
 */
export class FollowedNamespace<Entry> {
  readonly #chain: ChainReader;
  readonly #namespace: Namespace;
  readonly #project: (value: unknown) => Entry;
  readonly #entries = new Map<string, Entry>();
  #keys: readonly string[] | null = null;
  #root: TreeRoot = EMPTY_ROOT;

  constructor(chain: ChainReader, namespace: Namespace, project: (value: unknown) => Entry) {
    this.#chain = chain;
    this.#namespace = namespace;
    this.#project = project;
  }

  /** By key, as the newest block left it. */
  entries(): ReadonlyMap<string, Entry> {
    const root = this.#chain.head().roots[this.#namespace];
    if (root.page === this.#root.page) return this.#entries;
    this.#chain.tree.walkChanges(this.#root, root, (key, value) => {
      if (!isRecordKey(key)) return;
      if (value === null || !this.#entries.has(key)) this.#keys = null;
      if (value === null) this.#entries.delete(key);
      else this.#entries.set(key, this.#project(JSON.parse(decodeUtf8(value))));
    });
    this.#root = root;
    return this.#entries;
  }

  /** In order. */
  keys(): readonly string[] {
    const entries = this.entries();
    this.#keys ??= [...entries.keys()].sort();
    return this.#keys;
  }
}
