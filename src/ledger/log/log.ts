import { equalBytes } from '../../base/bytes.ts';
import { assert } from '../../base/assert.ts';
import { sha256, sha256Into } from '#sha256';

/** The Merkle tree of RFC 6962 §2.1: leaf = SHA-256(0x00 ‖ data), node = SHA-256(0x01 ‖ left ‖ right). */

/** Kept between calls: a transaction is hashed without an allocation of its size. The first byte stays 0x00. */
let leafInput = new Uint8Array(4 * 1024);

export function leafHash(data: Uint8Array): Uint8Array {
  if (data.length + 1 > leafInput.length) leafInput = new Uint8Array(2 * (data.length + 1));
  leafInput.set(data, 1);
  return sha256(leafInput.subarray(0, data.length + 1));
}

const nodeInput = new Uint8Array(65);
nodeInput[0] = 1;

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const output = new Uint8Array(32);
  nodeInput.set(left, 1);
  nodeInput.set(right, 33);
  sha256Into(nodeInput, output, 0);
  return output;
}

/** The largest power of two below `size` (size > 1). */
function splitPoint(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** log2 of `size` where that is a whole number. Math.log2 itself rounds, and calls 2^49 + 1 a power of two. */
function exactLog2(size: number): number | undefined {
  let level = 0;
  let power = 1;
  for (; power < size; power *= 2) level++;
  return power === size ? level : undefined;
}

/** The root over leaf hashes; over none it is SHA-256 of nothing. */
export function merkleRoot(leafHashes: readonly Uint8Array[]): Uint8Array {
  if (leafHashes.length === 0) return sha256(new Uint8Array(0));
  let level = leafHashes;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let index = 0; index + 1 < level.length; index += 2) {
      above.push(nodeHash(level[index] as Uint8Array, level[index + 1] as Uint8Array));
    }
    // An odd last node rises unchanged: the same tree as RFC 6962's recursive split.
    if (level.length % 2 === 1) above.push(level.at(-1) as Uint8Array);
    level = above;
  }
  return level[0] as Uint8Array;
}

/**
 * The right edge of a growing log: the roots of its perfect subtrees, largest first. Appending costs one hash on
 * average, the root at most log2(size).
 */
export class LogFrontier {
  #peaks: Uint8Array[] = [];
  #size = 0;

  /** A frontier of `size` leaves with its perfect subtrees' roots, largest first. */
  static of(size: number, peaks: readonly Uint8Array[]): LogFrontier {
    let bits = 0;
    for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
    assert(bits === peaks.length, 'a log frontier has one peak per bit of its size');
    const frontier = new LogFrontier();
    frontier.#peaks = [...peaks];
    frontier.#size = size;
    return frontier;
  }

  get size(): number {
    return this.#size;
  }

  append(hash: Uint8Array): void {
    this.appendPerfect(0, hash);
  }

  /** Adds 2^level leaves at once, by the root of their perfect subtree: one can begin here where the size is a multiple of 2^level. */
  appendPerfect(level: number, hash: Uint8Array): void {
    const width = 2 ** level;
    assert(this.#size % width === 0, 'a perfect subtree begins at a multiple of its size');
    let node = hash;
    for (let rest = this.#size / width; rest % 2 === 1; rest = (rest - 1) / 2)
      node = nodeHash(this.#peaks.pop() as Uint8Array, node);
    this.#peaks.push(node);
    this.#size += width;
  }

  /** Roots of the perfect subtrees, largest first. */
  get peaks(): readonly Uint8Array[] {
    return this.#peaks;
  }

  root(): Uint8Array {
    if (this.#size === 0) return sha256(new Uint8Array(0));
    let node = this.#peaks.at(-1) as Uint8Array;
    for (let index = this.#peaks.length - 2; index >= 0; index--)
      node = nodeHash(this.#peaks[index] as Uint8Array, node);
    return node;
  }

  copy(): LogFrontier {
    return LogFrontier.of(this.#size, this.#peaks);
  }
}

/** Reads the root of the perfect subtree of 2^level leaves that starts at leaf index·2^level. */
export interface LogNodeReader {
  perfectNode(level: number, index: number): Uint8Array;
}

/** Root of the leaves [begin, end), where begin is a multiple of the split points above it (as RFC 6962 recursion gives). */
export function rangeRoot(reader: LogNodeReader, begin: number, end: number): Uint8Array {
  const size = end - begin;
  assert(size > 0, 'a range of leaves is not empty');
  const level = exactLog2(size);
  if (level !== undefined && begin % size === 0) return reader.perfectNode(level, begin / size);
  const split = splitPoint(size);
  return nodeHash(rangeRoot(reader, begin, begin + split), rangeRoot(reader, begin + split, end));
}

/** The fewest perfect subtrees that the leaves [begin, end) are made of, in order: levels and indexes. */
export function* perfectSubtrees(
  begin: number,
  end: number,
): Generator<{ readonly level: number; readonly index: number }, void, undefined> {
  for (let at = begin; at < end;) {
    let level = 0;
    for (let width = 2; at % width === 0 && at + width <= end; width *= 2) level++;
    yield { level, index: at / 2 ** level };
    at += 2 ** level;
  }
}

/** Their roots, in the same order. */
export function subtreeRoots(reader: LogNodeReader, begin: number, end: number): Uint8Array[] {
  return Array.from(perfectSubtrees(begin, end), ({ level, index }) => reader.perfectNode(level, index));
}

/** The frontier of the first `size` leaves. */
export function readFrontier(reader: LogNodeReader, size: number): LogFrontier {
  return LogFrontier.of(size, subtreeRoots(reader, 0, size));
}

/** RFC 6962 §2.1.1: the audit path of leaf `index` in the log of `size` leaves, from the leaf's sibling upwards. */
export function inclusionPath(reader: LogNodeReader, index: number, size: number): Uint8Array[] {
  assert(index < size, 'the leaf is within the log');
  const path: Uint8Array[] = [];
  const descend = (begin: number, end: number): void => {
    if (end - begin === 1) return;
    const split = begin + splitPoint(end - begin);
    if (index < split) {
      descend(begin, split);
      path.push(rangeRoot(reader, split, end));
    } else {
      descend(split, end);
      path.push(rangeRoot(reader, begin, split));
    }
  };
  descend(0, size);
  return path;
}

/** RFC 6962 §2.1.2: the proof that the log of `first` leaves is a prefix of the log of `second`. */
export function consistencyPath(reader: LogNodeReader, first: number, second: number): Uint8Array[] {
  assert(first > 0 && first <= second, 'a consistency proof goes from a smaller log to a larger one');
  const path: Uint8Array[] = [];
  const descend = (begin: number, end: number, known: boolean): void => {
    if (first === end) {
      if (!known) path.push(rangeRoot(reader, begin, end));
      return;
    }
    const split = begin + splitPoint(end - begin);
    if (first <= split) {
      descend(begin, split, known);
      path.push(rangeRoot(reader, split, end));
    } else {
      descend(split, end, false);
      path.push(rangeRoot(reader, begin, split));
    }
  };
  descend(0, second, true);
  return path;
}

/** RFC 9162 §2.1.3.2: whether `leaf` is at `index` of the log of `size` leaves with `root`. */
export function verifyInclusion(proof: InclusionPath & { root: Uint8Array }): boolean {
  const root = inclusionRoot(proof);
  return root !== null && equalBytes(root, proof.root);
}

export interface InclusionPath {
  leaf: Uint8Array;
  index: number;
  size: number;
  path: readonly Uint8Array[];
}

/** The root that a path leads to from `leaf` at `index` of a log of `size` leaves; null where no such log has such a path. */
export function inclusionRoot(proof: InclusionPath): Uint8Array | null {
  const { index, size } = proof;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  let fn = index;
  let sn = size - 1;
  let node = proof.leaf;
  for (const sibling of proof.path) {
    if (sn === 0 || sibling.length !== 32) return null;
    if (fn % 2 === 1 || fn === sn) {
      node = nodeHash(sibling, node);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      node = nodeHash(node, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? node : null;
}

/** RFC 9162 §2.1.4.2: whether the log of `second` leaves only added to the log of `first`. */
export function verifyConsistency(proof: {
  first: number;
  second: number;
  firstRoot: Uint8Array;
  secondRoot: Uint8Array;
  path: readonly Uint8Array[];
}): boolean {
  const { first, second, firstRoot, secondRoot } = proof;
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 1 || first > second) return false;
  if (first === second) return proof.path.length === 0 && equalBytes(firstRoot, secondRoot);
  const path = exactLog2(first) !== undefined ? [firstRoot, ...proof.path] : [...proof.path];
  const start = path.shift();
  if (start === undefined || start.length !== 32) return false;
  let fn = first - 1;
  let sn = second - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  let older = start;
  let newer = start;
  for (const node of path) {
    if (sn === 0 || node.length !== 32) return false;
    if (fn % 2 === 1 || fn === sn) {
      older = nodeHash(node, older);
      newer = nodeHash(node, newer);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      newer = nodeHash(newer, node);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && equalBytes(older, firstRoot) && equalBytes(newer, secondRoot);
}
