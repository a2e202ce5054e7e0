import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { decodeUtf8, encodeHash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { EXPORT_LINE_SIZE_BYTES_MAX, EXPORT_MANIFEST_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { ExportLinesCheck, type CheckedLines } from '../../ledger/documents/export-check.ts';
import { decodeSignedExport, verifySignedExport, type ExportManifest } from '../../ledger/documents/export-manifest.ts';
import type { ProofReport, TrustedKeys } from '../../ledger/proofs/report.ts';
import { fileBeginning } from '../data-directory/file-beginning.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { readFileLines, type LineLimits } from '../read-file-lines.ts';
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

/** What an export was found to be; each of `report.steps` passed but perhaps the last. */
export interface VerifiedExport {
  readonly manifest: ExportManifest;
  readonly report: ProofReport;
  /** What its lines prove by themselves; null for a form that proves nothing but what was signed. */
  readonly lines: CheckedLines | null;
}

const JSONL_START = '{"export":{';
const LIMITS: LineLimits = {
  sizeBytesMax: EXPORT_LINE_SIZE_BYTES_MAX,
  tooLong: (index) => new QuantumLockError('EXPORT_INVALID', `line ${index + 1}: it is longer than any of an export`),
  cutOff: (index) => new QuantumLockError('EXPORT_INVALID', `line ${index + 1}: the file ends within it`),
};

/**
 * Checks a file that was exported with nothing but what is trusted of the chain. @throws EXPORT_INVALID where a line does not fit,
 * DOCUMENT_INVALID where its manifest is none, INPUT_INVALID where that is not there
 */
export async function verifyExport(options: VerifyExportOptions): Promise<VerifiedExport> {
  const { path, trusted } = options;
  if (!existsSync(path)) throw new QuantumLockError('INPUT_INVALID', `there is no file ${path}`);
  const { verify } = loadSignatureVerifier();
  if (options.manifestPath === undefined && fileBeginning(path, JSONL_START.length) === JSONL_START) {
    const check = new ExportLinesCheck({ trusted, verify });
    const hash = createHash('sha256');
    let size = 0;
    for await (const { bytes, endBytes } of readFileLines(path, LIMITS)) {
      options.onProgress?.(endBytes);
      if (!check.take(textOf(bytes))) continue;
      hash.update(bytes).update('\n');
      size += bytes.length + 1;
    }
    const { lines, signed } = check.end();
    const content = { kind: 'jsonl' as const, rows: lines.rows, size_bytes: size, digest: encodeHash(hash.digest()) };
    return { manifest: signed.manifest, lines, report: verifySignedExport(signed, content, { trusted, verify }) };
  }
  const signed = decodeSignedExport(readManifest(options).trimEnd());
  const { size_bytes, digest } = await digestOf(path, options.onProgress);
  // Rows of a form that proves nothing are what the signature says they are: the bytes decide.
  const content = { kind: signed.manifest.kind, rows: null, size_bytes, digest };
  return { manifest: signed.manifest, lines: null, report: verifySignedExport(signed, content, { trusted, verify }) };
}

function readManifest({ path, manifestPath = manifestPathOf(path) }: VerifyExportOptions): string {
  if (!existsSync(manifestPath))
    throw new QuantumLockError('INPUT_INVALID', `the manifest of the export is not there: ${manifestPath}`, {
      advice: 'Put it beside the file, or name it with --manifest.',
    });
  return readInputText(manifestPath, EXPORT_MANIFEST_SIZE_BYTES_MAX);
}

async function digestOf(
  path: string,
  onProgress: VerifyExportOptions['onProgress'],
): Promise<Pick<ExportManifest, 'size_bytes' | 'digest'>> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
      onProgress?.(size);
    }
  } catch (cause) {
    throw storageError(path, cause);
  }
  return { size_bytes: size, digest: encodeHash(hash.digest()) };
}

function textOf(line: Buffer): string {
  try {
    return decodeUtf8(line);
  } catch (cause) {
    throw new QuantumLockError('EXPORT_INVALID', 'a line is not text in UTF-8', { cause });
  }
}
