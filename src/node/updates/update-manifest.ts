import { z } from 'zod';
import { decodeCanonical, encodeCanonicalText } from '../../base/canonical.ts';
import { encodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { hash } from '../../base/fields.ts';
import { UPDATE_FILES_MAX, UPDATE_MANIFEST_SIZE_BYTES_MAX, UPDATE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import {
  decodeNote,
  decodeVerifierKey,
  encodeNote,
  NOTE_SIGNATURE_TYPES,
  noteKeyId,
  signaturesOf,
  type NoteKey,
} from '../../ledger/checkpoints/signed-note.ts';
import { verifyEd25519 } from '../../ledger/crypto/ed25519.ts';
import { compareVersions, VERSION_PATTERN } from './version-order.ts';

const version = z.string().regex(VERSION_PATTERN);

const updateFile = z.strictObject({
  /** Beside the manifest. It is a name, never a path. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/),
  arch: z.enum(['x64', 'arm64']),
  size: z.int().min(1).max(UPDATE_SIZE_BYTES_MAX),
  sha256: hash,
});
export type UpdateFile = z.infer<typeof updateFile>;

const updateManifest = z.strictObject({
  format: z.literal('quantum-lock/update/v1'),
  version,
  /** The oldest version that it may be installed over. */
  minimum: version,
  files: z.array(updateFile).min(1).max(UPDATE_FILES_MAX),
});
/** What an update is: the text of a signed note (c2sp.org/signed-note), in canonical JSON, one line. */
export type UpdateManifest = z.infer<typeof updateManifest>;

/** @throws VALUE_NOT_ALLOWED where it is none that would be read */
export function encodeUpdateText(manifest: UpdateManifest): string {
  return `${encodeCanonicalText(updateManifest.parse(manifest))}\n`;
}

/** The manifest with its signature, as it is published. `sign` makes Ed25519 over the bytes that it is given. */
export function encodeUpdateNote(
  manifest: UpdateManifest,
  key: NoteKey,
  sign: (bytes: Uint8Array) => Uint8Array,
): string {
  const text = encodeUpdateText(manifest);
  const signature = sign(encodeUtf8(text));
  return encodeNote({ text, signatures: [{ name: key.name, keyId: noteKeyId(key), signature }] });
}

/** A verifier key (`name+id+key`) that signs updates. @throws DOCUMENT_INVALID */
export function decodeUpdateKey(text: string): NoteKey {
  const key = decodeVerifierKey(text);
  if (key.type !== NOTE_SIGNATURE_TYPES.ed25519)
    throw new QuantumLockError('DOCUMENT_INVALID', 'the verifier key is of another kind than Ed25519');
  return key;
}

/** Reads a manifest from anywhere: nothing of it is looked at before it is signed by this key. @throws UPDATE_REFUSED */
export function openUpdateNote(note: string, key: NoteKey): UpdateManifest {
  if (note.length > UPDATE_MANIFEST_SIZE_BYTES_MAX) throw refused('the manifest of the update is too large');
  const text = verifiedText(note, key);
  const parsed = updateManifest.safeParse(decoded(text));
  if (!parsed.success || encodeUpdateText(parsed.data) !== text)
    throw refused('the manifest of the update is not one that this version reads');
  return parsed.data;
}

function verifiedText(note: string, key: NoteKey): string {
  try {
    const signed = decodeNote(note);
    const signatures = signaturesOf(signed, key);
    if (signatures.some(({ signature }) => verifyEd25519(signature, encodeUtf8(signed.text), key.publicKey)))
      return signed.text;
  } catch (cause) {
    throw refused('the manifest of the update is damaged', cause);
  }
  throw refused('the update is not signed by the key that this application trusts');
}

function decoded(text: string): unknown {
  try {
    return decodeCanonical(encodeUtf8(text.slice(0, -1)));
  } catch {
    // What is not canonical JSON is no manifest.
    return null;
  }
}

export interface Installed {
  readonly version: string;
  readonly arch: string;
  /** What its installer ends with: ".dmg". */
  readonly fileEnding: string;
  /** The newest version that was ever seen, so that an older answer of the feed is known for what it is; null for none. */
  readonly newestSeen: string | null;
}

/** The file that this machine would install; null where nothing is newer. @throws UPDATE_REFUSED */
export function updateFor(manifest: UpdateManifest, installed: Installed): UpdateFile | null {
  const { version: current, newestSeen, arch, fileEnding } = installed;
  if (newestSeen !== null && compareVersions(manifest.version, newestSeen) < 0)
    throw refused(`the feed offers version ${manifest.version}, and offered ${newestSeen} before`);
  if (compareVersions(manifest.version, current) <= 0) return null;
  if (compareVersions(current, manifest.minimum) < 0)
    throw refused(
      `version ${manifest.version} is installed over version ${manifest.minimum} or later, and this is ${current}`,
    );
  const file = manifest.files.find((one) => one.arch === arch && one.name.endsWith(fileEnding));
  if (file === undefined)
    throw refused(`version ${manifest.version} has no file for this machine (${arch}, ${fileEnding})`);
  return file;
}

export function refused(message: string, cause?: unknown): QuantumLockError {
  return new QuantumLockError('UPDATE_REFUSED', message, cause === undefined ? {} : { cause });
}
