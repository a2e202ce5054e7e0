import { lookalikeKeys } from '../../src/base/lookalike.ts';

/**
 * What people identify by a name. Names of different kinds are not compared: a member and a validator may well be
 * called alike.
 */
export type NameKind = 'member' | 'environment' | 'validator' | 'key' | 'chain' | 'entry';

export interface Named {
  readonly kind: NameKind;
  readonly id: string;
  /** As it is shown; the id where there is no other. */
  readonly name: string;
}

interface Entry extends Named {
  /** How many places show it. */
  places: number;
  readonly keys: readonly string[];
  /** Others next to it that look like it; null until asked again. */
  alike: readonly Named[] | null;
}

const NOBODY: readonly Named[] = [];

/**
 * The names that are next to each other in the page now: every one that is shown, and those of rows that a list holds
 * and has not drawn. Two of one kind that look alike, or are the same, and are not of the same thing know of each
 * other.
 */
export class NamesBeside {
  readonly #entries = new Map<string, Entry>();
  readonly #byKey = new Map<string, Set<Entry>>();
  readonly #listeners = new Set<() => void>();
  #telling = false;

  /** From now on it is there, until the answer is called. */
  readonly add = (named: Named): (() => void) => {
    const place = placeOf(named);
    const entry = this.#entries.get(place) ?? this.#enter(place, named);
    entry.places += 1;
    return () => {
      entry.places -= 1;
      if (entry.places === 0) this.#leave(place, entry);
    };
  };

  /** The same answer until it changes. */
  readonly alike = (named: Named): readonly Named[] => {
    const entry = this.#entries.get(placeOf(named));
    if (entry === undefined) return NOBODY;
    entry.alike ??= this.#find(entry);
    return entry.alike;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #enter(place: string, { kind, id, name }: Named): Entry {
    const keys = [id, name].flatMap(lookalikeKeys).map((key) => `${kind} ${key}`);
    const entry: Entry = { kind, id, name, places: 0, keys: [...new Set(keys)], alike: null };
    this.#entries.set(place, entry);
    for (const key of entry.keys) {
      const beside = this.#byKey.get(key) ?? new Set();
      this.#byKey.set(key, beside.add(entry));
      this.#changed(beside);
    }
    return entry;
  }

  #leave(place: string, entry: Entry): void {
    this.#entries.delete(place);
    for (const key of entry.keys) {
      const beside = this.#byKey.get(key);
      beside?.delete(entry);
      if (beside?.size === 0) this.#byKey.delete(key);
      else if (beside !== undefined) this.#changed(beside);
    }
  }

  #find({ id, keys }: Entry): readonly Named[] {
    const others = new Map<string, Named>();
    for (const key of keys)
      for (const other of this.#byKey.get(key) ?? []) if (other.id !== id) others.set(other.id, other);
    return others.size === 0 ? NOBODY : [...others.values()];
  }

  /** Each place that shows one of them is notified once, after everything that is drawn together has changed. */
  #changed(entries: ReadonlySet<Entry>): void {
    for (const entry of entries) entry.alike = null;
    if (entries.size < 1 || this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      for (const listener of this.#listeners) listener();
    });
  }
}

function placeOf({ kind, id, name }: Named): string {
  return JSON.stringify([kind, id, name]);
}
