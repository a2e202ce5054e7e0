import { encodeHash, encodeUtf8 } from '../../base/bytes.ts';
import { encodeCanonicalText, type Json } from '../../base/canonical.ts';
import { AssertionError } from '../../base/assert.ts';
import type { GovernedState, StateAccess } from './access.ts';
import type { Namespace, ReadValue } from './records.ts';
import { sha256 } from '#sha256';

/** A value that was read or is about to change, with what it was; null where there was none. */
export interface TouchedValue {
  readonly namespace: Namespace;
  readonly key: string;
  readonly before: Json | null;
}

/**
 * Takes note of every value that an action reads or changes, as it was before. Writes go through to the layer below.
 * What is proposed reads by key alone, so that what it rests on is exactly what was recorded.
 */
export class RecordingState implements GovernedState {
  readonly #below: StateAccess;
  readonly #touched = new Map<string, TouchedValue>();

  constructor(below: StateAccess) {
    this.#below = below;
  }

  get(namespace: Namespace, key: string): Json | undefined {
    const value = this.#below.get(namespace, key);
    this.#touch(namespace, key, value);
    return value;
  }

  put(namespace: Namespace, key: string, value: Json): void {
    this.#touch(namespace, key, this.#below.get(namespace, key));
    this.#below.put(namespace, key, value);
  }

  remove(namespace: Namespace, key: string): void {
    this.#touch(namespace, key, this.#below.get(namespace, key));
    this.#below.remove(namespace, key);
  }

  list(namespace: Namespace): never {
    throw new AssertionError(`a proposed action reads by key alone, not the whole of ${namespace}`);
  }

  past(): never {
    throw new AssertionError('a proposed action that rests on the state does not go back to a past block');
  }

  environmentsThen(): never {
    return this.past();
  }

  #touch(namespace: Namespace, key: string, before: Json | undefined): void {
    const place = `${namespace}/${key}`;
    if (!this.#touched.has(place)) this.#touched.set(place, { namespace, key, before: before ?? null });
  }

  /** By namespace, then key. */
  touched(): TouchedValue[] {
    return [...this.#touched.values()].sort((left, right) =>
      left.namespace === right.namespace ? order(left.key, right.key) : order(left.namespace, right.namespace),
    );
  }
}

/** By UTF-16 code units, as canonical JSON sorts. */
function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export function readValue({ namespace, key, before }: TouchedValue): ReadValue {
  return {
    namespace,
    key,
    value_hash: before === null ? null : encodeHash(sha256(encodeUtf8(encodeCanonicalText(before)))),
  };
}
