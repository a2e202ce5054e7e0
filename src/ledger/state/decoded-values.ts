import type { Json } from '../../base/canonical.ts';
import type { Namespace } from './records.ts';

/** What a key is known not to have: nearly every transaction asks for something that nobody has set. */
export const ABSENT = Symbol('absent');

type Half = Map<Namespace, Map<string, Json | typeof ABSENT>>;

/** Decoded values of the state that were asked for lately: in two halves, of which the older is forgotten when the newer is full. */
export class DecodedValues {
  readonly #halfCount: number;
  #newer: Half = new Map();
  #older: Half = new Map();
  #count = 0;

  constructor(countMax: number) {
    this.#halfCount = Math.max(1, Math.floor(countMax / 2));
  }

  /** Undefined where it is not known. */
  get(namespace: Namespace, key: string): Json | typeof ABSENT | undefined {
    const value = this.#newer.get(namespace)?.get(key);
    if (value !== undefined) return value;
    const older = this.#older.get(namespace)?.get(key);
    if (older !== undefined) this.#keep(namespace, key, older);
    return older;
  }

  /** Undefined for what is not there. */
  set(namespace: Namespace, key: string, value: Json | undefined): void {
    this.#keep(namespace, key, value === undefined ? ABSENT : value);
  }

  #keep(namespace: Namespace, key: string, value: Json | typeof ABSENT): void {
    let values = this.#newer.get(namespace);
    if (values === undefined) this.#newer.set(namespace, (values = new Map()));
    const before = values.size;
    values.set(key, value);
    this.#count += values.size - before;
    if (this.#count < this.#halfCount) return;
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#count = 0;
  }
}
