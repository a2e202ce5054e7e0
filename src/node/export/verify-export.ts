import { createReadStream, existsSync } from 'node:fs';
import { QuantumLockError } from '../../base/errors.ts';
import { EXPORT_MANIFEST_SIZE_BYTES_MAX } from '../../base/limits.ts';
import {
  EXPORT_LINES,
  ExportBesideManifest,
  JSONL_START,
  JsonlExportFile,
  type VerifiedExport,
} from '../../ledger/documents/export-file.ts';
import type { TrustedKeys } from '../../ledger/proofs/report.ts';
import { fileBeginning } from '../data-directory/file-beginning.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { readFileLines } from '../read-file-lines.ts';
import { readInputText } from '../read-input-file.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { manifestPathOf } from './make-export.ts';

export interface VerifyExportOptions {
  readonly path: string;
  /** The manifest of a file that does not hold its own; by default the one beside it. */
  readonly manifestPath?: string | undefined;
  readonly trusted: TrustedKeys;
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Checks a file that was exported with nothing but what is trusted of the chain. @throws EXPORT_INVALID where a line does not fit,
 * DOCUMENT_INVALID where its manifest is none, INPUT_INVALID where that is not there
 */
export async function verifyExport({
  path,
  manifestPath,
  trusted,
  onProgress,
}: VerifyExportOptions): Promise<VerifiedExport> {
  if (!existsSync(path)) throw new QuantumLockError('INPUT_INVALID', `there is no file ${path}`);
  const options = { trusted, verify: loadSignatureVerifier().verify };
  if (manifestPath === undefined && fileBeginning(path, JSONL_START.length) === JSONL_START) {
    const check = new JsonlExportFile(options);
    for await (const { bytes, endBytes } of readFileLines(path, EXPORT_LINES)) {
      onProgress?.(endBytes);
      check.take(bytes);
    }
    return check.end();
  }
  const check = new ExportBesideManifest(readManifest(manifestPath ?? manifestPathOf(path)), options);
  let size = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
      check.take(chunk);
      size += chunk.length;
      onProgress?.(size);
    }
  } catch (cause) {
    throw storageError(path, cause);
  }
  return check.end();
}

function readManifest(path: string): string {
  if (!existsSync(path))
    throw new QuantumLockError('INPUT_INVALID', `the manifest of the export is not there: ${path}`, {
      advice: 'Put it beside the file, or name it with --manifest.',
    });
  return readInputText(path, EXPORT_MANIFEST_SIZE_BYTES_MAX);
}
