import { compareBytes, equalBytes, encodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { sha256 } from '#sha256';
import { EMPTY, EMPTY_HASH, EMPTY_SUBTREE, LEAF, NODE, SLOT_COUNT, StatePage, type Subtree } from './page.ts';

/** One stored value. Rows are only ever added; a row belongs to the block that wrote it. */
export interface StateValue {
  readonly key: string;
  /** Canonical JSON. */
  readonly value: Uint8Array;
}

/** Where pages and values are kept, by ids that count upwards from 1. Nothing is overwritten, so every past root stays readable. */
export interface StateStore {
  /** @throws STORAGE_CORRUPT where there is no such page or it cannot be read. */
  page(id: number): StatePage;
  appendPage(page: StatePage): number;
  value(id: number): StateValue;
  appendValue(value: StateValue): number;
}

/** A namespace's tree at one height. `page` is 0 where it is empty. */
export interface TreeRoot {
  readonly hash: Uint8Array;
  readonly page: number;
}

export const EMPTY_ROOT: TreeRoot = { hash: EMPTY_HASH, page: 0 };

/** A key's new value, or null to remove it. */
export interface TreeChange {
  readonly key: string;
  readonly value: Uint8Array | null;
}

interface Entry {
  readonly path: Uint8Array;
  /** The leaf to put, or EMPTY_SUBTREE to remove. */
  readonly leaf: Subtree;
}

/** SHA-256 of the key's UTF-8: its place in the tree. */
export function statePath(key: string): Uint8Array {
  return sha256(encodeUtf8(key));
}

const leafInput = new Uint8Array(65);

/** H(0x00 ‖ path ‖ H(value)). */
export function stateLeafHash(path: Uint8Array, valueHash: Uint8Array): Uint8Array {
  leafInput[0] = 0;
  leafInput.set(path, 1);
  leafInput.set(valueHash, 33);
  return sha256(leafInput);
}

export function nibble(path: Uint8Array, depth: number): number {
  const byte = path[depth >> 1] ?? 0;
  return depth % 2 === 0 ? byte >> 4 : byte & 15;
}

/** Where a path ends: at its own leaf, at another key's leaf, or at nothing. */
export interface Descent {
  readonly end: Subtree;
  /** Sibling hashes from the root downwards. */
  readonly siblings: readonly Uint8Array[];
}

/** One namespace: a sparse Merkle tree over SHA-256 paths. */
export class StateTree {
  readonly #store: StateStore;
  /** Paths and hashes of the values that were met; forgotten with them. */
  readonly #known = new WeakMap<StateValue, { readonly path: Uint8Array; readonly leafHash: Uint8Array }>();

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** The value of `key` under `root`, verified against the leaf's hash; undefined where there is none. */
  get(root: TreeRoot, key: string): Uint8Array | undefined {
    if (root.page === 0) return undefined;
    const path = statePath(key);
    let page = this.#page(root.page, root.hash);
    for (let depth = 0; ; depth++) {
      const place = nibble(path, depth);
      if (page.kind(SLOT_COUNT + place) === EMPTY) return undefined;
      const slot = page.slot(place);
      if (slot.kind === LEAF) {
        const found = this.leaf(slot);
        return found.key === key ? found.value : undefined;
      }
      page = this.#page(slot.ref, slot.hash);
    }
  }

  /** Applies changes (one per key) and returns the new root. The old root stays readable. */
  update(root: TreeRoot, changes: readonly TreeChange[]): TreeRoot {
    const entries = changes.map(({ key, value }): Entry => {
      const path = statePath(key);
      if (value === null) return { path, leaf: EMPTY_SUBTREE };
      return {
        path,
        leaf: { kind: LEAF, hash: stateLeafHash(path, sha256(value)), ref: this.#store.appendValue({ key, value }) },
      };
    });
    entries.sort((left, right) => compareBytes(left.path, right.path));
    if (entries.length === 0) return root;
    const page = this.#applyToPage(
      root.page === 0 ? new StatePage() : new StatePage(this.#page(root.page, root.hash)),
      entries,
      0,
    );
    if (page.kind(1) === EMPTY) return EMPTY_ROOT;
    return { hash: page.hash(1).slice(), page: this.#store.appendPage(page) };
  }

  #applyToPage(page: StatePage, entries: readonly Entry[], depth: number): StatePage {
    let changed = 0;
    for (let begin = 0; begin < entries.length;) {
      const slot = nibble((entries[begin] as Entry).path, depth);
      let end = begin + 1;
      while (end < entries.length && nibble((entries[end] as Entry).path, depth) === slot) end++;
      page.setSlot(slot, this.#applyToSlot(page.slot(slot), entries.slice(begin, end), depth));
      changed |= 1 << slot;
      begin = end;
    }
    page.rehash(changed);
    return page;
  }

  #applyToSlot(slot: Subtree, entries: readonly Entry[], depth: number): Subtree {
    if (slot.kind === NODE) {
      const page = this.#applyToPage(new StatePage(this.#page(slot.ref, slot.hash)), entries, depth + 1);
      return this.#finish(page);
    }
    const leaves = entries.filter((entry) => entry.leaf.kind === LEAF);
    if (slot.kind === LEAF) {
      const path = this.#pathOf(this.#store.value(slot.ref), slot);
      if (!entries.some((entry) => equalBytes(entry.path, path))) {
        leaves.push({ path, leaf: { ...slot, hash: slot.hash.slice() } });
        leaves.sort((left, right) => compareBytes(left.path, right.path));
      }
    }
    const [first] = leaves;
    if (first === undefined) return EMPTY_SUBTREE;
    if (leaves.length === 1) return first.leaf;
    return this.#finish(this.#applyToPage(new StatePage(), leaves, depth + 1));
  }

  #finish(page: StatePage): Subtree {
    const kind = page.kind(1);
    if (kind === EMPTY) return EMPTY_SUBTREE;
    if (kind === LEAF) return page.onlyLeaf();
    return { kind: NODE, hash: page.hash(1).slice(), ref: this.#store.appendPage(page) };
  }

  /** Follows `path` to its end, collecting the siblings that a proof needs. */
  descend(root: TreeRoot, path: Uint8Array): Descent {
    const siblings: Uint8Array[] = [];
    if (root.page === 0) return { end: EMPTY_SUBTREE, siblings };
    let page = this.#page(root.page, root.hash);
    for (let depth = 0; ; depth++) {
      const slot = nibble(path, depth);
      let position = 1;
      for (let level = 3; level >= 0 && page.kind(position) === NODE; level--) {
        const bit = (slot >> level) & 1;
        siblings.push(page.hash(position * 2 + (1 - bit)).slice());
        position = position * 2 + bit;
      }
      const kind = page.kind(position);
      if (kind === EMPTY) return { end: EMPTY_SUBTREE, siblings };
      if (kind === LEAF) return { end: this.#leafUnder(page, position), siblings };
      page = this.#page(page.ref(slot), page.hash(position));
    }
  }

  /** The one leaf at or below `position`. */
  #leafUnder(page: StatePage, position: number): Subtree {
    let at = position;
    while (at < SLOT_COUNT) at = page.kind(at * 2) === LEAF ? at * 2 : at * 2 + 1;
    return page.slot(at - SLOT_COUNT);
  }

  /** All keys in path order, until `visit` returns false. */
  walk(root: TreeRoot, visit: (value: StateValue) => boolean): void {
    if (root.page === 0) return;
    const walkPage = (page: StatePage): boolean => {
      for (let slot = 0; slot < SLOT_COUNT; slot++) {
        const subtree = page.slot(slot);
        if (subtree.kind === LEAF && !visit(this.leaf(subtree))) return false;
        if (subtree.kind === NODE && !walkPage(this.#page(subtree.ref, subtree.hash))) return false;
      }
      return true;
    };
    walkPage(this.#page(root.page, root.hash));
  }

  /**
   * What one root has otherwise than another, in no order: the value that a key has, or null where it has none any more. One after the
   * other, so that a reader of a large state may stop in between.
   */
  *changes(
    before: TreeRoot,
    after: TreeRoot,
  ): Generator<readonly [key: string, value: Uint8Array | null], void, undefined> {
    const rootOf = ({ hash, page }: TreeRoot): Subtree =>
      page === 0 ? EMPTY_SUBTREE : { kind: NODE, hash, ref: page };
    yield* this.#changes(rootOf(before), rootOf(after));
  }

  *#changes(
    left: Subtree,
    right: Subtree,
  ): Generator<readonly [key: string, value: Uint8Array | null], void, undefined> {
    if (left.kind === right.kind && equalBytes(left.hash, right.hash)) return;
    if (left.kind === NODE && right.kind === NODE) {
      const [leftPage, rightPage] = [this.#page(left.ref, left.hash), this.#page(right.ref, right.hash)];
      for (let slot = 0; slot < SLOT_COUNT; slot++)
        if (!leftPage.hasSameSlot(rightPage, slot)) yield* this.#changes(leftPage.slot(slot), rightPage.slot(slot));
      return;
    }
    if (left.kind === EMPTY) {
      for (const { key, value } of this.#leavesBelow(right)) yield [key, value];
      return;
    }
    // By key, each with its hash: what stands alone on one side may stand unchanged among others on the other.
    const earlier = new Map(Array.from(this.#leavesBelow(left), ({ key, hash }) => [key, hash]));
    const present = new Map(Array.from(this.#leavesBelow(right), (leaf) => [leaf.key, leaf]));
    for (const key of earlier.keys()) if (!present.has(key)) yield [key, null];
    for (const [key, { value, hash }] of present) {
      const known = earlier.get(key);
      if (known === undefined || !equalBytes(known, hash)) yield [key, value];
    }
  }

  *#leavesBelow(subtree: Subtree): Generator<StateValue & { readonly hash: Uint8Array }, void, undefined> {
    if (subtree.kind === LEAF) yield { ...this.leaf(subtree), hash: subtree.hash };
    if (subtree.kind !== NODE) return;
    const page = this.#page(subtree.ref, subtree.hash);
    for (let slot = 0; slot < SLOT_COUNT; slot++) yield* this.#leavesBelow(page.slot(slot));
  }

  /** The leaf next to `path` on one side, for absence proofs by neighbours (ICS-23). */
  neighbour(root: TreeRoot, path: Uint8Array, side: 'left' | 'right'): StateValue | undefined {
    if (root.page === 0) return undefined;
    const step = side === 'left' ? -1 : 1;
    const beside = (key: string): boolean => compareBytes(statePath(key), path) * step > 0;
    const edge = (subtree: Subtree): StateValue | undefined => {
      if (subtree.kind === EMPTY) return undefined;
      if (subtree.kind === LEAF) return this.leaf(subtree);
      const page = this.#page(subtree.ref, subtree.hash);
      for (let index = 0; index < SLOT_COUNT; index++) {
        const found = edge(page.slot(side === 'left' ? SLOT_COUNT - 1 - index : index));
        if (found !== undefined) return found;
      }
      return undefined;
    };
    const search = (page: StatePage, depth: number): StateValue | undefined => {
      const start = nibble(path, depth);
      const here = page.slot(start);
      const below =
        here.kind === NODE
          ? search(this.#page(here.ref, here.hash), depth + 1)
          : here.kind === LEAF
            ? this.leaf(here)
            : undefined;
      if (below !== undefined && beside(below.key)) return below;
      for (let slot = start + step; slot >= 0 && slot < SLOT_COUNT; slot += step) {
        const found = edge(page.slot(slot));
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return search(this.#page(root.page, root.hash), 0);
  }

  #page(id: number, hash: Uint8Array): StatePage {
    const page = this.#store.page(id);
    if (!equalBytes(page.hash(1), hash))
      throw new QuantumLockError('STORAGE_CORRUPT', `state page ${id} does not match its hash`, {
        context: { page: id },
      });
    return page;
  }

  /** The stored value that a leaf refers to, checked against its hash. @throws STORAGE_CORRUPT */
  leaf(slot: Subtree): StateValue {
    const found = this.#store.value(slot.ref);
    this.#pathOf(found, slot);
    return found;
  }

  /** The path of a stored value, which is checked against the leaf that refers to it. */
  #pathOf(found: StateValue, slot: Subtree): Uint8Array {
    let known = this.#known.get(found);
    if (known === undefined) {
      const path = statePath(found.key);
      known = { path, leafHash: stateLeafHash(path, sha256(found.value)) };
      this.#known.set(found, known);
    }
    if (!equalBytes(known.leafHash, slot.hash)) {
      throw new QuantumLockError('STORAGE_CORRUPT', `state value ${slot.ref} does not match its leaf`, {
        context: { value: slot.ref },
      });
    }
    return known.path;
  }
}
