/** Measures a text in the font and size that lines are for, in points. */
export type MeasureText = (text: string) => number;

/** Words whose widths are remembered: names and hashes of a long report are many, and most words are few. */
const KNOWN_WORDS_MAX = 20_000;

/** Breaks texts into lines: between words, and within one that is wider than a line. Widths are measured once for each word and letter. */
export class TextLines {
  readonly #measure: MeasureText;
  readonly #widths = new Map<string, number>();

  constructor(measure: MeasureText) {
    this.#measure = measure;
  }

  /** At least one line, however empty. */
  of(text: string, width: number): readonly string[] {
    const lines: string[] = [];
    let line = '';
    let used = 0;
    const space = this.#widthOf(' ');
    for (const word of text.split(' ')) {
      for (const piece of this.#pieces(word, width)) {
        const size = this.#widthOf(piece);
        const isFirst = line === '';
        if (!isFirst && used + space + size > width) {
          lines.push(line);
          line = piece;
          used = size;
        } else {
          line = isFirst ? piece : `${line} ${piece}`;
          used += isFirst ? size : space + size;
        }
      }
    }
    return [...lines, line];
  }

  #pieces(word: string, width: number): readonly string[] {
    if (this.#widthOf(word) <= width) return [word];
    const pieces: string[] = [];
    let piece = '';
    let used = 0;
    for (const letter of word) {
      const size = this.#widthOf(letter);
      if (piece !== '' && used + size > width) {
        pieces.push(piece);
        piece = '';
        used = 0;
      }
      piece += letter;
      used += size;
    }
    return [...pieces, piece];
  }

  #widthOf(text: string): number {
    const known = this.#widths.get(text);
    if (known !== undefined) return known;
    // A hash occurs once: measured letter by letter, it costs nothing.
    const size =
      text.length > LONG_WORD
        ? Array.from(text, (letter) => this.#widthOf(letter)).reduce((sum, width) => sum + width, 0)
        : this.#measure(text);
    if (this.#widths.size >= KNOWN_WORDS_MAX) this.#widths.clear();
    this.#widths.set(text, size);
    return size;
  }
}

const LONG_WORD = 32;
