import { encodeHash, type Hash, type PublicKey } from '../../base/bytes.ts';
import { encodeCanonicalText, type JsonObject } from '../../base/canonical.ts';
import { isoTime } from '../../base/iso-time.ts';
import { encodeHeader } from '../blocks/block.ts';
import { encodeProof } from '../blocks/block-proof.ts';
import type { SealedHeader } from '../proofs/report.ts';
import type { ChainRoot } from '../chain-identity.ts';
import { encodeSignedExport, type SignedExport } from './export-manifest.ts';

/**
 * The lines of an audit export in JSON Lines (docs/TECHNICAL_SPEC.md, "Audit export"). Together they are the log from one block to another
 * with what was not asked for left out, and left out visibly: from the log before the first block, the leaves that are there and the
 * hashes that stand for those that are not, the log's root at each block that occurs is made again. So each transaction
 * is proved, with its place, and it is proved how many are left out where. That what is left out does not fit the filter is
 * what the signer states; only the chain itself shows it.
 *
 * Each line is canonical JSON with one field, which says what it is.
 */

/** The first line. */
export interface ExportBegin extends ChainRoot {
  readonly format: 'quantum-lock/export-lines/v1';
  readonly filter: JsonObject;
  readonly from_block: number;
  readonly to_block: number;
  /** The log before block `from_block`: its size, and the roots of its perfect subtrees, largest first. */
  readonly before: { readonly log_size: number; readonly peaks: readonly Hash[] };
}

/** A transaction that was asked for. */
export interface ExportRow {
  readonly log_index: number;
  readonly block: number;
  /** Of the block, Unix milliseconds. */
  readonly time: number;
  readonly id: Hash;
  /** Canonical JSON of the signed transaction: its UTF-8 bytes are the log's leaf. */
  readonly transaction: string;
  /** Of the transaction. */
  readonly action: string;
  readonly signer: PublicKey;
  /** What the fields from here on say, the exporter states: they are derived from the chain, and not proved by the lines. */
  readonly env_id: string | null;
  /** The member who signed, by the name of then. */
  readonly member_id: string | null;
  readonly member_name: string | null;
  /** What it did, in one sentence. */
  readonly summary: string;
}

export function encodeBeginLine(begin: ExportBegin): string {
  return `{"export":${encodeCanonicalText(begin)}}\n`;
}

/** The block that the following lines lead up to, or belong to. */
export function encodeBlockLine({ header, hash, proof }: SealedHeader): string {
  return `{"block":{"hash":"${hash}","header":${encodeHeader(header)},"proof":${encodeProof(proof)}}}\n`;
}

/** Written by hand, as canonical JSON: a row is the line that there are millions of. */
export function encodeRowLine(row: ExportRow): string {
  return (
    `{"row":{"at":"${isoTime(row.time)}","block":${row.block},"env_id":${JSON.stringify(row.env_id)},"id":"${row.id}",` +
    `"log_index":${row.log_index},"member_id":${JSON.stringify(row.member_id)},"member_name":${JSON.stringify(row.member_name)},` +
    `"summary":${JSON.stringify(row.summary)},"transaction":${row.transaction}}}\n`
  );
}

/** Transactions that are left out: the roots of the perfect subtrees that they make from where the line stands, in order. */
export function encodeOmissionLine(count: number, nodes: readonly Uint8Array[]): string {
  return `{"omitted":{"count":${count},"nodes":[${nodes.map((node) => `"${encodeHash(node)}"`).join(',')}]}}\n`;
}

/** The last line: everything before it is the content that its manifest is of. */
export function encodeManifestLine(signed: SignedExport): string {
  return `{"manifest":${encodeSignedExport(signed)}}\n`;
}

export const MANIFEST_LINE_START = '{"manifest":';
