import type { Readable } from 'node:stream';
import PDFDocument from 'pdfkit';

/** What pdfkit writes its operators with, which its types leave out. */
interface Operators {
  readonly page: { write(content: string): void } | null;
  addContent(operator: string): unknown;
  addPage(): unknown;
  flushPages(): void;
}

const Pages = PDFDocument as unknown as new (options: PDFKit.PDFDocumentOptions) => Operators;

/** Gathers a page's operators as one text: pdfkit keeps each as bytes of its own, a dozen for each line of a cell, until the page ends. */
class GatheringDocument extends Pages {
  #operators = '';

  constructor(options: PDFKit.PDFDocumentOptions) {
    super({ ...options, autoFirstPage: false });
    this.addPage();
  }

  override addContent(operator: string): this {
    this.#operators += `${operator}\n`;
    return this;
  }

  override flushPages(): void {
    if (this.#operators !== '') this.page?.write(this.#operators);
    this.#operators = '';
    super.flushPages();
  }
}

export type OpenedPdf = PDFKit.PDFDocument & Pick<Readable, 'readableLength'>;

/** A document with its first page. */
export function gatheringDocument(options: PDFKit.PDFDocumentOptions): OpenedPdf {
  return new GatheringDocument(options) as unknown as OpenedPdf;
}
