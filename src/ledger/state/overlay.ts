import type { Json } from '../../base/canonical.ts';
import type { GovernedState, ListedNamespace } from './access.ts';
import type { Namespace } from './records.ts';

type Writes = Map<string, Json>;

/**
 * Writes that are kept separate from the layer below until they are taken over: one block's, one transaction's, or one
 * trial's.
 */
export class StateOverlay implements GovernedState {
  readonly #below: Pick<GovernedState, 'get' | 'list'>;
  readonly #writes = new Map<Namespace, Writes>();

  constructor(below: Pick<GovernedState, 'get' | 'list'>) {
    this.#below = below;
  }

  get(namespace: Namespace, key: string): Json | undefined {
    return this.#writes.get(namespace)?.get(key) ?? this.#below.get(namespace, key);
  }

  list(namespace: ListedNamespace): ReadonlyMap<string, Json> {
    const below = this.#below.list(namespace);
    const writes = this.#writes.get(namespace);
    return writes === undefined ? below : new Map([...below, ...writes]);
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
