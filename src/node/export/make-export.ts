import type { AuditFilter } from '../../api/chain/audit.ts';
import { decodeCanonicalText, encodeCanonicalText, type JsonObject } from '../../base/canonical.ts';
import { encodeManifestLine } from '../../ledger/documents/export-lines.ts';
import {
  encodeSignedExport,
  EXPORT_FORMAT,
  type ExportKind,
  type ExportManifest,
  type SignedExport,
} from '../../ledger/documents/export-manifest.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { writeBlocks } from './block-content.ts';
import { ContentFile } from './content-file.ts';
import type { ContentRequest, ContentWork, WriteContent } from './export-content.ts';
import { provedSigner } from './export-signer.ts';
import { writeHtmlReport } from './report/html-content.ts';
import { writePdfReport } from './report/pdf-content.ts';
import { writeRows } from './row-content.ts';

export interface MakeExportOptions extends Omit<ContentRequest, 'reader' | 'filter'> {
  /** Nothing is left out of the blocks themselves: theirs is empty. */
  readonly filter: AuditFilter;
  /** A new file. */
  readonly output: string;
}

/** The signer of an export: the validator of this machine, or a member. */
export type SignExport = (manifest: ExportManifest) => Promise<Pick<SignedExport, 'public_key' | 'signature'>>;

export interface ExportWork extends ContentWork {
  readonly sign: SignExport;
}

const CONTENT: Readonly<Record<ExportKind, WriteContent>> = {
  jsonl: writeRows,
  csv: writeRows,
  cef: writeRows,
  html: writeHtmlReport,
  pdf: writePdfReport,
  blocks: writeBlocks,
};

export interface MadeExport {
  readonly signed: SignedExport;
  /** The file that holds the manifest: the export itself, or one beside it. */
  readonly manifestPath: string;
}

/** The manifest of a file that cannot hold its own. */
export function manifestPathOf(path: string): string {
  return `${path}.manifest.json`;
}

/**
 * Writes what is asked for into a new file, in memory that does not grow, and signs what it is. Where anything fails, nothing is
 * left of it.
 * @throws INPUT_INVALID where there is something at `output` already, or no block in the range; STORAGE_FULL, STORAGE_CORRUPT
 */
export async function makeExport(options: MakeExportOptions, work: ExportWork): Promise<MadeExport> {
  const { reader, database } = ChainReader.open(dataPaths(options.dataDirectory).chain, { pageCacheCount: 16 });
  const files: ContentFile[] = [];
  const create = async (path: string): Promise<ContentFile> => {
    const file = await ContentFile.create(path);
    files.push(file);
    return file;
  };
  try {
    const content = await create(options.output);
    const signed = await signContent(content, { ...options, reader, filter: jsonOf(options.filter) }, work);
    const isInside = options.kind === 'jsonl';
    const manifestPath = isInside ? options.output : manifestPathOf(options.output);
    const holder = isInside ? content : await create(manifestPath);
    await holder.write(isInside ? encodeManifestLine(signed) : `${encodeSignedExport(signed)}\n`);
    for (const file of files) await file.close();
    return { signed, manifestPath };
  } catch (error) {
    // What is there ends at the fault, and would be taken for all of it.
    for (const file of files) await file.discard();
    throw error;
  } finally {
    database.close();
  }
}

async function signContent(content: ContentFile, request: ContentRequest, work: ExportWork): Promise<SignedExport> {
  const { reader, kind, filter, createdAt, software } = request;
  const { range, rows } = await CONTENT[kind](content, request, work);
  const { header, hash, proof } = reader.provedBlock(range.to);
  const manifest: ExportManifest = {
    format: EXPORT_FORMAT,
    kind,
    ...reader.chain(),
    era: header.era,
    from_block: range.from,
    to_block: range.to,
    checkpoint: hash,
    filter,
    rows,
    ...content.measured(),
    created_at: createdAt,
    software,
  };
  const { public_key, signature } = await work.sign(manifest);
  const signer = provedSigner(reader, public_key);
  return { manifest, sealed: { header, hash, proof }, public_key, signature, signer };
}

function jsonOf(filter: AuditFilter): JsonObject {
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  return decodeCanonicalText(encodeCanonicalText(given)) as JsonObject;
}
