import { STATE_CACHE_COUNT_MAX, STATE_CACHE_TTL_MS } from '../../base/limits.ts';

interface Entry<Value> {
  readonly value: Value;
  readonly expiresAt: number;
}

/** The seed's state cache: an environment as the chain has it, kept for 300 seconds and dropped as soon as a block changes it. */
export class StateCache<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #now: () => number;
  readonly #ttlMs: number;
  readonly #countMax: number;

  constructor(options: { readonly now: () => number; readonly ttlMs?: number; readonly countMax?: number }) {
    this.#now = options.now;
    this.#ttlMs = options.ttlMs ?? STATE_CACHE_TTL_MS;
    this.#countMax = options.countMax ?? STATE_CACHE_COUNT_MAX;
  }

  /** From the cache, else from `read`. */
  getState(envId: string, read: () => Value): Value {
    const entry = this.#entries.get(envId);
    if (entry !== undefined && entry.expiresAt > this.#now()) return entry.value;
    const value = read();
    this.#entries.delete(envId);
    this.#entries.set(envId, { value, expiresAt: this.#now() + this.#ttlMs });
    if (this.#entries.size > this.#countMax) this.#entries.delete(this.#entries.keys().next().value as string);
    return value;
  }

  invalidate(envId: string): void {
    this.#entries.delete(envId);
  }

  clear(): void {
    this.#entries.clear();
  }
}
