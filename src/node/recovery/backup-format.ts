import { createHash } from 'node:crypto';
import { z } from 'zod';
import { encodeHash, encodeUtf8, type Hash, type PublicKey, type Signature } from '../../base/bytes.ts';
import { BACKUP_FORMAT } from '../../base/chain-file-beginnings.ts';
import { decodeCanonical, encodeCanonicalText } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { count, hash, jsonObject, publicKey, signature } from '../../base/fields.ts';
import {
  BACKUP_CHAIN_FILES_MAX,
  BACKUP_MANIFEST_SIZE_BYTES_MAX,
  BACKUP_PART_SIZE_BYTES_MAX,
} from '../../base/limits.ts';
import { digest } from '../../ledger/crypto/digest.ts';
import { isChainId, isEra } from '../../ledger/chain-identity.ts';
import { TABLE_NAMES } from './tables.ts';

/**
 * The file of a backup (docs/TECHNICAL_SPEC.md, "Backup"): a line that names the format, parts, the signed manifest, and a
 * trailer of fixed size that says where the manifest is. Every byte is one of these, and is under the manifest's signature
 * but for the frame around it, which has one form only.
 */
export const BACKUP_MAGIC = encodeUtf8(`${BACKUP_FORMAT}\n`);

/** What a chain has up to and with a sealed block: where a backup ends, and the next one begins. */
export const chainEnd = z.strictObject({
  /** Of the block. */
  height: count,
  hash,
  timestamp: count,
  state_root: hash,
  log_size: count,
  log_root: hash,
  /** The last ids of `state_pages` and `state_values`. */
  pages: count,
  values: count,
});
export type ChainEnd = z.infer<typeof chainEnd>;

/** Up to where a blob store was backed up: what is stored later stands behind it. Places are of that one store. */
export const contentEnd = z.strictObject({
  /** Row id of the newest directory, and its state hash; 0 and null where there is none. */
  directories: count,
  newest: hash.nullable(),
  pack: count,
  size: count,
});
export type ContentEnd = z.infer<typeof contentEnd>;

const part = z.strictObject({
  table: z.enum(TABLE_NAMES),
  /** The first and the last key of it; 0 for content, which is named by its hash. */
  first: count,
  last: count,
  rows: z.int().min(1),
  /** Bytes of the rows, before compression. */
  raw_size: z.int().min(1).max(BACKUP_PART_SIZE_BYTES_MAX),
  /** Bytes that are stored: one zstd frame (RFC 8878). */
  size: z
    .int()
    .min(1)
    .max(BACKUP_PART_SIZE_BYTES_MAX + 1024 * 1024),
  /** SHA-256 of the stored bytes. */
  digest: hash,
});
export type BackupPart = z.infer<typeof part>;

const manifestSchema = z.strictObject({
  format: z.literal(BACKUP_FORMAT),
  chain_id: z.custom<string>(isChainId, 'the name of a chain'),
  genesis: hash,
  /** Of the block that it ends with: what signatures of then were for. */
  era: z.custom<number>(isEra, 'an era'),
  kind: z.enum(['full', 'incremental']),
  /** The manifest digest of the backup that this one continues; null for a full one. */
  base: hash.nullable(),
  /** How many backups come before it: 0 for a full one. */
  depth: count.max(BACKUP_CHAIN_FILES_MAX),
  from: chainEnd.nullable(),
  to: chainEnd,
  /** Null where it was made without content. */
  content: z
    .strictObject({
      from: contentEnd.nullable(),
      to: contentEnd,
      directories: count,
      chunks: count,
      /** Chunks that the store names and could not give: damaged or gone. */
      lost: count,
    })
    .nullable(),
  /** The version of the layout of chain.db. */
  schema: count,
  /** The configuration of the node, without what is of its machine alone. */
  node: jsonObject,
  parts: z.array(part),
  /** Unix milliseconds. */
  created_at: count,
  software: z.string().max(100),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

const signedSchema = z.strictObject({ manifest: manifestSchema, public_key: publicKey, signature });
export interface SignedManifest {
  readonly manifest: BackupManifest;
  readonly public_key: PublicKey;
  readonly signature: Signature;
}

/** The signer of a manifest: the validator of this machine, or a member. */
export type SignManifest = (manifest: BackupManifest) => Promise<Omit<SignedManifest, 'manifest'>>;

/** What is signed, and what names a backup: 32 bytes. */
export function manifestDigest(manifest: BackupManifest): Uint8Array {
  return digest('backup', manifest, encodeUtf8(encodeCanonicalText(manifest)));
}

export function manifestHash(manifest: BackupManifest): Hash {
  return encodeHash(manifestDigest(manifest));
}

export function encodeSignedManifest(signed: SignedManifest): Uint8Array {
  return encodeUtf8(encodeCanonicalText(signed));
}

/** Reads canonical bytes and checks that the manifest agrees with itself. @throws BACKUP_INVALID */
export function decodeSignedManifest(bytes: Uint8Array): SignedManifest {
  let value: unknown;
  try {
    value = decodeCanonical(bytes);
  } catch (cause) {
    throw invalidBackup('manifest', `is not canonical JSON: ${cause instanceof Error ? cause.message : ''}`, cause);
  }
  const parsed = signedSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalidBackup('manifest', `is malformed: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  checkManifest(parsed.data.manifest);
  return parsed.data;
}

function checkManifest({ kind, base, from, to, depth, content }: BackupManifest): void {
  const isFull = kind === 'full';
  if (isFull !== (base === null) || isFull !== (from === null) || isFull !== (depth === 0))
    throw invalidBackup('manifest', 'says about itself both that it is full and that it continues another');
  if (from === null) {
    if (content !== null && content.from !== null) throw invalidBackup('manifest', 'is full, and its content is not');
    return;
  }
  const isBehind =
    to.height < from.height || to.log_size < from.log_size || to.pages < from.pages || to.values < from.values;
  if (isBehind) throw invalidBackup('manifest', 'ends before it begins');
}

/** The size of everything but the parts and the manifest. */
const TRAILER_TAG = 'quantum-lock/backup/end';
const NUMBER_LENGTH = 16;
export const TRAILER_SIZE_BYTES = TRAILER_TAG.length + 2 * (NUMBER_LENGTH + 1) + 1;

/** Where the manifest begins, and how many bytes it has: both of 16 decimal digits. */
export function encodeTrailer(place: { readonly offset: number; readonly size: number }): Uint8Array {
  const text = (value: number): string => String(value).padStart(NUMBER_LENGTH, '0');
  return encodeUtf8(`${TRAILER_TAG} ${text(place.offset)} ${text(place.size)}\n`);
}

/** @throws BACKUP_INVALID */
export function decodeTrailer(bytes: Uint8Array, fileSize: number): { readonly offset: number; readonly size: number } {
  const text = Buffer.from(bytes).toString('latin1');
  const match = /^quantum-lock\/backup\/end (\d{16}) (\d{16})\n$/.exec(text);
  if (match === null) throw invalidBackup('end of the file', 'is not that of a backup: it was cut off or changed');
  const [offset, size] = [Number(match[1]), Number(match[2])];
  if (offset + size + TRAILER_SIZE_BYTES !== fileSize)
    throw invalidBackup(
      'end of the file',
      `says that the file has ${offset + size + TRAILER_SIZE_BYTES} bytes; it has ${fileSize}`,
    );
  if (size > BACKUP_MANIFEST_SIZE_BYTES_MAX) throw invalidBackup('manifest', `has ${size} bytes`);
  return { offset, size };
}

/** Where each part begins in the file; what follows the last is the manifest. */
export function partOffsets({ parts }: BackupManifest): { readonly offsets: readonly number[]; readonly end: number } {
  let end = BACKUP_MAGIC.length;
  const offsets = parts.map(({ size }) => {
    const offset = end;
    end += size;
    return offset;
  });
  return { offsets, end };
}

export function digestOf(bytes: Uint8Array): Hash {
  return encodeHash(createHash('sha256').update(bytes).digest());
}

/** @param place where: "manifest", "part 12 (state_pages)" */
export function invalidBackup(place: string, message: string, cause?: unknown): QuantumLockError {
  return new QuantumLockError('BACKUP_INVALID', `the backup is damaged: ${place} ${message}`, {
    context: { place },
    ...(cause === undefined ? {} : { cause }),
  });
}
