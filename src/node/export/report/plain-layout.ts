/**
 * Asks pdfkit to set a text letter by letter: no kerning, and none of a font's alternates, which depend on what stands around a
 * letter. Shaping took two thirds of the time of a long report; its cells are names, sentences and hashes.
 */
export const LETTER_BY_LETTER = [] as NonNullable<PDFKit.Mixins.TextOptions['features']>;

type Features = PDFKit.Mixins.TextOptions['features'];

/** What pdfkit has of a font that is set: it asks it for the codes of a text's glyphs with their places, and for its width. */
interface PdfFont {
  encode(text: string, features?: Features): [codes: string[], places: GlyphPlace[]];
  /** `size` and the width: points. */
  widthOfString(text: string, size: number, features?: Features): number;
}

interface GlyphPlace {
  /** Thousandths of the font's size. */
  readonly advanceWidth: number;
}

interface Letter {
  readonly codes: readonly string[];
  readonly places: readonly GlyphPlace[];
  /** Thousandths of the font's size. */
  readonly width: number;
}

/** Lets the font that is set in the document do so. Marks are still put on their letters: such a text is shaped. */
export function setsLetterByLetter(pdf: PDFKit.PDFDocument): void {
  const font = (pdf as unknown as { readonly _font: PdfFont })._font;
  const shape = font.encode.bind(font);
  const measure = font.widthOfString.bind(font);
  const known = new Map<string, Letter>();
  const letterOf = (text: string): Letter => {
    let letter = known.get(text);
    if (letter === undefined) {
      const [codes, places] = shape(text, LETTER_BY_LETTER);
      letter = { codes, places, width: measure(text, 1_000, LETTER_BY_LETTER) };
      known.set(text, letter);
    }
    return letter;
  };
  const isPlain = (text: string, features: Features): boolean => features === LETTER_BY_LETTER && !MARK.test(text);

  font.encode = (text, features) => {
    if (!isPlain(text, features)) return shape(text, features);
    const codes: string[] = [];
    const places: GlyphPlace[] = [];
    for (const character of text) {
      const letter = letterOf(character);
      codes.push(...letter.codes);
      places.push(...letter.places);
    }
    return [codes, places];
  };
  font.widthOfString = (text, size, features) => {
    if (!isPlain(text, features)) return measure(text, size, features);
    let width = 0;
    for (const character of text) width += letterOf(character).width;
    return (width * size) / 1_000;
  };
}

const MARK = /[\p{M}\u200C\u200D]/u;
