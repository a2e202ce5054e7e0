import { createRequire } from 'node:module';
import { openSync, type Font } from 'fontkit';
import { EXPORT_WRITE_SIZE_BYTES } from '../../../base/limits.ts';
import { visibleText } from '../../../base/visible-text.ts';
import { gatheringDocument, type OpenedPdf } from './gathered-pages.ts';
import { LETTER_BY_LETTER, setsLetterByLetter } from './plain-layout.ts';
import { TextLines, type MeasureText } from './text-lines.ts';

/** A tagged document, PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1), of headings, paragraphs, lists, bars and tables: pages are laid out as content comes. */

const require = createRequire(import.meta.url);
const FONTS = {
  regular: require.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  bold: require.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
} as const;

/** Points, 1/72 inch. */
const MARGIN = 48;
const FOOT = 30;
/** From one line of a cell to the next, points. */
const CELL_LINE = 9.2;
const SIZES = { title: 20, heading: 13, text: 9.5, cell: 7.5, small: 7 } as const;
const GAP = 4;
const BAR_WIDTH_MAX = 30;
const COLORS = { ink: '#1b1f24', quiet: '#5b6470', line: '#c9d0d8', bar: '#0b6e4f' } as const;

/** That it is PDF/UA-1 (ISO 14289-1) as well: what PDF/A wants said of the words that say so, and they themselves. */
const PDF_UA = `
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>`;

type FontName = keyof typeof FONTS;
type Element = PDFKit.PDFStructureElement;
/** The types lack what tells a figure's place and a head's scope. */
type ElementOptions = NonNullable<Parameters<PDFKit.PDFDocument['struct']>[1]>;

export interface PdfInfo {
  readonly title: string;
  readonly madeAt: number;
  readonly footer: string;
}

export interface Column {
  readonly title: string;
  /** Points. */
  readonly width: number;
}

export interface Bar {
  readonly label: string;
  readonly value: number;
}

export class PdfReport {
  readonly #pdf: OpenedPdf;
  readonly #glyphs: Font;
  /** Whether the font has them, of those that were asked for. */
  readonly #letters = new Map<string, boolean>();
  readonly #info: PdfInfo;
  readonly #root: Element;
  readonly #lines: Readonly<Record<FontName, TextLines>>;
  #page = 0;
  #isEnded = false;

  constructor(info: PdfInfo) {
    this.#info = info;
    this.#glyphs = openSync(FONTS.regular) as Font;
    const time = new Date(info.madeAt);
    this.#pdf = gatheringDocument({
      size: 'A4',
      margins: { top: MARGIN, bottom: MARGIN + FOOT, left: MARGIN, right: MARGIN },
      pdfVersion: '1.7',
      subset: 'PDF/A-2a',
      tagged: true,
      lang: 'en',
      displayTitle: true,
      font: FONTS.regular,
      info: { Title: info.title, CreationDate: time, ModDate: time, Creator: 'Quantum-Lock', Producer: 'Quantum-Lock' },
    });
    (this.#pdf as unknown as { appendXML(xml: string): void }).appendXML(PDF_UA);
    this.#root = this.#pdf.struct('Document');
    this.#pdf.addStructure(this.#root);
    for (const font of Object.values(FONTS)) setsLetterByLetter(this.#pdf.font(font));
    const measure =
      (font: FontName): MeasureText =>
      (text) =>
        this.#pdf.font(FONTS[font]).fontSize(SIZES.cell).widthOfString(text, { features: LETTER_BY_LETTER });
    this.#lines = { regular: new TextLines(measure('regular')), bold: new TextLines(measure('bold')) };
    this.#foot();
  }

  /** What was laid out since the last call, once that is much, or all of it; null where there is nothing to write. */
  piece(): Uint8Array | null {
    const pdf = this.#pdf;
    return pdf.readableLength < EXPORT_WRITE_SIZE_BYTES && !this.#isEnded ? null : (pdf.read() as Uint8Array | null);
  }

  end(): void {
    this.#root.end();
    this.#pdf.end();
    this.#isEnded = true;
  }

  title(text: string): void {
    this.#block('H1', text, { font: 'bold', size: SIZES.title, color: COLORS.ink, after: 6 });
  }

  heading(text: string): void {
    const pdf = this.#pdf;
    pdf.y += 12;
    this.#room(60);
    this.#block('H2', text, { font: 'bold', size: SIZES.heading, color: COLORS.ink, after: 5 });
  }

  paragraph(text: string, isQuiet = false): void {
    this.#block('P', text, { font: 'regular', size: SIZES.text, color: isQuiet ? COLORS.quiet : COLORS.ink, after: 4 });
  }

  /** Numbered steps, each with a command or none. */
  steps(steps: readonly { readonly text: string; readonly command: string | null }[]): void {
    const list = this.#pdf.struct('L');
    this.#root.add(list);
    for (const [index, { text, command }] of steps.entries()) {
      this.#room(48);
      const item = this.#pdf.struct('LI');
      list.add(item);
      const body = this.#pdf.struct('LBody');
      item.add(body);
      this.#flow(body, `${index + 1}. ${text}`, { font: 'regular', size: SIZES.text, color: COLORS.ink, after: 2 });
      if (command !== null)
        this.#flow(body, command, { font: 'bold', size: SIZES.text - 1, color: COLORS.ink, after: 6 });
      body.end();
      item.end();
    }
    list.end();
  }

  /** Bars from zero, with the figures in the text alternative. */
  bars(title: string, bars: readonly Bar[]): void {
    const pdf = this.#pdf;
    const [height, width] = [70, this.#width];
    this.#room(height + 34);
    const most = Math.max(1, ...bars.map(({ value }) => value));
    const told = bars.filter(({ value }) => value > 0).map(({ label, value }) => `${label}: ${value}`);
    const alt = told.length === 0 ? `${title}: none.` : `${title}. ${told.join('; ')}.`;
    const top = pdf.y;
    const figure = pdf.struct('Figure', {
      alt,
      bbox: [MARGIN, top, MARGIN + width, top + height + 30],
    } as ElementOptions);
    this.#root.add(figure);
    figure.add(
      pdf.struct('Span', {}, () => {
        this.#write(`${title}, at most ${most}`, MARGIN, top, width, { size: SIZES.small, color: COLORS.quiet });
        const [base, step] = [top + 14 + height, width / Math.max(1, bars.length)];
        for (const [index, { value }] of bars.entries()) {
          const size = (height * value) / most;
          const wide = Math.min(step * 0.8, BAR_WIDTH_MAX);
          if (size > 0) pdf.rect(MARGIN + step * index + (step - wide) / 2, base - size, wide, size).fill(COLORS.bar);
        }
        pdf
          .moveTo(MARGIN, base)
          .lineTo(MARGIN + width, base)
          .lineWidth(0.5)
          .stroke(COLORS.line);
        this.#write(bars[0]?.label ?? '', MARGIN, base + 3, width / 2, { size: SIZES.small, color: COLORS.quiet });
        this.#write(bars.at(-1)?.label ?? '', MARGIN + width / 2, base + 3, width / 2, {
          size: SIZES.small,
          color: COLORS.quiet,
          align: 'right',
        });
      }),
    );
    figure.end();
    pdf.x = MARGIN;
    pdf.y = top + height + 34;
  }

  /** A table whose head stands on every page; `rows` are laid out one by one. Calls back now and then, to write what is there. */
  async table(
    columns: readonly Column[],
    rows: Iterable<readonly string[]>,
    written: () => Promise<void>,
  ): Promise<void> {
    const pdf = this.#pdf;
    const table = pdf.struct('Table');
    this.#root.add(table);
    this.#room(60);
    const head = this.#cellsOf(
      columns,
      columns.map(({ title }) => title),
      'bold',
    );
    this.#row(table, columns, head, 'TH');
    for (const texts of rows) {
      const cells = this.#cellsOf(columns, texts, 'regular');
      if (pdf.y + cells.height > this.#end) {
        this.#newPage();
        // It was told once: on later pages it is there for the eye alone.
        pdf.markContent('Artifact', { type: 'Layout' });
        this.#loose(columns, head);
        pdf.endMarkedContent();
      }
      this.#row(table, columns, cells, 'TD');
      await written();
    }
    table.end();
    pdf.x = MARGIN;
    pdf.y += 4;
  }

  get #width(): number {
    return this.#pdf.page.width - 2 * MARGIN;
  }

  /** Where a page's content ends. */
  get #end(): number {
    return this.#pdf.page.height - MARGIN - FOOT;
  }

  #room(height: number): void {
    if (this.#pdf.y + height > this.#end) this.#newPage();
  }

  #newPage(): void {
    this.#pdf.addPage();
    this.#foot();
  }

  /** On every page: what it is of, and its number. */
  #foot(): void {
    const pdf = this.#pdf;
    this.#page += 1;
    const { x, y } = pdf;
    const bottom = pdf.page.margins.bottom;
    // Text below the margin would begin a page of its own.
    pdf.page.margins.bottom = 0;
    pdf.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] });
    const top = pdf.page.height - MARGIN;
    this.#write(this.#shown(this.#info.footer), MARGIN, top, this.#width - 60, {
      size: SIZES.small,
      color: COLORS.quiet,
    });
    this.#write(`Page ${this.#page}`, MARGIN, top, this.#width, {
      size: SIZES.small,
      color: COLORS.quiet,
      align: 'right',
    });
    pdf.endMarkedContent();
    pdf.page.margins.bottom = bottom;
    pdf.x = x;
    pdf.y = y;
  }

  #block(kind: string, text: string, style: BlockStyle): void {
    const element = this.#pdf.struct(kind);
    this.#root.add(element);
    this.#flow(element, text, style);
    element.end();
  }

  #flow(parent: Element, text: string, { font, size, color, after }: BlockStyle): void {
    const pdf = this.#pdf;
    const shown = this.#shown(text);
    pdf.font(FONTS[font]).fontSize(size);
    this.#room(Math.min(pdf.heightOfString(shown, { width: this.#width }), 200));
    parent.add(
      pdf.struct('Span', {}, () => {
        pdf.font(FONTS[font]).fontSize(size).fillColor(color).text(shown, MARGIN, pdf.y, { width: this.#width });
      }),
    );
    pdf.y += after;
  }

  #row(table: Element, columns: readonly Column[], cells: Cells, kind: 'TH' | 'TD'): void {
    const pdf = this.#pdf;
    const top = pdf.y;
    this.#setCells(cells.font);
    const row = pdf.struct('TR');
    table.add(row);
    let x = MARGIN;
    for (const [index, { width }] of columns.entries()) {
      const left = x;
      const options = kind === 'TH' ? { scope: 'Column' } : {};
      row.add(pdf.struct(kind, options as ElementOptions, () => this.#cell(cells.lines[index] ?? [], left, top)));
      x += width;
    }
    row.end();
    pdf.y = top + cells.height;
    pdf.markContent('Artifact', { type: 'Layout' });
    pdf
      .moveTo(MARGIN, pdf.y)
      .lineTo(MARGIN + this.#width, pdf.y)
      .lineWidth(0.4)
      .stroke(COLORS.line);
    pdf.endMarkedContent();
  }

  /** Cells that belong to no row: a head that was told before. */
  #loose(columns: readonly Column[], { lines, font, height }: Cells): void {
    const top = this.#pdf.y;
    this.#setCells(font);
    let x = MARGIN;
    for (const [index, { width }] of columns.entries()) {
      this.#cell(lines[index] ?? [], x, top);
      x += width;
    }
    this.#pdf.y = top + height;
  }

  #setCells(font: FontName): void {
    this.#pdf
      .font(FONTS[font])
      .fontSize(SIZES.cell)
      .fillColor(font === 'bold' ? COLORS.quiet : COLORS.ink);
  }

  #cell(lines: readonly string[], x: number, top: number): void {
    const pdf = this.#pdf;
    for (const [index, line] of lines.entries())
      if (line !== '') pdf.text(line, x, top + 2 + index * CELL_LINE, { lineBreak: false, features: LETTER_BY_LETTER });
  }

  #cellsOf(columns: readonly Column[], texts: readonly string[], font: FontName): Cells {
    const lines = columns.map(({ width }, index) => this.#lines[font].of(this.#shown(texts[index] ?? ''), width - GAP));
    return { font, lines, height: Math.max(...lines.map(({ length }) => length)) * CELL_LINE + 5 };
  }

  #write(
    text: string,
    x: number,
    y: number,
    width: number,
    {
      size,
      color,
      align = 'left',
    }: { readonly size: number; readonly color: string; readonly align?: 'left' | 'right' },
  ): void {
    this.#pdf.fontSize(size).fillColor(color).text(text, x, y, { width, align });
  }

  /** As the font can show it: a letter that it lacks stands there as its code point, and is not lost. */
  #shown(text: string): string {
    let shown = '';
    for (const letter of visibleText(text)) shown += this.#has(letter) ? letter : codeOf(letter);
    return shown;
  }

  #has(letter: string): boolean {
    let has = this.#letters.get(letter);
    if (has === undefined) {
      has = letter === '\n' || this.#glyphs.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0);
      this.#letters.set(letter, has);
    }
    return has;
  }
}

function codeOf(letter: string): string {
  return `‹U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase()}›`;
}

/** A row that was broken into lines: those of each cell, and the height of all in points. */
interface Cells {
  readonly font: FontName;
  readonly lines: readonly (readonly string[])[];
  readonly height: number;
}

interface BlockStyle {
  readonly font: 'regular' | 'bold';
  readonly size: number;
  readonly color: string;
  readonly after: number;
}
