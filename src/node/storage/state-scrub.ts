import { equalBytes } from '../../base/bytes.ts';
import type { StateRoots } from '../../ledger/state/ledger-state.ts';
import {
  decodeStatePage,
  EMPTY_SUBTREE,
  encodeStatePage,
  LEAF,
  NODE,
  SLOT_COUNT,
  type StatePage,
  type Subtree,
} from '../../ledger/state/page.ts';
import { stateLeafHash, statePath, type TreeRoot } from '../../ledger/state/tree.ts';
import { NAMESPACES } from '../../ledger/state/records.ts';
import { misfit } from './block-check.ts';
import type { StateRows } from './state-rows.ts';
import { sha256 } from '#sha256';

/** How many rows of state_pages and state_values there are: ids are given without a gap. */
export interface RowCounts {
  readonly pages: number;
  readonly values: number;
}

/**
 * Holds the state's rows against the roots of the blocks, one block after the other: the pages and values that a block
 * added are the next ids without a gap, each is reached from the block's roots and fits its hash there, and what they
 * refer to of earlier blocks is what stood in that place before. So each row is looked at once, and there is no other
 * row.
 */
export class StateScrub {
  readonly #rows: StateRows;
  /** The last ids of the blocks that were looked at. */
  #pages = 0;
  #values = 0;
  /** Ids that the present block was found to use. */
  readonly #newPages = new Set<number>();
  readonly #newValues = new Set<number>();

  /** `counted`: rows that the blocks before account for, where those were looked at earlier. */
  constructor(rows: StateRows, counted: RowCounts = { pages: 0, values: 0 }) {
    this.#rows = rows;
    this.#pages = counted.pages;
    this.#values = counted.values;
  }

  /** How many rows the blocks that were looked at account for. */
  get counts(): RowCounts {
    return { pages: this.#pages, values: this.#values };
  }

  /** Yields after each page. @throws STORAGE_CORRUPT */
  *check(before: StateRoots | null, after: StateRoots, place: string): Generator<void, void, undefined> {
    this.#newPages.clear();
    this.#newValues.clear();
    for (const namespace of NAMESPACES) {
      const left = subtreeOf(before?.[namespace]);
      const right = subtreeOf(after[namespace]);
      if (right.kind === NODE) yield* this.#compare(left, right);
    }
    this.#pages = assertConsecutive(this.#newPages, this.#pages, 'state page', place);
    this.#values = assertConsecutive(this.#newValues, this.#values, 'state value', place);
  }

  *#compare(left: Subtree, right: Subtree): Generator<void, void, undefined> {
    if (right.ref <= this.#pages) {
      if (left.kind !== NODE || left.ref !== right.ref || !equalBytes(left.hash, right.hash))
        throw misfit(`state page ${right.ref}`, 'is used in a place where it was not before');
      return;
    }
    const page = this.#newPage(right);
    const earlier = left.kind === NODE ? this.#rows.page(left.ref) : null;
    yield;
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const was = earlier?.slot(slot) ?? EMPTY_SUBTREE;
      const is = page.slot(slot);
      if (is.kind === LEAF) this.#checkLeaf(was, is);
      if (is.kind === NODE) yield* this.#compare(was, is);
    }
  }

  #newPage({ ref, hash }: Subtree): StatePage {
    const place = `state page ${ref}`;
    if (this.#newPages.has(ref)) throw misfit(place, 'is used in two places');
    this.#newPages.add(ref);
    const bytes = this.#rows.pageBytes(ref);
    if (bytes === undefined) throw misfit(place, 'is missing');
    const page = decodeStatePage(bytes);
    if (!equalBytes(page.hash(1), hash) || !equalBytes(encodeStatePage(page), bytes))
      throw misfit(place, 'does not match its hash');
    return page;
  }

  /** A leaf may come to another page when its neighbours come and go. */
  #checkLeaf(was: Subtree, is: Subtree): void {
    if (is.ref > this.#values) {
      if (this.#newValues.has(is.ref)) throw misfit(`state value ${is.ref}`, 'is used in two places');
      this.#newValues.add(is.ref);
    } else if (was.kind === LEAF && was.ref === is.ref && equalBytes(was.hash, is.hash)) return;
    const row = this.#rows.valueRow(is.ref);
    if (row === undefined) throw misfit(`state value ${is.ref}`, 'is missing');
    if (!equalBytes(stateLeafHash(statePath(row.key), sha256(row.value)), is.hash))
      throw misfit(`state value ${is.ref}`, 'does not match its leaf');
  }
}

function subtreeOf(root: TreeRoot | undefined): Subtree {
  return root === undefined || root.page === 0 ? EMPTY_SUBTREE : { kind: NODE, hash: root.hash, ref: root.page };
}

/** Returns the last of them. */
function assertConsecutive(ids: ReadonlySet<number>, before: number, what: string, place: string): number {
  const last = before + ids.size;
  for (const id of ids) if (id > last) throw misfit(`${what} ${id}`, `does not follow those before ${place}`);
  return last;
}
