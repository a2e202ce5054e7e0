import { setImmediate } from 'node:timers/promises';
import type { AuditFilter } from '../../api/chain/audit.ts';
import { encodeHash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { ExportRow } from '../../ledger/documents/export-lines.ts';
import { memberPlace } from '../../ledger/state/readers.ts';
import type { MemberRecord } from '../../ledger/state/records.ts';
import { askedBlocks, type BlockRange } from '../query/asked-blocks.ts';
import { AuditMatch, type PlacedTransaction } from '../query/audit-match.ts';
import { memberIdOf } from '../query/index-entry.ts';
import { proposalOf } from '../query/proposal-of.ts';
import { environmentsOf, sentenceOf } from '../query/transaction-text.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { decodeStoredText } from '../storage/stored-transaction.ts';
import type { ProvedBlock } from '../storage/stored-block.ts';
import type { ContentWork } from './export-content.ts';

const SLICE_MS = 20;

/** A block that was looked at, and the rows of it that were asked for. */
export interface ExportedBlock {
  readonly block: ProvedBlock;
  readonly rows: readonly ExportRow[];
}

/** The blocks that can hold what a filter asks for, up to the newest that has its proof. @throws INPUT_INVALID where there is no such block */
export function blockRangeOf(reader: ChainReader, filter: AuditFilter): BlockRange {
  const newest = reader.provedHeightOrNone();
  const range = askedBlocks(reader, filter, newest);
  if (range === null)
    throw new QuantumLockError('INPUT_INVALID', 'no block of the chain is in that range of blocks or times', {
      advice: `The chain has its proved blocks 0 to ${newest}: name a range of these.`,
    });
  return range;
}

/** The rows that a filter asks for, block by block, from the chain itself and checked against it; no index is asked. */
export class ExportedBlocks {
  readonly #reader: ChainReader;
  readonly #filter: AuditFilter;
  readonly #match: AuditMatch;
  /** Who holds a key, as long as the members stay as they are. */
  #names: { readonly page: number; readonly byKey: Map<string, Signer> } = { page: -1, byKey: new Map() };

  constructor(reader: ChainReader, filter: AuditFilter) {
    this.#reader = reader;
    this.#filter = filter;
    this.#match = new AuditMatch(reader);
  }

  /** Those of a range in their order. Between some of them the thread is free for others, and `signal` is heeded. @throws STORAGE_CORRUPT */
  async *in(range: BlockRange, { report, signal }: ContentWork): AsyncGenerator<ExportedBlock, void, undefined> {
    const total = range.to - range.from + 1;
    let began = performance.now();
    for (let height = range.from; height <= range.to; height++) {
      yield this.at(height);
      if (performance.now() - began < SLICE_MS) continue;
      report(height - range.from + 1, total);
      await setImmediate();
      signal?.throwIfAborted();
      began = performance.now();
    }
    report(total, total);
  }

  /** @throws STORAGE_CORRUPT */
  at(height: number): ExportedBlock {
    const reader = this.#reader;
    const block = reader.provedBlock(height);
    const { header, firstLogIndex } = block;
    if (!this.#match.isBlockSought(this.#filter, height, header.timestamp)) return { block, rows: [] };
    const all = reader.transactionsOf(block, firstLogIndex, header.log_size).map((bytes, place) => {
      const logIndex = firstLogIndex + place;
      return { height, logIndex, ...decodeStoredText(bytes, logIndex) };
    });
    return { block, rows: this.#match.sought(this.#filter, all).map((one) => this.#rowOf(block, one)) };
  }

  #rowOf({ header, roots }: ProvedBlock, { logIndex, transaction, text }: StoredText): ExportRow {
    const reader = this.#reader;
    const { index } = header;
    const id = encodeHash(reader.digestOfText(text, transaction));
    const proposal = proposalOf(reader, index, transaction);
    return {
      log_index: logIndex,
      block: index,
      time: header.timestamp,
      id,
      transaction: text,
      action: transaction.action,
      signer: transaction.signer,
      env_id: environmentsOf(proposal ?? transaction)[0] ?? null,
      ...this.#signerOf(transaction.signer, index, roots.members.page),
      summary: sentenceOf(transaction, proposal, id),
    };
  }

  #signerOf(publicKey: string, height: number, page: number): Signer {
    if (this.#names.page !== page) this.#names = { page, byKey: new Map() };
    const known = this.#names.byKey.get(publicKey);
    if (known !== undefined) return known;
    const memberId = memberIdOf(this.#reader, height, publicKey);
    const text = memberId === '' ? undefined : this.#reader.stateText(height, 'members', memberPlace(memberId));
    const signer =
      text === undefined
        ? { member_id: null, member_name: null }
        : { member_id: memberId, member_name: (JSON.parse(text) as MemberRecord).name };
    this.#names.byKey.set(publicKey, signer);
    return signer;
  }
}

interface StoredText extends PlacedTransaction {
  readonly text: string;
}

type Signer = Pick<ExportRow, 'member_id' | 'member_name'>;
