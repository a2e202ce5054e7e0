import { statSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { decodeUtf8, encodeUtf8 } from '../../base/bytes.ts';
import { decodeCanonicalText, encodeCanonicalText } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BACKUP_DOCUMENT_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import {
  decodeSignedManifest,
  encodeSignedManifest,
  invalidBackup,
  manifestHash,
  type SignedManifest,
} from './backup-format.ts';
import type { OpenedBackup } from './opened-backup.ts';

/** A backup of a small chain as one JSON document that holds all of it: canonical JSON, its parts as base64. */
const FORMAT = 'quantum-lock/backup-document/v1';

const documentSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** The signed manifest, as it stands in a backup. */
  backup: z.json(),
  parts: z.array(z.string()),
});

/** @throws LIMIT_EXCEEDED where it would be too large to be held in memory */
export async function encodeBackupDocument({ signed, readStored }: OpenedBackup): Promise<string> {
  const { parts } = signed.manifest;
  const size = parts.reduce((sum, part) => sum + Math.ceil(part.size / 3) * 4, 0);
  if (size > BACKUP_DOCUMENT_SIZE_BYTES_MAX) throw tooLarge(size);
  const encoded: string[] = [];
  for (const index of parts.keys()) encoded.push(Buffer.from(await readStored(index)).toString('base64'));
  return `{"backup":${decodeUtf8(encodeSignedManifest(signed))},"format":"${FORMAT}","parts":${encodeCanonicalText(encoded)}}\n`;
}

function tooLarge(size: number): QuantumLockError {
  return new QuantumLockError(
    'LIMIT_EXCEEDED',
    `as one JSON document the backup would have ${size} bytes; at most ${BACKUP_DOCUMENT_SIZE_BYTES_MAX}`,
    { advice: 'Name the file otherwise than .json: a backup in its own format is of any size.' },
  );
}

/** @throws BACKUP_INVALID, LIMIT_EXCEEDED */
export function readBackupDocument(path: string): OpenedBackup {
  const { signed, parts } = decodeDocument(readText(path));
  if (parts.length !== signed.manifest.parts.length)
    throw invalidBackup(
      'document',
      `has ${parts.length} parts, and its manifest names ${signed.manifest.parts.length}`,
    );
  return {
    path,
    signed,
    backup: manifestHash(signed.manifest),
    readStored: (index) => Promise.resolve(decodePart(parts[index] ?? '', index)),
    close: () => Promise.resolve(),
  };
}

function decodePart(text: string, index: number): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  // Node skips what is not base64: what was changed has another form.
  if (bytes.toString('base64') !== text) throw invalidBackup(`part ${index + 1}`, 'is not base64');
  return bytes;
}

function decodeDocument(text: string): { readonly signed: SignedManifest; readonly parts: readonly string[] } {
  if (!text.endsWith('}\n')) throw invalidBackup('document', 'was cut off or added to');
  try {
    const { backup, parts } = documentSchema.parse(decodeCanonicalText(text.slice(0, -1)));
    return { signed: decodeSignedManifest(encodeUtf8(encodeCanonicalText(backup))), parts };
  } catch (cause) {
    if (cause instanceof QuantumLockError && cause.code === 'BACKUP_INVALID') throw cause;
    throw invalidBackup('document', `is not one: ${cause instanceof Error ? cause.message : ''}`, cause);
  }
}

function readText(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > BACKUP_DOCUMENT_SIZE_BYTES_MAX + 1024 * 1024) throw tooLarge(size);
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw storageError(path, error);
  }
}
