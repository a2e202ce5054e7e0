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
import type { BlockRange } from '../query/asked-blocks.ts';
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

export type ExportSignature = Pick<SignedExport, 'public_key' | 'signature'>;

/** The signer of an export: the validator of this machine, or a member. */
export type SignExport = (manifest: ExportManifest) => Promise<ExportSignature>;

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
 * @throws INPUT_INVALID where there is something at `output` already, or no block in the range; ACCESS_DENIED where the signer is
 * nobody of the chain; STORAGE_FULL, STORAGE_CORRUPT
 */
export async function makeExport(options: MakeExportOptions, { sign, ...work }: ExportWork): Promise<MadeExport> {
  const begun = await BegunExport.begin(options, work);
  try {
    return await begun.finish(await sign(begun.manifest));
  } catch (error) {
    // What is there would be taken for all of it.
    await begun.abandon();
    throw error;
  }
}

/** An export whose content is written, and which waits for its signature. */
export class BegunExport {
  readonly manifest: ExportManifest;
  readonly #output: string;
  readonly #opened: OpenedChain;
  readonly #files: ContentFile[];

  private constructor(
    { output }: MakeExportOptions,
    written: { readonly opened: OpenedChain; readonly content: ContentFile; readonly manifest: ExportManifest },
  ) {
    this.#output = output;
    this.#opened = written.opened;
    this.#files = [written.content];
    this.manifest = written.manifest;
  }

  /** @throws as {@link makeExport} */
  static async begin(options: MakeExportOptions, work: ContentWork): Promise<BegunExport> {
    const { dataDirectory, finalHeight } = options;
    const opened = ChainReader.open(dataPaths(dataDirectory).chain, { pageCacheCount: 16, finalHeight });
    let content: ContentFile | null = null;
    try {
      content = await ContentFile.create(options.output);
      const request = { ...options, reader: opened.reader, filter: jsonOf(options.filter) };
      const { range, rows } = await CONTENT[options.kind](content, request, work);
      const manifest = manifestOf(content, request, { range, rows });
      return new BegunExport(options, { opened, content, manifest });
    } catch (error) {
      await content?.discard();
      opened.database.close();
      throw error;
    }
  }

  /** @throws ACCESS_DENIED, STORAGE_FULL; then it has to be abandoned */
  async finish({ public_key, signature }: ExportSignature): Promise<MadeExport> {
    const { manifest } = this;
    const { reader, database } = this.#opened;
    const { header, hash, proof } = reader.provedBlock(manifest.to_block);
    const sealed = { header, hash, proof };
    const signed = { manifest, sealed, public_key, signature, signer: provedSigner(reader, public_key) };
    const manifestPath = await this.#writeManifest(signed);
    for (const file of this.#files) await file.close();
    database.close();
    return { signed, manifestPath };
  }

  async #writeManifest(signed: SignedExport): Promise<string> {
    const [content] = this.#files;
    if (signed.manifest.kind === 'jsonl') {
      await content?.write(encodeManifestLine(signed));
      return this.#output;
    }
    const path = manifestPathOf(this.#output);
    const beside = await ContentFile.create(path);
    this.#files.push(beside);
    await beside.write(`${encodeSignedExport(signed)}\n`);
    return path;
  }

  /** Leaves nothing of it. */
  async abandon(): Promise<void> {
    for (const file of this.#files) await file.discard();
    this.#opened.database.close();
  }
}

type OpenedChain = ReturnType<typeof ChainReader.open>;

function manifestOf(
  content: ContentFile,
  { reader, kind, filter, createdAt, software }: ContentRequest,
  { range, rows }: { readonly range: BlockRange; readonly rows: number },
): ExportManifest {
  const { header, hash } = reader.provedBlock(range.to);
  return {
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
}

function jsonOf(filter: AuditFilter): JsonObject {
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  return decodeCanonicalText(encodeCanonicalText(given)) as JsonObject;
}
