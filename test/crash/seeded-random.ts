import { randomInt } from 'node:crypto';

/** QL_SOAK=1 asks for the full counts. */
export const isSoak = process.env['QL_SOAK'] === '1';

/** Random numbers that a seed repeats (mulberry32): good enough to choose places and moments, never for keys. */
export class SeededRandom {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** From QL_SEED, else a fresh one; says which on stderr, so that a failure can be repeated. */
  static announced(what: string): SeededRandom {
    const given = process.env['QL_SEED'];
    const random = new SeededRandom(given === undefined ? randomInt(2 ** 31) : Number(given));
    process.stderr.write(`${what}: QL_SEED=${random.seed}\n`);
    return random;
  }

  /** A whole number from 0, below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  /** Both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.below(1_000_000) < probability * 1_000_000;
  }

  pick<T>(values: readonly T[]): T {
    if (values.length === 0) throw new Error('there is nothing to pick from');
    return values[this.below(values.length)] as T;
  }

  /** The same, in another order. */
  shuffled<T>(values: readonly T[]): readonly T[] {
    const rest = [...values];
    return values.map(() => rest.splice(this.below(rest.length), 1)[0] as T);
  }

  bytes(size: number): Uint8Array {
    const words = new Uint32Array(Math.ceil(size / 4));
    for (let index = 0; index < words.length; index++) words[index] = this.below(2 ** 32);
    return new Uint8Array(words.buffer, 0, size);
  }
}

/** All of the cases in a soak, and so many of them, chosen by the seed, otherwise. */
export function sampled<Case>(cases: readonly Case[], count: number, what: string): readonly Case[] {
  if (isSoak || cases.length <= count) return cases;
  const random = SeededRandom.announced(what);
  const left = [...cases];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)).flat();
}
