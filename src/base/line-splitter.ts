import { concatBytes } from './bytes.ts';

const LINE_END = 0x0a;

export interface LineLimits {
  readonly sizeBytesMax: number;
  /** What a line is that is longer, from 0. */
  readonly tooLong: (index: number) => Error;
  /** What a last line is that has no end. */
  readonly cutOff: (index: number) => Error;
}

/** Cuts what comes in pieces into lines, without their ends: none is longer than it may be, whatever comes. */
export class LineSplitter {
  readonly #limits: LineLimits;
  #pieces: Uint8Array[] = [];
  #size = 0;
  #index = 0;

  constructor(limits: LineLimits) {
    this.#limits = limits;
  }

  /** The lines that end in this piece. @throws what the limits say of a line that is too long */
  *take(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    let begin = 0;
    for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, begin)) {
      const rest = chunk.subarray(begin, end);
      const line = this.#pieces.length === 0 ? rest : concatBytes(...this.#pieces, rest);
      begin = end + 1;
      this.#pieces = [];
      this.#size = 0;
      yield line;
      this.#index++;
    }
    const rest = chunk.subarray(begin);
    this.#size += rest.length;
    if (this.#size > this.#limits.sizeBytesMax) throw this.#limits.tooLong(this.#index);
    if (rest.length > 0) this.#pieces.push(rest);
  }

  /** Once nothing more comes. @throws what the limits say of a last line without an end */
  end(): void {
    if (this.#size > 0) throw this.#limits.cutOff(this.#index);
  }
}
