import { concatBytes, encodeUtf8 } from '../../base/bytes.ts';
import { decodeBase64, encodeBase64 } from '../../base/base64.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { NOTE_SIGNATURES_MAX, NOTE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { sha256 } from '#sha256';

/** C2SP signed-note (c2sp.org/signed-note): a text, an empty line, and a line for each signature. */

/** The kinds of signatures that are known here, by the byte that is part of a key's id. */
export const NOTE_SIGNATURE_TYPES = { ed25519: 0x01, ed25519Cosignature: 0x04, mlDsa44Cosignature: 0x06 } as const;
export type NoteSignatureType = (typeof NOTE_SIGNATURE_TYPES)[keyof typeof NOTE_SIGNATURE_TYPES];

const KEY_SIZES_BYTES: Readonly<Record<NoteSignatureType, number>> = { 0x01: 32, 0x04: 32, 0x06: 1312 };

/** A key that signs notes: its name, what kind of signature it makes, and its bytes. */
export interface NoteKey {
  readonly name: string;
  readonly type: NoteSignatureType;
  readonly publicKey: Uint8Array;
}

/** One line below a note. The id only tells which key to try. */
export interface NoteSignature {
  readonly name: string;
  /** Unsigned 32 bits. */
  readonly keyId: number;
  readonly signature: Uint8Array;
}

export interface SignedNote {
  /** With its last line end. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export function noteKeyId({ name, type, publicKey }: NoteKey): number {
  const hash = sha256(concatBytes(encodeUtf8(`${name}\n`), Uint8Array.of(type), publicKey));
  return new DataView(hash.buffer, hash.byteOffset, 4).getUint32(0);
}

/** `<name>+<id>+<key>`: what others are given of a key. */
export function encodeVerifierKey(key: NoteKey): string {
  const id = noteKeyId(key).toString(16).padStart(8, '0');
  return `${key.name}+${id}+${encodeBase64(concatBytes(Uint8Array.of(key.type), key.publicKey))}`;
}

/** @throws DOCUMENT_INVALID */
export function decodeVerifierKey(text: string): NoteKey {
  const { name, id, key } = /^(?<name>[^+]+)\+(?<id>[0-9a-f]{8})\+(?<key>.+)$/.exec(text)?.groups ?? {};
  if (name === undefined || id === undefined || key === undefined || !isKeyName(name))
    throw invalid('the verifier key', 'is not of the form name+id+key');
  const bytes = decodeBase64(key);
  const type = typeOf(bytes[0]);
  if (type === null) throw invalid('the verifier key', 'is of a kind that is not known here');
  if (bytes.length !== KEY_SIZES_BYTES[type] + 1) throw invalid('the verifier key', 'has another size than its kind');
  const decoded: NoteKey = { name, type, publicKey: bytes.slice(1) };
  if (noteKeyId(decoded) !== Number.parseInt(id, 16)) throw invalid('the verifier key', 'has the id of another key');
  return decoded;
}

function typeOf(byte: number | undefined): NoteSignatureType | null {
  return Object.values(NOTE_SIGNATURE_TYPES).find((type) => type === byte) ?? null;
}

export function encodeSignatureLine({ name, keyId, signature }: NoteSignature): string {
  const id = new Uint8Array(4);
  new DataView(id.buffer).setUint32(0, keyId);
  return `— ${name} ${encodeBase64(concatBytes(id, signature))}\n`;
}

export function encodeNote({ text, signatures }: SignedNote): string {
  return `${text}\n${signatures.map(encodeSignatureLine).join('')}`;
}

/**
 * Reads a note from anywhere. Nothing of it is to be believed before a signature of a known key verifies.
 * @throws DOCUMENT_INVALID
 */
export function decodeNote(note: string): SignedNote {
  if (note.length > NOTE_SIZE_BYTES_MAX || encodeUtf8(note).length > NOTE_SIZE_BYTES_MAX)
    throw invalid('the note', `is larger than ${NOTE_SIZE_BYTES_MAX} bytes`);
  // oxlint-disable-next-line no-control-regex
  if (!note.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(note))
    throw invalid('the note', 'has a character that no note has');
  const split = note.lastIndexOf('\n\n');
  if (split === -1) throw invalid('the note', 'has no empty line before its signatures');
  const signatures = decodeSignatureLines(note.slice(split + 2));
  if (signatures.length === 0) throw invalid('the note', 'has no signature');
  return { text: note.slice(0, split + 1), signatures };
}

/** The lines of signatures, as they stand below a note, and as a witness answers them. @throws DOCUMENT_INVALID */
export function decodeSignatureLines(text: string): readonly NoteSignature[] {
  if (text !== '' && !text.endsWith('\n')) throw invalid('the note', 'does not end with a line end');
  const lines = text.split('\n').slice(0, -1);
  if (lines.length > NOTE_SIGNATURES_MAX) throw invalid('the note', `has more than ${NOTE_SIGNATURES_MAX} signatures`);
  return lines.map(decodeSignatureLine);
}

function decodeSignatureLine(line: string): NoteSignature {
  const { name, value } = /^— (?<name>[^ ]+) (?<value>[^ ]+)$/.exec(line)?.groups ?? {};
  if (name === undefined || value === undefined || !isKeyName(name))
    throw invalid('the note', 'has a line below it that is no signature');
  const bytes = decodeBase64(value);
  if (bytes.length < 5) throw invalid('the note', 'has a signature that is too short');
  return {
    name,
    keyId: new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0),
    signature: bytes.slice(4),
  };
}

/** Not empty, without a space of any kind and without a plus. */
function isKeyName(name: string): boolean {
  return name !== '' && !/[\s\u0085+]/u.test(name);
}

/** The signatures of a note that say they are of this key. */
export function signaturesOf({ signatures }: Pick<SignedNote, 'signatures'>, key: NoteKey): readonly NoteSignature[] {
  const keyId = noteKeyId(key);
  return signatures.filter((one) => one.name === key.name && one.keyId === keyId);
}

function invalid(name: string, what: string): QuantumLockError {
  return new QuantumLockError('DOCUMENT_INVALID', `${name} ${what}`);
}
