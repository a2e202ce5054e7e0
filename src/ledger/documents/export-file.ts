import { decodeUtf8, encodeHash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { EXPORT_LINE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import type { LineLimits } from '../../base/line-splitter.ts';
import type { ProofReport } from '../proofs/report.ts';
import { Sha256 } from '#sha256';
import { ExportLinesCheck, type CheckedLines, type CheckOptions } from './export-check.ts';
import { decodeSignedExport, verifySignedExport, type ExportManifest } from './export-manifest.ts';

/** What an export was found to be; each of `report.steps` passed but perhaps the last. */
export interface VerifiedExport {
  readonly manifest: ExportManifest;
  readonly report: ProofReport;
  /** What its lines prove by themselves; null for a form that proves nothing but what was signed. */
  readonly lines: CheckedLines | null;
}

/** How a file begins that holds its own manifest: an export as JSON Lines. */
export const JSONL_START = '{"export":{';

/** How such a file is cut into lines. */
export const EXPORT_LINES: LineLimits = {
  sizeBytesMax: EXPORT_LINE_SIZE_BYTES_MAX,
  tooLong: (index) => new QuantumLockError('EXPORT_INVALID', `line ${index + 1}: it is longer than any of an export`),
  cutOff: (index) => new QuantumLockError('EXPORT_INVALID', `line ${index + 1}: the file ends within it`),
};

/** Checks an export as JSON Lines, in memory that does not grow. */
export class JsonlExportFile {
  readonly #options: CheckOptions;
  readonly #lines: ExportLinesCheck;
  readonly #hash = new Sha256();
  #size = 0;

  constructor(options: CheckOptions) {
    this.#options = options;
    this.#lines = new ExportLinesCheck(options);
  }

  /** The next line, without its end. @throws EXPORT_INVALID */
  take(line: Uint8Array): void {
    if (!this.#lines.take(textOf(line))) return;
    this.#hash.update(line);
    this.#hash.update(LINE_END);
    this.#size += line.length + 1;
  }

  /** Once all were taken. @throws EXPORT_INVALID where the manifest is not there */
  end(): VerifiedExport {
    const { lines, signed } = this.#lines.end();
    const digest = encodeHash(this.#hash.digest());
    const content = { kind: 'jsonl' as const, rows: lines.rows, size_bytes: this.#size, digest };
    return { manifest: signed.manifest, lines, report: verifySignedExport(signed, content, this.#options) };
  }
}

const LINE_END = Uint8Array.of(0x0a);

function textOf(line: Uint8Array): string {
  try {
    return decodeUtf8(line);
  } catch (cause) {
    throw new QuantumLockError('EXPORT_INVALID', 'a line is not text in UTF-8', { cause });
  }
}

/** Checks a file against the manifest beside it. */
export class ExportBesideManifest {
  readonly #options: CheckOptions;
  readonly #signed: ReturnType<typeof decodeSignedExport>;
  readonly #hash = new Sha256();
  #size = 0;

  /** @throws DOCUMENT_INVALID where `manifest` is none */
  constructor(manifest: string, options: CheckOptions) {
    this.#options = options;
    this.#signed = decodeSignedExport(manifest.trimEnd());
  }

  /** The next bytes of the file. */
  take(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#size += bytes.length;
  }

  end(): VerifiedExport {
    const { manifest } = this.#signed;
    // Rows of a form that proves nothing are what the signature says they are: the bytes decide.
    const digest = encodeHash(this.#hash.digest());
    const content = { kind: manifest.kind, rows: null, size_bytes: this.#size, digest };
    return { manifest, lines: null, report: verifySignedExport(this.#signed, content, this.#options) };
  }
}
