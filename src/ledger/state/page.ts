import { assert } from '../../base/assert.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { sha256Into } from '#sha256';

/**
 * Four binary levels of the sparse Merkle tree in one page, so that a path of 20 levels costs five reads and writes.
 * Positions are those of a binary heap: 1 is the page's root, 16…31 are its slots. A slot is empty, a leaf, or the root
 * of the page below. A subtree with one leaf is that leaf (no node above it until a second leaf joins), as in the tree
 * that the ICS-23 SMT specification describes.
 */
export const SLOT_COUNT = 16;
const POSITION_COUNT = 32;
const HASH_SIZE = 32;
const REF_SIZE = 6;
const KINDS_SIZE = 4;

export const EMPTY = 0;
export const LEAF = 1;
export const NODE = 2;
export type NodeKind = typeof EMPTY | typeof LEAF | typeof NODE;

/** A subtree as its parent knows it. `ref` is the id of the stored value (leaf) or page (node); 0 where empty. */
export interface Subtree {
  readonly kind: NodeKind;
  readonly hash: Uint8Array;
  readonly ref: number;
}

export const EMPTY_HASH = new Uint8Array(HASH_SIZE);
export const EMPTY_SUBTREE: Subtree = { kind: EMPTY, hash: EMPTY_HASH, ref: 0 };

const input = new Uint8Array(65);
const NO_REFS: readonly number[] = Array.from({ length: SLOT_COUNT }, () => 0);

function hashOffset(position: number): number {
  return POSITION_COUNT + position * HASH_SIZE;
}

export class StatePage {
  /**
   * The kind of each position, then the hash of each: in one allocation, and the references in a plain array, because each
   * typed array costs an allocation of its own.
   */
  readonly #bytes: Uint8Array;
  readonly #refs: number[];

  constructor(source?: StatePage) {
    this.#bytes = source === undefined ? new Uint8Array(POSITION_COUNT * (1 + HASH_SIZE)) : source.#bytes.slice();
    this.#refs = source === undefined ? NO_REFS.slice() : source.#refs.slice();
  }

  kind(position: number): NodeKind {
    return this.#bytes[position] as NodeKind;
  }

  /** A view, valid until the page changes; all zero where empty. */
  hash(position: number): Uint8Array {
    const offset = hashOffset(position);
    return this.#bytes.subarray(offset, offset + HASH_SIZE);
  }

  /** The hashes of slots [begin, end), one after the other; a view. */
  slotHashes(begin: number, end: number): Uint8Array {
    return this.#bytes.subarray(hashOffset(SLOT_COUNT + begin), hashOffset(SLOT_COUNT + end));
  }

  /** Whether a slot holds the same here as in another page. */
  hasSameSlot(other: StatePage, slot: number): boolean {
    const position = SLOT_COUNT + slot;
    if (this.kind(position) !== other.kind(position)) return false;
    const begin = hashOffset(position);
    for (let offset = begin; offset < begin + HASH_SIZE; offset++)
      if (this.#bytes[offset] !== other.#bytes[offset]) return false;
    return true;
  }

  ref(slot: number): number {
    return this.#refs[slot] ?? 0;
  }

  slot(slot: number): Subtree {
    return { kind: this.kind(SLOT_COUNT + slot), hash: this.hash(SLOT_COUNT + slot), ref: this.ref(slot) };
  }

  setSlot(slot: number, subtree: Subtree): void {
    const position = SLOT_COUNT + slot;
    this.#bytes[position] = subtree.kind;
    this.#bytes.set(subtree.hash, hashOffset(position));
    this.#refs[slot] = subtree.ref;
  }

  /** Re-hashes the levels above the given slots (a bit each). */
  rehash(changedSlots: number): void {
    let changed = changedSlots;
    for (let width = SLOT_COUNT / 2; width >= 1; width /= 2) {
      let above = 0;
      for (let index = 0; index < width; index++) {
        if ((changed & (3 << (index * 2))) === 0) continue;
        above |= 1 << index;
        this.#combine(width + index);
      }
      changed = above;
    }
  }

  #combine(position: number): void {
    const left = position * 2;
    const right = left + 1;
    const leftKind = this.kind(left);
    const rightKind = this.kind(right);
    const bytes = this.#bytes;
    if (leftKind + rightKind <= LEAF) {
      // Nothing, or one leaf alone: it rises as it is.
      const from = hashOffset(leftKind === EMPTY ? right : left);
      bytes[position] = leftKind + rightKind;
      bytes.copyWithin(hashOffset(position), from, from + HASH_SIZE);
      return;
    }
    bytes[position] = NODE;
    input[0] = 1;
    const children = hashOffset(left);
    for (let index = 0; index < 2 * HASH_SIZE; index++) input[1 + index] = bytes[children + index] as number;
    sha256Into(input, bytes, hashOffset(position));
  }

  /** The only leaf of the page where its root is one. */
  onlyLeaf(): Subtree {
    for (let slot = 0; slot < SLOT_COUNT; slot++) if (this.kind(SLOT_COUNT + slot) === LEAF) return this.slot(slot);
    throw new QuantumLockError('STORAGE_CORRUPT', 'a state page has no leaf');
  }
}

/**
 * Bytes of a page: 16 two-bit kinds (slot 0 in the lowest bits, little-endian), the hashes of the slots that are not
 * empty, then their 48-bit references (little-endian).
 */
export function encodeStatePage(page: StatePage): Uint8Array {
  let used = 0;
  let kinds = 0;
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const kind = page.kind(SLOT_COUNT + slot);
    kinds += kind * 4 ** slot;
    if (kind !== EMPTY) used++;
  }
  const bytes = new Uint8Array(KINDS_SIZE + used * (HASH_SIZE + REF_SIZE));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, kinds, true);
  let hashAt = KINDS_SIZE;
  let refOffset = KINDS_SIZE + used * HASH_SIZE;
  for (let slot = 0; slot < SLOT_COUNT;) {
    if (page.kind(SLOT_COUNT + slot) === EMPTY) {
      slot++;
      continue;
    }
    // Neighbouring slots are copied together.
    const begin = slot;
    for (; slot < SLOT_COUNT && page.kind(SLOT_COUNT + slot) !== EMPTY; slot++) {
      const ref = page.ref(slot);
      view.setUint32(refOffset, ref % 2 ** 32, true);
      view.setUint16(refOffset + 4, Math.floor(ref / 2 ** 32), true);
      refOffset += REF_SIZE;
    }
    const run = page.slotHashes(begin, slot);
    bytes.set(run, hashAt);
    hashAt += run.length;
  }
  assert(refOffset === bytes.length, 'a state page fills its bytes');
  return bytes;
}

/**
 * Reads a page and re-hashes it, so that its root can be checked against what the parent says. @throws STORAGE_CORRUPT
 */
export function decodeStatePage(bytes: Uint8Array): StatePage {
  const page = new StatePage();
  // A view of a Node.js Buffer costs several times as much as one of a plain array.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < KINDS_SIZE) throw new QuantumLockError('STORAGE_CORRUPT', 'a state page is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let kinds = view.getUint32(0, true);
  const used = (bytes.length - KINDS_SIZE) / (HASH_SIZE + REF_SIZE);
  let hashAt = KINDS_SIZE;
  let refOffset = KINDS_SIZE + used * HASH_SIZE;
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const kind = kinds % 4;
    kinds = Math.floor(kinds / 4);
    if (kind === EMPTY) continue;
    if (kind > NODE || refOffset + REF_SIZE > bytes.length)
      throw new QuantumLockError('STORAGE_CORRUPT', 'a state page is malformed');
    const ref = view.getUint32(refOffset, true) + view.getUint16(refOffset + 4, true) * 2 ** 32;
    page.setSlot(slot, { kind: kind as NodeKind, hash: plain.subarray(hashAt, hashAt + HASH_SIZE), ref });
    hashAt += HASH_SIZE;
    refOffset += REF_SIZE;
  }
  if (refOffset !== bytes.length || !Number.isInteger(used))
    throw new QuantumLockError('STORAGE_CORRUPT', 'a state page has bytes left over');
  page.rehash(0xffff);
  return page;
}
