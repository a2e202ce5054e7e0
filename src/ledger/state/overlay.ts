import type { Json } from '../../base/canonical.ts';
import { isSameJson } from '../../base/same-json.ts';
import type { GovernedState, ListedNamespace, PastBlock, ReadableState, StateWrites } from './access.ts';
import { isRecordKey, type Namespace } from './records.ts';

/** Undefined for an entry that was taken out: what lies below is not looked at. */
type Writes = Map<string, Json | undefined>;

/**
 * Writes that are kept separate from the layer below until they are taken over: one block's, one transaction's, or one
 * trial's.
 */
export class StateOverlay implements GovernedState {
  readonly #below: ReadableState;
  readonly #writes = new Map<Namespace, Writes>();

  constructor(below: ReadableState) {
    this.#below = below;
  }

  get(namespace: Namespace, key: string): Json | undefined {
    const writes = this.#writes.get(namespace);
    const written = writes?.get(key);
    return written !== undefined || writes?.has(key) === true ? written : this.#below.get(namespace, key);
  }

  list(namespace: ListedNamespace): ReadonlyMap<string, Json> {
    const below = this.#below.list(namespace);
    const writes = this.#writes.get(namespace);
    if (writes === undefined) return below;
    const entries = new Map(below);
    for (const [key, value] of writes) {
      if (value === undefined) entries.delete(key);
      else entries.set(key, value);
    }
    return entries;
  }

  put(namespace: Namespace, key: string, value: Json): void {
    this.#write(namespace, key, value);
  }

  remove(namespace: Namespace, key: string): void {
    this.#write(namespace, key, undefined);
  }

  past(height: number): PastBlock | undefined {
    return this.#below.past(height);
  }

  environmentsThen(block: PastBlock, scope: readonly string[] | null): ReadonlyMap<string, Json | undefined> {
    const differing = new Map(this.#below.environmentsThen(block, scope));
    const wanted = scope === null ? null : new Set(scope);
    for (const [key, now] of this.#writes.get('environments') ?? []) {
      if (!isRecordKey(key) || wanted?.has(key) === false) continue;
      const then = differing.has(key) ? differing.get(key) : this.#below.get('environments', key);
      if (isSameJson(now, then)) differing.delete(key);
      else differing.set(key, then);
    }
    return differing;
  }

  #write(namespace: Namespace, key: string, value: Json | undefined): void {
    let writes = this.#writes.get(namespace);
    if (writes === undefined) this.#writes.set(namespace, (writes = new Map()));
    writes.set(key, value);
  }

  /** Takes over what `upper` wrote on top of this. */
  absorb(upper: StateOverlay): void {
    applyWrites(this, upper.#writes);
  }

  clear(): void {
    this.#writes.clear();
  }

  writes(): StateWrites {
    return this.#writes;
  }
}

/** Makes in a state what was written on top of it. */
export function applyWrites(state: Pick<GovernedState, 'put' | 'remove'>, writes: StateWrites): void {
  for (const [namespace, values] of writes) {
    for (const [key, value] of values) {
      if (value === undefined) state.remove(namespace, key);
      else state.put(namespace, key, value);
    }
  }
}
