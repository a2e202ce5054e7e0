import type { ExportedBlock } from './exported-blocks.ts';

/** A form that rows are written in. The text of a block depends on nothing that was written before: blocks can be written side by side. */
export interface ExportFormat {
  /** Before anything else, of blocks from `from` on. */
  begin(from: number): string;
  /** The rows of a block that has some. */
  block(exported: ExportedBlock): string;
  /**
   * What stands for the blocks between `last`, which was written last, and `next`: where they hold nothing that was asked for.
   * Before the first, `last` is the index before it.
   */
  between(last: number, next: number): string;
}
