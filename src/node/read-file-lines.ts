import { createReadStream } from 'node:fs';
import { storageError } from './data-directory/storage-errors.ts';

const LINE_END = 0x0a;

export interface LineLimits {
  readonly sizeBytesMax: number;
  /** What a line is that is longer, from 0. */
  readonly tooLong: (index: number) => Error;
  /** What a last line is that has no end. */
  readonly cutOff: (index: number) => Error;
}

/** The lines of a file without their ends, as they are read: none is longer than it may be, whatever the file holds. @throws STORAGE_FAILED */
export async function* readFileLines(
  path: string,
  { sizeBytesMax, tooLong, cutOff }: LineLimits,
): AsyncGenerator<{ readonly bytes: Buffer; readonly endBytes: number }, void, undefined> {
  let index = 0;
  let endBytes = 0;
  let pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
      let begin = 0;
      for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, begin)) {
        const bytes = Buffer.concat([...pieces, chunk.subarray(begin, end)]);
        begin = end + 1;
        pieces = [];
        size = 0;
        endBytes += bytes.length + 1;
        yield { bytes, endBytes };
        index++;
      }
      const rest = chunk.subarray(begin);
      size += rest.length;
      if (size > sizeBytesMax) throw tooLong(index);
      if (rest.length > 0) pieces.push(rest);
    }
  } catch (error) {
    throw storageError(path, error);
  }
  if (size > 0) throw cutOff(index);
}
