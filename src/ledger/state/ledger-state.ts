import { concatBytes, decodeUtf8, encodeUtf8, equalBytes } from '../../base/bytes.ts';
import { encodeCanonicalText, type Json } from '../../base/canonical.ts';
import { STATE_VALUE_CACHE_COUNT_MAX } from '../../base/limits.ts';
import { ABSENT, DecodedValues } from './decoded-values.ts';
import type { ListedNamespace, PastBlock, PastBlocks, ReadableState } from './access.ts';
import { leafHash, merkleRoot } from '../log/log.ts';
import { isRecordKey, NAMESPACES, type Namespace } from './records.ts';
import { EMPTY_ROOT, StateTree, type StateStore, type TreeRoot } from './tree.ts';
import type { StateOverlay } from './overlay.ts';

/** The roots of all namespaces at one height. */
export type StateRoots = Readonly<Record<Namespace, TreeRoot>>;

export const EMPTY_ROOTS: StateRoots = Object.fromEntries(
  NAMESPACES.map((name) => [name, EMPTY_ROOT]),
) as unknown as StateRoots;

/** RFC 6962 root over `name ‖ namespace root`, in the order of NAMESPACES. */
export function stateRootOf(roots: Readonly<Record<Namespace, Uint8Array>>): Uint8Array {
  return merkleRoot(NAMESPACES.map((name) => leafHash(concatBytes(encodeUtf8(name), roots[name]))));
}

export function stateRoot(roots: StateRoots): Uint8Array {
  return stateRootOf(
    Object.fromEntries(NAMESPACES.map((name) => [name, roots[name].hash])) as Record<Namespace, Uint8Array>,
  );
}

/** The state at the head: reads decoded values, and turns a block's writes into the next roots. */
export class LedgerState implements ReadableState {
  readonly #tree: StateTree;
  readonly #past: PastBlocks;
  readonly #decoded = new DecodedValues(STATE_VALUE_CACHE_COUNT_MAX);
  /** Namespaces that were read whole, kept up with the head. */
  readonly #listed = new Map<ListedNamespace, Map<string, Json>>();
  #roots: StateRoots;

  /** `past`: the blocks up to the one that `roots` are of, and no later one. */
  constructor(store: StateStore, roots: StateRoots, past: PastBlocks) {
    this.#tree = new StateTree(store);
    this.#roots = roots;
    this.#past = past;
  }

  get roots(): StateRoots {
    return this.#roots;
  }

  get tree(): StateTree {
    return this.#tree;
  }

  get(namespace: Namespace, key: string): Json | undefined {
    const root = this.#roots[namespace];
    // Nearly every transaction asks for a policy or a parameter, of which most chains have none.
    if (root.page === 0) return undefined;
    const cached = this.#decoded.get(namespace, key);
    if (cached !== undefined) return cached === ABSENT ? undefined : cached;
    const bytes = this.#tree.get(root, key);
    const value = bytes === undefined ? undefined : (JSON.parse(decodeUtf8(bytes)) as Json);
    this.#decoded.set(namespace, key, value);
    return value;
  }

  list(namespace: ListedNamespace): ReadonlyMap<string, Json> {
    let entries = this.#listed.get(namespace);
    if (entries === undefined) {
      const read = new Map<string, Json>();
      this.#tree.walk(this.#roots[namespace], ({ key, value }) => {
        read.set(key, JSON.parse(decodeUtf8(value)) as Json);
        return true;
      });
      this.#listed.set(namespace, (entries = read));
    }
    return entries;
  }

  past(height: number): PastBlock | undefined {
    return this.#past.at(height);
  }

  environmentsThen(
    { environments }: PastBlock,
    scope: readonly string[] | null,
  ): ReadonlyMap<string, Json | undefined> {
    const differing = new Map<string, Json | undefined>();
    const now = this.#roots.environments;
    if (scope === null) {
      for (const [key, value] of this.#tree.changes(now, environments))
        if (isRecordKey(key)) differing.set(key, value === null ? undefined : (JSON.parse(decodeUtf8(value)) as Json));
      return differing;
    }
    for (const key of scope) {
      const [present, then] = [this.#tree.get(now, key), this.#tree.get(environments, key)];
      const isSame = present === undefined || then === undefined ? present === then : equalBytes(present, then);
      if (!isSame) differing.set(key, then === undefined ? undefined : (JSON.parse(decodeUtf8(then)) as Json));
    }
    return differing;
  }

  /** Roots after the overlay's writes. Nothing of this object changes until `adopt`. */
  next(overlay: StateOverlay): StateRoots {
    const roots: Partial<Record<Namespace, TreeRoot>> = {};
    for (const namespace of NAMESPACES) {
      const writes = overlay.writes().get(namespace);
      const root = this.#roots[namespace];
      roots[namespace] =
        writes === undefined
          ? root
          : this.#tree.update(
              root,
              [...writes].map(([key, value]) => ({
                key,
                value: value === undefined ? null : encodeUtf8(encodeCanonicalText(value)),
              })),
            );
    }
    return roots as StateRoots;
  }

  /** Makes `roots` the head, of which `overlay` holds the values that changed. */
  adopt(roots: StateRoots, overlay: StateOverlay): void {
    this.#roots = roots;
    for (const [namespace, writes] of overlay.writes()) {
      const listed = this.#listed.get(namespace as ListedNamespace);
      for (const [key, value] of writes) {
        this.#decoded.set(namespace, key, value);
        if (value === undefined) listed?.delete(key);
        else listed?.set(key, value);
      }
    }
  }
}
