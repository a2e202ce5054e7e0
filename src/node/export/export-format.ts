import type { ExportedBlock } from './exported-blocks.ts';

/** A form that rows are written in, text after text. */
export interface ExportFormat {
  /** Before anything else. */
  begin(): string;
  /** A block that was looked at; '' where nothing of it is written. */
  block(exported: ExportedBlock): string;
  /** After the last. */
  end(): string;
}
