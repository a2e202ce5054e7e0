import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import { decodeUtf8, encodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { PROPOSAL_FILE_SIZE_BYTES_MAX, QR_FRAME_SIZE_BYTES } from '../../base/limits.ts';
import { FrameCollector, isCompressed, splitIntoFrames } from '../../ledger/offline/qr-frames.ts';

/** Documents that come and go by hand: files, standard input, and the frames of an animated QR code. */

const STANDARD_INPUT = 0;

/** All bytes of a file, or of standard input for `-`, up to a limit. @throws INPUT_INVALID, LIMIT_EXCEEDED */
export function readBytes(path: string, sizeBytesMax: number): Uint8Array {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const file = path === '-' ? STANDARD_INPUT : openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(64 * 1024);
      for (let read = readSync(file, buffer); read > 0 && size <= sizeBytesMax; read = readSync(file, buffer)) {
        chunks.push(Buffer.from(buffer.subarray(0, read)));
        size += read;
      }
    } finally {
      if (file !== STANDARD_INPUT) closeSync(file);
    }
  } catch (cause) {
    throw new QuantumLockError('INPUT_INVALID', `${path === '-' ? 'standard input' : path} cannot be read`, { cause });
  }
  if (size > sizeBytesMax)
    throw new QuantumLockError(
      'LIMIT_EXCEEDED',
      `${path === '-' ? 'standard input' : path} is larger than ${sizeBytesMax} bytes`,
    );
  return Buffer.concat(chunks);
}

/** The text of a document; frames of a QR code, one a line, are put together first. @throws also DOCUMENT_INVALID */
export function readDocument(path: string): string {
  const bytes = readBytes(path, PROPOSAL_FILE_SIZE_BYTES_MAX);
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch (cause) {
    throw new QuantumLockError('DOCUMENT_INVALID', `${path} is not text in UTF-8`, { cause });
  }
  return text.startsWith('QL1 ') ? joinFrames(text.split(/\r?\n/)) : text;
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

/** Writes a new file, for its owner alone where it is `secret`. @throws INPUT_INVALID where there is one already, or it cannot be made */
export function writeNewFile(path: string, content: string | Uint8Array, { secret = false } = {}): void {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: secret ? 0o600 : 0o644, flush: true });
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw new QuantumLockError('INPUT_INVALID', exists ? `${path} is there already` : `${path} cannot be written`, {
      cause,
      advice: exists ? 'Name a new file; nothing is written over.' : 'Check the directory and its permissions.',
    });
  }
}
