import { createHash } from 'node:crypto';

/**
 * The state tree of docs/TECHNICAL_SPEC.md, "State tree", as its definition reads: recursive, over all entries at once,
 * without pages, sharing nothing with src/ledger/state/tree.ts.
 */
const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const EMPTY = Buffer.alloc(32);

export type Entries = ReadonlyMap<string, Uint8Array>;

const paths = new Map<string, Buffer>();
/** Kept, or most of a run would go into hashing the same few keys. */
export function pathOf(key: string): Buffer {
  let path = paths.get(key);
  if (path === undefined) paths.set(key, (path = sha256(Buffer.from(key, 'utf8'))));
  return path;
}

export const bitAt = (path: Uint8Array, depth: number): number => ((path[depth >> 3] ?? 0) >> (7 - (depth % 8))) & 1;
const leafOf = ([key, value]: readonly [string, Uint8Array]): Buffer =>
  sha256(Buffer.of(0), pathOf(key), sha256(value));

function subtree(entries: readonly (readonly [string, Uint8Array])[], depth: number): Buffer {
  const [only] = entries;
  if (only === undefined) return EMPTY;
  if (entries.length === 1) return leafOf(only);
  const left = entries.filter(([key]) => bitAt(pathOf(key), depth) === 0);
  const right = entries.filter(([key]) => bitAt(pathOf(key), depth) === 1);
  return sha256(Buffer.of(1), subtree(left, depth + 1), subtree(right, depth + 1));
}

export function naiveRoot(entries: Entries): Buffer {
  return subtree([...entries], 0);
}

/** Sibling hashes from the root downwards, to where at most one leaf is left. */
export function naiveSiblings(entries: Entries, path: Uint8Array): Buffer[] {
  const siblings: Buffer[] = [];
  let here = [...entries];
  for (let depth = 0; here.length > 1; depth++) {
    const wanted = bitAt(path, depth);
    siblings.push(
      subtree(
        here.filter(([key]) => bitAt(pathOf(key), depth) !== wanted),
        depth + 1,
      ),
    );
    here = here.filter(([key]) => bitAt(pathOf(key), depth) === wanted);
  }
  return siblings;
}

/** Keys in the order of their paths. */
export function naiveOrder(entries: Entries): string[] {
  return [...entries.keys()].toSorted((left, right) => Buffer.compare(pathOf(left), pathOf(right)));
}
