import { decodeHex, encodeHash, encodeUtf8, isHash } from '../../base/bytes.ts';
import { decodeCanonicalText, encodeCanonicalText, isCount, type Json, type JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { isoTime } from '../../base/iso-time.ts';
import type { VerifySignature } from '../crypto/signature.ts';
import { LogFrontier, perfectSubtrees } from '../log/log.ts';
import { onlyFields, sealSteps, type SealedHeader, type TrustedKeys } from '../proofs/report.ts';
import { checkTransaction, isRejection } from '../transactions/transaction.ts';
import { MANIFEST_LINE_START, type ExportBegin } from './export-lines.ts';
import { decodeSignedExport, type SignedExport } from './export-manifest.ts';

/** What the lines of an export showed, apart from what is signed over them. */
export interface CheckedLines {
  readonly begin: ExportBegin;
  readonly rows: number;
  /** Transactions of the blocks that were looked at, and are not in it. */
  readonly omitted: number;
  /** Block `to_block`, with the seal that was verified. */
  readonly last: SealedHeader;
}

export interface CheckOptions {
  readonly trusted: TrustedKeys;
  readonly verify: VerifySignature;
}

/**
 * Checks the lines of an export one after the other, in memory that does not grow: every transaction (its signature too), its place in
 * the log, its block and that block's seal, and that nothing is missing between them but what is left out visibly.
 */
export class ExportLinesCheck {
  readonly #options: CheckOptions;
  #begin: ExportBegin | null = null;
  #log = new LogFrontier();
  #block: SealedHeader | null = null;
  /** Whether the block's first transaction is known: where the block before it is in the export, or there is none. */
  #isBeginKnown = false;
  #rows = 0;
  #omitted = 0;
  #lines = 0;
  #signed: SignedExport | null = null;

  constructor(options: CheckOptions) {
    this.#options = options;
  }

  /** Takes the next line, without its end; false for the manifest, which is the last. @throws EXPORT_INVALID */
  take(line: string): boolean {
    this.#lines += 1;
    try {
      if (this.#signed !== null) refuse('there is something after the manifest');
      if (line.startsWith(MANIFEST_LINE_START)) {
        this.#signed = this.#manifest(line);
        return false;
      }
      this.#takeContent(line);
      return true;
    } catch (cause) {
      // What came from outside fails in ways that nobody lists.
      const why = cause instanceof Error ? cause.message : 'unreadable';
      throw new QuantumLockError('EXPORT_INVALID', `line ${this.#lines}: ${why}`, {
        context: { line: this.#lines },
        cause,
      });
    }
  }

  /** Once all lines were taken: what they showed, and the manifest. @throws EXPORT_INVALID where the last is not there */
  end(): { readonly lines: CheckedLines; readonly signed: SignedExport } {
    const [begin, last, signed] = [this.#begin, this.#block, this.#signed];
    if (begin === null || last === null || signed === null)
      throw new QuantumLockError('EXPORT_INVALID', 'the export ends before its manifest: it was cut off');
    return { lines: { begin, rows: this.#rows, omitted: this.#omitted, last }, signed };
  }

  #manifest(line: string): SignedExport {
    const signed = decodeSignedExport(line.slice(MANIFEST_LINE_START.length, -1));
    if (!line.endsWith('}') || this.#begin === null) refuse('the manifest is cut off, or first');
    this.#endBlock();
    const { manifest, sealed } = signed;
    const { filter, from_block, to_block } = this.#begin;
    if (this.#block?.header.index !== to_block) refuse(`the lines end before block ${to_block}`);
    const isSame =
      manifest.from_block === from_block &&
      manifest.to_block === to_block &&
      encodeCanonicalText(manifest.filter) === encodeCanonicalText(filter);
    if (!isSame || sealed.hash !== this.#block.hash) refuse('the manifest is of another export');
    return signed;
  }

  #takeContent(line: string): void {
    const { kind, value } = partsOf(line);
    if (kind === 'export') return this.#takeBegin(value);
    if (this.#begin === null) refuse('the first line does not say what is exported');
    if (kind === 'block') return this.#takeBlock(value);
    if (this.#block === null) refuse('no block is named before it');
    if (kind === 'row') return this.#takeRow(value);
    if (kind === 'omitted') return this.#takeOmission(value);
    refuse(`it is a line of a kind that is not known: ${kind.slice(0, 40)}`);
  }

  #takeBegin(value: JsonObject): void {
    if (this.#begin !== null) refuse('the export begins a second time');
    onlyFields(value, ['before', 'chain_id', 'filter', 'format', 'from_block', 'genesis', 'to_block']);
    const begin = value as unknown as ExportBegin;
    const { chain } = this.#options.trusted;
    if (begin.format !== 'quantum-lock/export-lines/v1') refuse('it is of a format that this version does not know');
    if (begin.chain_id !== chain.chain_id || begin.genesis !== chain.genesis)
      refuse(`it is of the chain ${begin.chain_id} with genesis ${begin.genesis}, which is not the trusted one`);
    onlyFields(begin.before, ['log_size', 'peaks']);
    const { log_size, peaks } = begin.before;
    if (!isCount(log_size) || !isCount(begin.from_block) || !isCount(begin.to_block)) refuse('a number is not one');
    if ((begin.from_block === 0) !== (log_size === 0)) refuse('before the first block stands another log than it says');
    this.#log = LogFrontier.of(log_size, nodesOf(peaks));
    this.#begin = begin;
  }

  #takeBlock(value: JsonObject): void {
    const before = this.#block;
    const { from_block, to_block } = this.#begin as ExportBegin;
    if (before !== null) this.#endBlock();
    const sealed = value as unknown as SealedHeader;
    const { trusted, verify } = this.#options;
    for (const [, check] of sealSteps(sealed, trusted, verify)) check();
    const { index, log_size } = sealed.header;
    // The block before the first is there for its log alone.
    if (before === null && from_block > 0 && index !== from_block - 1)
      refuse(`the blocks begin at ${index}, and not before ${from_block}`);
    if (before !== null && (index <= before.header.index || log_size <= before.header.log_size))
      refuse(`block ${index} follows block ${before.header.index}`);
    if (index > to_block) refuse(`block ${index} is after the last, ${to_block}`);
    const isNext = before !== null && index === before.header.index + 1;
    if (isNext && sealed.header.previous_hash !== before.hash)
      refuse(`block ${index} does not follow the block before it`);
    this.#isBeginKnown = isNext || index === 0;
    this.#block = sealed;
  }

  #takeRow(value: JsonObject): void {
    onlyFields(value, ROW_FIELDS);
    const { trusted, verify } = this.#options;
    const { header } = this.#block as SealedHeader;
    if (!this.#isBeginKnown) refuse('the block before the one it is in is not there, so nothing says what is in it');
    const checked = checkTransaction(encodeUtf8(encodeCanonicalText(value['transaction'])), trusted.chain, verify);
    if (isRejection(checked)) refuse(`the transaction is none: ${checked.message}`);
    if (value['log_index'] !== this.#log.size || this.#log.size >= header.log_size)
      refuse(`its log_index is not ${this.#log.size}, which is where it stands`);
    if (value['block'] !== header.index) refuse(`it is in block ${header.index}`);
    if (value['at'] !== isoTime(header.timestamp)) refuse(`block ${header.index} is of ${isoTime(header.timestamp)}`);
    if (value['id'] !== encodeHash(checked.id)) refuse(`its id is ${encodeHash(checked.id)}`);
    if (
      !['env_id', 'member_id', 'member_name'].every((name) => isTextOrNull(value[name])) ||
      typeof value['summary'] !== 'string'
    )
      refuse('what it says of the transaction is not text');
    this.#log.append(checked.leaf);
    this.#rows += 1;
  }

  #takeOmission(value: JsonObject): void {
    onlyFields(value, ['count', 'nodes']);
    const { header } = this.#block as SealedHeader;
    const { count } = value;
    const begin = this.#log.size;
    if (!isCount(count) || count === 0 || begin + count > header.log_size) refuse('it leaves out more than there is');
    const subtrees = [...perfectSubtrees(begin, begin + count)];
    const nodes = nodesOf(value['nodes']);
    if (nodes.length !== subtrees.length) refuse(`${count} transactions from ${begin} are ${subtrees.length} subtrees`);
    for (const [place, { level }] of subtrees.entries()) this.#log.appendPerfect(level, nodes[place] as Uint8Array);
    this.#omitted += count;
  }

  /** All that the block has was there, or was left out: the log is the one that it names. */
  #endBlock(): void {
    const block = this.#block;
    if (block === null) refuse('no block is named');
    const { index, log_size, log_root } = block.header;
    if (this.#log.size !== log_size)
      refuse(
        `block ${index} ends at transaction ${log_size - 1}, and ${log_size - this.#log.size} of its log are missing`,
      );
    if (encodeHash(this.#log.root()) !== log_root)
      refuse(`what stands up to block ${index} is not the log that it names`);
  }
}

const ROW_FIELDS = ['at', 'block', 'env_id', 'id', 'log_index', 'member_id', 'member_name', 'summary', 'transaction'];
const NODES_MAX = 128;

function partsOf(line: string): { readonly kind: string; readonly value: JsonObject } {
  const document: Json = decodeCanonicalText(line);
  const [entry, ...others] = isObject(document) ? Object.entries(document) : [];
  if (entry === undefined || others.length > 0 || !isObject(entry[1]))
    refuse('it is not one JSON object that says what it is');
  return { kind: entry[0], value: entry[1] };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function nodesOf(value: unknown): readonly Uint8Array[] {
  if (!Array.isArray(value) || value.length > NODES_MAX || !value.every(isHash)) refuse('its hashes are malformed');
  return value.map(decodeHex);
}

function refuse(message: string): never {
  throw new QuantumLockError('EXPORT_INVALID', message);
}
