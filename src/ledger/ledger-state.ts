import { concatBytes, decodeUtf8, encodeUtf8 } from '../base/bytes.ts';
import { encodeCanonicalText, type Json } from '../base/canonical.ts';
import { STATE_VALUE_CACHE_COUNT_MAX } from '../base/limits.ts';
import type { StateAccess } from './actions/action.ts';
import { leafHash, merkleRoot } from './log.ts';
import { NAMESPACES, type Namespace } from './state-types.ts';
import { EMPTY_ROOT, StateTree, type StateStore, type TreeRoot } from './state-tree.ts';

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

type Writes = Map<string, Json>;

/** Writes that are kept apart from what lies below until they are taken over: one block's, or one transaction's. */
export class StateOverlay implements StateAccess {
  readonly #below: Pick<StateAccess, 'get'>;
  readonly #writes = new Map<Namespace, Writes>();

  constructor(below: Pick<StateAccess, 'get'>) {
    this.#below = below;
  }

  get(namespace: Namespace, key: string): Json | undefined {
    return this.#writes.get(namespace)?.get(key) ?? this.#below.get(namespace, key);
  }

  put(namespace: Namespace, key: string, value: Json): void {
    let writes = this.#writes.get(namespace);
    if (writes === undefined) this.#writes.set(namespace, (writes = new Map()));
    writes.set(key, value);
  }

  /** Takes over what `upper` wrote on top of this. */
  absorb(upper: StateOverlay): void {
    for (const [namespace, writes] of upper.#writes) for (const [key, value] of writes) this.put(namespace, key, value);
  }

  clear(): void {
    this.#writes.clear();
  }

  writes(): ReadonlyMap<Namespace, ReadonlyMap<string, Json>> {
    return this.#writes;
  }
}

/** The state at the head: reads decoded values, and turns a block's writes into the next roots. */
export class LedgerState implements Pick<StateAccess, 'get'> {
  readonly #tree: StateTree;
  readonly #decoded = new Map<string, Json>();
  #roots: StateRoots;

  constructor(store: StateStore, roots: StateRoots) {
    this.#tree = new StateTree(store);
    this.#roots = roots;
  }

  get roots(): StateRoots {
    return this.#roots;
  }

  get tree(): StateTree {
    return this.#tree;
  }

  get(namespace: Namespace, key: string): Json | undefined {
    const cacheKey = `${namespace}/${key}`;
    const cached = this.#decoded.get(cacheKey);
    if (cached !== undefined) return cached;
    const bytes = this.#tree.get(this.#roots[namespace], key);
    if (bytes === undefined) return undefined;
    const value = JSON.parse(decodeUtf8(bytes)) as Json;
    this.#remember(cacheKey, value);
    return value;
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
              [...writes].map(([key, value]) => ({ key, value: encodeUtf8(encodeCanonicalText(value)) })),
            );
    }
    return roots as StateRoots;
  }

  /** Makes `roots` the head, of which `overlay` holds the values that changed. */
  adopt(roots: StateRoots, overlay: StateOverlay): void {
    this.#roots = roots;
    for (const [namespace, writes] of overlay.writes())
      for (const [key, value] of writes) this.#remember(`${namespace}/${key}`, value);
  }

  #remember(cacheKey: string, value: Json): void {
    this.#decoded.delete(cacheKey);
    this.#decoded.set(cacheKey, value);
    if (this.#decoded.size > STATE_VALUE_CACHE_COUNT_MAX)
      this.#decoded.delete(this.#decoded.keys().next().value as string);
  }
}
