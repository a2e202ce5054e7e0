/**
 * The transactions that could still be sent again: those whose timestamp is within the window. Kept by the minute of
 * their timestamp (the id covers it, so equal ids are in one minute), in flat arrays of 24 bytes an entry.
 */
const MINUTE_MS = 60_000;
const LOAD_MAX = 0.6;

class Minute {
  #words = new Uint32Array(64 * 4);
  /** Log index + 1; 0 marks a free place. */
  #positions = new Float64Array(64);
  count = 0;

  #place(id: Uint32Array): number {
    const mask = this.#positions.length - 1;
    for (let place = (id[0] as number) & mask; ; place = (place + 1) & mask) {
      if (this.#positions[place] === 0) return place;
      const at = place * 4;
      const words = this.#words;
      if (words[at] === id[0] && words[at + 1] === id[1] && words[at + 2] === id[2] && words[at + 3] === id[3])
        return place;
    }
  }

  find(id: Uint32Array): number | undefined {
    const position = this.#positions[this.#place(id)] as number;
    return position === 0 ? undefined : position - 1;
  }

  add(id: Uint32Array, logIndex: number): void {
    if (this.count + 1 > this.#positions.length * LOAD_MAX) this.#grow();
    const place = this.#place(id);
    if (this.#positions[place] === 0) this.count++;
    this.#words.set(id, place * 4);
    this.#positions[place] = logIndex + 1;
  }

  #grow(): void {
    const words = this.#words;
    const positions = this.#positions;
    this.#words = new Uint32Array(words.length * 2);
    this.#positions = new Float64Array(positions.length * 2);
    for (let place = 0; place < positions.length; place++) {
      if (positions[place] === 0) continue;
      for (let word = 0; word < 4; word++) moved[word] = words[place * 4 + word] as number;
      const target = this.#place(moved);
      this.#words.set(moved, target * 4);
      this.#positions[target] = positions[place] as number;
    }
  }
}

/** The id that is moved while a table grows: a view of each would cost more than the move. */
const moved = new Uint32Array(4);

const words = new Uint32Array(4);
const wordBytes = new Uint8Array(words.buffer);

/** 128 of the id's 256 bits: enough that no two transactions meet by chance or by intent. */
function wordsOf(id: Uint8Array): Uint32Array {
  wordBytes.set(id.subarray(0, 16));
  return words;
}

export class RecentTransactions {
  readonly #minutes = new Map<number, Minute>();

  get count(): number {
    let count = 0;
    for (const minute of this.#minutes.values()) count += minute.count;
    return count;
  }

  /** The log index of the transaction with this id and timestamp, if it is remembered. */
  find(id: Uint8Array, timestamp: number): number | undefined {
    return this.#minutes.get(Math.floor(timestamp / MINUTE_MS))?.find(wordsOf(id));
  }

  add(id: Uint8Array, timestamp: number, logIndex: number): void {
    const key = Math.floor(timestamp / MINUTE_MS);
    let minute = this.#minutes.get(key);
    if (minute === undefined) this.#minutes.set(key, (minute = new Minute()));
    minute.add(wordsOf(id), logIndex);
  }

  /** Forgets what no block from `time` on can accept. */
  expire(time: number, windowMs: number): void {
    const oldest = Math.floor((time - windowMs) / MINUTE_MS);
    for (const key of this.#minutes.keys()) if (key < oldest) this.#minutes.delete(key);
  }
}
