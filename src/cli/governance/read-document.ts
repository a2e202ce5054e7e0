import { writeFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import { decodeUtf8, encodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { PROPOSAL_FILE_SIZE_BYTES_MAX, QR_FRAME_SIZE_BYTES } from '../../base/limits.ts';
import { readInputFile } from '../../node/read-input-file.ts';
import { CODE_LINE_START, FrameCollector, isCompressed, splitIntoFrames } from '../../ledger/documents/qr-frames.ts';

/** Documents that come and go by hand: files, standard input, and the frames of an animated QR code. */

/** The text of a document; frames of a QR code, one a line, are put together first. @throws DOCUMENT_INVALID, INPUT_INVALID, LIMIT_EXCEEDED */
export function readDocument(path: string): string {
  const bytes = readInputFile(path, PROPOSAL_FILE_SIZE_BYTES_MAX);
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch (cause) {
    throw new QuantumLockError('DOCUMENT_INVALID', `${path} is not text in UTF-8`, { cause });
  }
  return text.startsWith(CODE_LINE_START) ? joinFrames(text.split(/\r?\n/)) : text;
}

/** A document that an argument names as `@FILE`. @throws USAGE where there is no such file */
export function readArgumentDocument(path: string): string {
  try {
    return readDocument(path);
  } catch (error) {
    if (!(error instanceof QuantumLockError) || error.code === 'DOCUMENT_INVALID') throw error;
    throw new QuantumLockError('USAGE', error.message, { cause: error });
  }
}

/** A document as frames of an animated QR code: compressed where that makes fewer of them. @throws LIMIT_EXCEEDED */
export function framesOf(document: string): string[] {
  const plain = encodeUtf8(document);
  return plain.length <= QR_FRAME_SIZE_BYTES
    ? splitIntoFrames(plain)
    : splitIntoFrames(deflateSync(plain, { level: 9 }));
}

/** @throws DOCUMENT_INVALID */
function joinFrames(lines: readonly string[]): string {
  const collector = new FrameCollector();
  let missing: readonly number[] = [];
  for (const line of lines.filter((one) => one !== '')) {
    const progress = collector.add(line);
    if (progress.outcome === 'complete') return unpack(progress.bytes);
    missing = progress.missing;
  }
  throw new QuantumLockError('DOCUMENT_INVALID', `frames are missing: ${missing.join(', ')}`, {
    advice: 'Read the code again until every frame was seen.',
  });
}

function unpack(bytes: Uint8Array): string {
  try {
    return decodeUtf8(
      isCompressed(bytes) ? inflateSync(bytes, { maxOutputLength: PROPOSAL_FILE_SIZE_BYTES_MAX }) : bytes,
    );
  } catch (cause) {
    throw new QuantumLockError('DOCUMENT_INVALID', 'the frames do not hold a document', { cause });
  }
}

/**
 * Writes a new file that only its owner can read where it is `secret`. @throws INPUT_INVALID where there is one
 * already, or it cannot be made
 */
export function writeNewFile(path: string, content: string | Uint8Array, { secret = false } = {}): void {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: secret ? 0o600 : 0o644, flush: true });
  } catch (cause) {
    const exists = systemCodeOf(cause) === 'EEXIST';
    throw new QuantumLockError('INPUT_INVALID', exists ? `${path} already exists` : `${path} cannot be written`, {
      cause,
      advice: exists
        ? 'Name a new file; existing files are not overwritten.'
        : 'Check the directory and its permissions.',
    });
  }
}
