import type { Font, Glyph, GlyphRun } from 'fontkit';

/**
 * Asks pdfkit to set a text letter by letter: no kerning, and none of a font's alternates, which depend on what stands around a
 * letter. Shaping took two thirds of the time of a long report; its cells are names, sentences and hashes.
 */
export const LETTER_BY_LETTER = [] as NonNullable<PDFKit.Mixins.TextOptions['features']>;

/** What pdfkit has of the font that is set, and takes glyphs from. */
interface OpenedFont {
  readonly font: Font;
}

/** Lets the font that is set in the document do so. Marks are still put on their letters: such a text is shaped. */
export function setsLetterByLetter(pdf: PDFKit.PDFDocument): void {
  const { font } = (pdf as unknown as { readonly _font: OpenedFont })._font;
  const shape = font.layout.bind(font);
  const known = new Map<string, Glyph>();
  const glyphOf = (letter: string): Glyph => {
    let glyph = known.get(letter);
    if (glyph === undefined) known.set(letter, (glyph = font.glyphForCodePoint(letter.codePointAt(0) ?? 0)));
    return glyph;
  };
  font.layout = (text, features, ...rest) =>
    (features as unknown) === LETTER_BY_LETTER && !MARK.test(text)
      ? runOf(Array.from(text, glyphOf))
      : shape(text, features, ...rest);
}

const MARK = /[\p{M}\u200C\u200D]/u;

function runOf(glyphs: readonly Glyph[]): GlyphRun {
  const positions = glyphs.map(({ advanceWidth }) => ({ xAdvance: advanceWidth, yAdvance: 0, xOffset: 0, yOffset: 0 }));
  return {
    glyphs,
    positions,
    // pdfkit scales the positions before it asks.
    get advanceWidth() {
      return positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
    },
  } as unknown as GlyphRun;
}
