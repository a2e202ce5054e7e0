import { BACKUP_PART_SIZE_BYTES } from '../../base/limits.ts';

/** Room for a part: its last row may go a little over. */
const SIZE_BYTES = BACKUP_PART_SIZE_BYTES + BACKUP_PART_SIZE_BYTES / 4;

/** Buffers that parts are gathered in, used again: to allocate one for each part keeps the garbage collector busy. */
export class PartBuffers {
  readonly #spare: Buffer[] = [];

  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(SIZE_BYTES);
  }

  /** Any view of one that was taken, or of a larger one that took its place, which is not kept. */
  giveBack({ buffer }: Buffer): void {
    if (buffer.byteLength === SIZE_BYTES) this.#spare.push(Buffer.from(buffer));
  }
}
