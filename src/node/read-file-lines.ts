import { createReadStream } from 'node:fs';
import { LineSplitter, type LineLimits } from '../base/line-splitter.ts';
import { storageError } from './data-directory/storage-errors.ts';

/** The lines of a file without their ends, as they are read: none is longer than it may be, whatever the file holds. @throws STORAGE_FAILED */
export async function* readFileLines(
  path: string,
  limits: LineLimits,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly endBytes: number }, void, undefined> {
  const lines = new LineSplitter(limits);
  let endBytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
      for (const bytes of lines.take(chunk)) {
        endBytes += bytes.length + 1;
        yield { bytes, endBytes };
      }
    }
  } catch (error) {
    throw storageError(path, error);
  }
  lines.end();
}
