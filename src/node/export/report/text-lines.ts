/** Measures a text in the font and size that lines are for, in points. */
export type MeasureText = (text: string) => number;

/** Breaks texts into lines: between words, and within one that is wider than a line. */
export class TextLines {
  readonly #measure: MeasureText;

  constructor(measure: MeasureText) {
    this.#measure = measure;
  }

  /** At least one line, however empty. */
  of(text: string, width: number): readonly string[] {
    const lines: string[] = [];
    let line = '';
    let used = 0;
    const space = this.#measure(' ');
    for (const word of text.split(' ')) {
      for (const piece of this.#pieces(word, width)) {
        const size = this.#measure(piece);
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
    if (this.#measure(word) <= width) return [word];
    const pieces: string[] = [];
    let piece = '';
    let used = 0;
    for (const letter of word) {
      const size = this.#measure(letter);
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
}
