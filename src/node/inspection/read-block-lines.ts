import { decodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BLOCK_LINE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { invalidBlock } from '../chain/block-import.ts';
import { readFileLines } from '../read-file-lines.ts';

/**
 * The lines of an exported chain, as they are read. No line is longer than the largest block, whatever the file holds.
 * @throws CHAIN_INVALID where the last line has no end, or one is no text in UTF-8; LIMIT_EXCEEDED, STORAGE_FAILED
 */
export async function* readBlockLines(
  path: string,
): AsyncGenerator<{ readonly text: string; readonly endBytes: number }, void, undefined> {
  let index = 0;
  const lines = readFileLines(path, {
    sizeBytesMax: BLOCK_LINE_SIZE_BYTES_MAX,
    tooLong: (at) =>
      new QuantumLockError('LIMIT_EXCEEDED', `line ${at + 1} of ${path} is longer than any block`, {
        context: { place: `block ${at}` },
      }),
    cutOff: (at) => invalidBlock(at, 'the file ends within it'),
  });
  for await (const { bytes, endBytes } of lines) yield { text: textOf(bytes, index++), endBytes };
}

function textOf(line: Uint8Array, index: number): string {
  try {
    return decodeUtf8(line);
  } catch {
    throw invalidBlock(index, 'its line is not text in UTF-8');
  }
}
