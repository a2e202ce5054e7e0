import { concatBytes, decodeHex, encodeUtf8 } from '../../base/bytes.ts';
import type { VerifyEd25519 } from '../crypto/ed25519.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import {
  NOTE_SIGNATURE_TYPES,
  signaturesOf,
  type NoteKey,
  type NoteSignature,
  type SignedNote,
} from './signed-note.ts';

/** C2SP tlog-cosignature: a witness says that it saw this checkpoint, and that the log only grew since the one before. */

export interface CosignatureVerifiers {
  readonly ed25519: VerifyEd25519;
  /** Of ML-DSA-44 (FIPS 204) with an empty context, over the message itself. */
  readonly mlDsa44: VerifyEd25519;
}

const TIMESTAMP_SIZE_BYTES = 8;

/** What an Ed25519 cosignature is over. */
export function encodeCosignedText(text: string, seconds: number): Uint8Array {
  return encodeUtf8(`cosignature/v1\ntime ${seconds}\n${text}`);
}

/** What an ML-DSA-44 cosignature of a whole log is over: `cosigned_message` with start 0. */
export function encodeCosignedMessage(text: string, name: string, seconds: number): Uint8Array {
  const { origin, size, root } = decodeCheckpoint(text);
  return concatBytes(
    encodeUtf8('subtree/v1\n\0'),
    withLength(encodeUtf8(name)),
    unsigned64(seconds),
    withLength(encodeUtf8(origin)),
    unsigned64(0),
    unsigned64(size),
    decodeHex(root),
  );
}

function withLength(bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(bytes.length), bytes);
}

function unsigned64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/**
 * When a witness cosigned a note, in Unix seconds; null where it did not. Of several cosignatures by one key each must verify.
 */
export function cosignedAt(note: SignedNote, witness: NoteKey, verifiers: CosignatureVerifiers): number | null {
  const signatures = signaturesOf(note, witness);
  const times = signatures.map((signature) => timeOf(note.text, witness, signature, verifiers));
  return times.length > 0 && times.every((time) => time !== null) ? Math.max(...times) : null;
}

function timeOf(
  text: string,
  witness: NoteKey,
  { signature: bytes }: NoteSignature,
  verifiers: CosignatureVerifiers,
): number | null {
  if (bytes.length <= TIMESTAMP_SIZE_BYTES) return null;
  const seconds = Number(new DataView(bytes.buffer, bytes.byteOffset, TIMESTAMP_SIZE_BYTES).getBigUint64(0));
  // A witness that says no time does not say that it is the largest log that it saw.
  if (!Number.isSafeInteger(seconds) || seconds === 0) return null;
  const signature = bytes.subarray(TIMESTAMP_SIZE_BYTES);
  switch (witness.type) {
    case NOTE_SIGNATURE_TYPES.ed25519Cosignature:
      return verifiers.ed25519(signature, encodeCosignedText(text, seconds), witness.publicKey) ? seconds : null;
    case NOTE_SIGNATURE_TYPES.mlDsa44Cosignature: {
      if (encodeUtf8(witness.name).length > 255) return null;
      const message = encodeCosignedMessage(text, witness.name, seconds);
      return verifiers.mlDsa44(signature, message, witness.publicKey) ? seconds : null;
    }
    case NOTE_SIGNATURE_TYPES.ed25519:
      return null;
  }
}
