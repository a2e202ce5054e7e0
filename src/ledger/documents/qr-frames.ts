import { concatBytes, encodeHex } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { QR_FRAME_SIZE_BYTES, QR_FRAMES_MAX } from '../../base/limits.ts';
import { sha256 } from '#sha256';
import { decodeBase45, encodeBase45 } from './base45.ts';

/**
 * Bytes as numbered frames of an animated QR code: `QL1 <digest> <number>/<count> <chunk>`. The digest, eight hex
 * digits of the SHA-256 of all the bytes, distinguishes one set of frames from another and finds what the camera
 * misread. It is no proof: what the bytes hold is decoded as anything from outside.
 *
 * The bytes are a document's UTF-8, or that compressed in the zlib format (RFC 1950), whose first byte begins no
 * document.
 */
const TAG = 'QL1';
/** How the text of each frame begins. */
export const CODE_LINE_START = `${TAG} `;
const DIGEST_DIGITS = 8;
const FRAME_PATTERN = /^QL1 (?<digest>[0-9A-F]{8}) (?<number>[1-9]\d{0,3})\/(?<count>[1-9]\d{0,3}) (?<chunk>.+)$/s;

/** In capitals, which a QR code packs as densely as the rest. */
function digestOf(bytes: Uint8Array): string {
  return encodeHex(sha256(bytes).subarray(0, DIGEST_DIGITS / 2))
    .slice(2)
    .toUpperCase();
}

/** @throws LIMIT_EXCEEDED beyond 256 frames */
export function splitIntoFrames(bytes: Uint8Array): string[] {
  const total = Math.max(1, Math.ceil(bytes.length / QR_FRAME_SIZE_BYTES));
  if (bytes.length === 0 || total > QR_FRAMES_MAX)
    throw new QuantumLockError('LIMIT_EXCEEDED', `${bytes.length} bytes are not 1 to ${QR_FRAMES_MAX} QR frames`, {
      advice: 'Transfer it as a file instead.',
    });
  const digest = digestOf(bytes);
  return Array.from({ length: total }, (_, index) => {
    const chunk = bytes.subarray(index * QR_FRAME_SIZE_BYTES, (index + 1) * QR_FRAME_SIZE_BYTES);
    return `${TAG} ${digest} ${index + 1}/${total} ${encodeBase45(chunk)}`;
  });
}

/** Whether collected bytes are to be inflated first (RFC 1950 §2.2: deflate with a window of 32 KiB). */
export function isCompressed(bytes: Uint8Array): boolean {
  return bytes[0] === 0x78;
}

/** How far the collecting is. */
export type FrameProgress =
  | { readonly outcome: 'complete'; readonly bytes: Uint8Array }
  /** Frame numbers, from 1. */
  | { readonly outcome: 'collecting'; readonly total: number; readonly missing: readonly number[] };

interface Frame {
  readonly digest: string;
  readonly number: number;
  readonly total: number;
  readonly chunk: Uint8Array;
}

/** @throws DOCUMENT_INVALID for anything that is not a frame */
function decodeFrame(text: string): Frame {
  const { digest = '', number = '', count = '', chunk = '' } = FRAME_PATTERN.exec(text)?.groups ?? {};
  const frame = { digest, number: Number(number), total: Number(count) };
  if (digest === '') throw refused('this code is not a frame of a proposal or an approval');
  if (frame.number > frame.total || frame.total > QR_FRAMES_MAX) throw refused('the frame has an impossible number');
  const bytes = decodeBase45(chunk);
  // Each frame but the last is full, so that no two splittings of one content are the same set.
  const isLast = frame.number === frame.total;
  if (isLast ? bytes.length > QR_FRAME_SIZE_BYTES : bytes.length !== QR_FRAME_SIZE_BYTES)
    throw refused('the frame does not have the required size');
  return { ...frame, chunk: bytes };
}

/** Takes the frames of one set as the camera sees them: in any order, some of them often. */
export class FrameCollector {
  #digest: string | null = null;
  #chunks: (Uint8Array | null)[] = [];

  /**
   * @throws DOCUMENT_INVALID for what is not a frame, a frame of another set (what was collected stays), and where the
   * whole does not have its digest (then collecting starts again)
   */
  add(text: string): FrameProgress {
    const { digest, number, total, chunk } = decodeFrame(text);
    if (this.#digest === null) {
      this.#digest = digest;
      this.#chunks = Array.from({ length: total }, () => null);
    }
    if (digest !== this.#digest || total !== this.#chunks.length)
      throw refused('the frame belongs to another code', 'Show one code at a time, or start again with the new one.');
    this.#chunks[number - 1] ??= chunk;
    return this.#progress(digest);
  }

  /** Forgets what was collected. */
  reset(): void {
    this.#digest = null;
    this.#chunks = [];
  }

  #progress(digest: string): FrameProgress {
    const missing = this.#chunks.flatMap((chunk, index) => (chunk === null ? [index + 1] : []));
    if (missing.length > 0) return { outcome: 'collecting', total: this.#chunks.length, missing };
    const bytes = concatBytes(...this.#chunks.filter((chunk) => chunk !== null));
    if (digestOf(bytes) === digest) return { outcome: 'complete', bytes };
    this.reset();
    throw refused('the frames do not belong together, or one was misread', 'Film the code again from its beginning.');
  }
}

function refused(what: string, advice?: string): QuantumLockError {
  return new QuantumLockError('DOCUMENT_INVALID', what, advice === undefined ? {} : { advice });
}
