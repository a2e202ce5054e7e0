import { createReadStream } from 'node:fs';
import { decodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BLOCK_LINE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { invalidBlock } from '../chain/block-import.ts';
import { storageError } from '../data-directory/storage-errors.ts';

const LINE_END = 0x0a;

/**
 * The lines of an exported chain, as they are read. No line is longer than the largest block, whatever the file holds.
 * @throws CHAIN_INVALID where the last line has no end, or one is no text in UTF-8; LIMIT_EXCEEDED, STORAGE_FAILED
 */
export async function* readBlockLines(
  path: string,
): AsyncGenerator<{ readonly text: string; readonly endBytes: number }, void, undefined> {
  let index = 0;
  let endBytes = 0;
  let pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
      let begin = 0;
      for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, begin)) {
        const line = Buffer.concat([...pieces, chunk.subarray(begin, end)]);
        begin = end + 1;
        pieces = [];
        size = 0;
        endBytes += line.length + 1;
        yield { text: textOf(line, index), endBytes };
        index++;
      }
      const rest = chunk.subarray(begin);
      size += rest.length;
      if (size > BLOCK_LINE_SIZE_BYTES_MAX)
        throw new QuantumLockError('LIMIT_EXCEEDED', `line ${index + 1} of ${path} is longer than any block`, {
          context: { place: `block ${index}` },
        });
      if (rest.length > 0) pieces.push(rest);
    }
  } catch (error) {
    throw storageError(path, error);
  }
  if (size > 0) throw invalidBlock(index, 'the file ends within it');
}

function textOf(line: Buffer, index: number): string {
  try {
    return decodeUtf8(line);
  } catch {
    throw invalidBlock(index, 'its line is not text in UTF-8');
  }
}
