import type { Hash } from '../../base/bytes.ts';
import type { AuditFilter, AuditPage, SearchResult } from '../../api/chain/audit.ts';
import type { EnvironmentSummary } from '../../api/chain/environments.ts';
import type { BlockSummary, BlockView } from '../../api/chain/blocks.ts';
import type { TransactionRow, TransactionView } from '../../api/chain/transactions.ts';
import type { Receipt } from '../../ledger/transactions/receipt.ts';
import { encodeHeader } from '../../ledger/blocks/block.ts';
import { encodeProof } from '../../ledger/blocks/block-proof.ts';
import type { StoredBlock } from '../storage/stored-block.ts';
import { decodeStoredTransaction } from '../storage/stored-transaction.ts';
import { CheckedAudit } from './checked-audit.ts';
import type { QueryContext } from './query-context.ts';
import { proposalOf } from './proposal-of.ts';
import { environmentsOf, sentenceOf } from './transaction-text.ts';
import { isMemberPlace } from '../../ledger/state/readers.ts';

const ENVIRONMENTS_FOUND_MAX = 8;

/** Blocks, transactions, the audit log and the palette's search. */
export class BlockQueries {
  readonly #context: QueryContext;
  readonly #audit: CheckedAudit;

  constructor(context: QueryContext) {
    this.#context = context;
    this.#audit = new CheckedAudit(context);
  }

  blocks({ before, limit }: { readonly before?: number | undefined; readonly limit: number }): {
    blocks: BlockSummary[];
    height: number;
  } {
    const { chain } = this.#context;
    const height = chain.height();
    const newest = Math.min(height, (before ?? height + 1) - 1);
    const blocks: BlockSummary[] = [];
    for (let index = newest; index >= 0 && blocks.length < limit; index--)
      blocks.push(summaryOfBlock(chain.block(index)));
    return { blocks, height };
  }

  block({
    at,
    offset,
    limit,
  }: {
    readonly at: { readonly index: number } | { readonly hash: Hash };
    readonly offset: number;
    readonly limit: number;
  }): BlockView {
    const { chain } = this.#context;
    const block = 'index' in at ? chain.block(at.index) : this.#context.blockByHash(at.hash);
    const { header, firstLogIndex } = block;
    const begin = Math.min(firstLogIndex + offset, header.log_size);
    const transactions = chain
      .transactionsOf(block, begin, Math.min(begin + limit, header.log_size))
      .map((bytes, place) => decodeStoredTransaction(bytes, begin + place));
    return {
      ...header,
      hash: block.hash,
      proof: block.proof,
      transactions,
      transaction_ids: transactions.map((transaction) => chain.idOf(transaction)),
      transaction_count: header.log_size - firstLogIndex,
      first_log_index: firstLogIndex,
      size_bytes: encodeHeader(header).length + this.#proofSize(block) + this.#transactionsSize(block),
    };
  }

  /** None where it has not arrived yet. */
  #proofSize({ proof }: StoredBlock): number {
    return proof === null ? 0 : encodeProof(proof).length;
  }

  #transactionsSize({ header, firstLogIndex }: StoredBlock): number {
    return this.#context.chain.transactionsSizeBytes(firstLogIndex, header.log_size);
  }

  transaction(id: Hash): TransactionView {
    const logIndex = this.#context.requireLogIndex(id);
    const bytes = this.#context.chain.transactionBytes(logIndex);
    const transaction = this.#context.chain.transaction(logIndex);
    return {
      ...this.row(logIndex),
      transaction: transaction,
      size_bytes: bytes.length,
    };
  }

  /** The receipt of a transaction that is in the chain, else null. */
  receipt(id: Hash): Receipt | null {
    const logIndex = this.#context.logIndexOf(id);
    if (logIndex === undefined) return null;
    const block = this.#context.chain.block(this.#context.chain.heightOfLogIndex(logIndex));
    return {
      id,
      log_index: logIndex,
      block_index: block.header.index,
      block_hash: block.hash,
      block_time: block.header.timestamp,
    };
  }

  row(logIndex: number): TransactionRow {
    const { chain } = this.#context;
    const block = chain.block(chain.heightOfLogIndex(logIndex));
    const transaction = chain.transaction(logIndex);
    const member = this.#context.memberOfKey(transaction.signer);
    const id = chain.idOf(transaction);
    const proposal = proposalOf(chain, block.header.index, transaction);
    return {
      id,
      log_index: logIndex,
      block_index: block.header.index,
      block_time: block.header.timestamp,
      action: transaction.action,
      sender: transaction.sender,
      recipient: transaction.recipient,
      signer: transaction.signer,
      member_id: member?.member_id ?? null,
      member_name: member?.name ?? null,
      env_id: environmentsOf(proposal ?? transaction)[0] ?? null,
      summary: sentenceOf(transaction, proposal, id),
    };
  }

  audit({
    filter,
    before_log_index,
    limit,
  }: {
    readonly filter: AuditFilter;
    readonly before_log_index?: number | undefined;
    readonly limit: number;
  }): AuditPage {
    const { chain, indexer } = this.#context;
    const logSize = chain.head().header.log_size;
    const before = Math.min(before_log_index ?? logSize, logSize);
    const isUnfiltered = Object.values(filter).every(
      (value) => value === undefined || (Array.isArray(value) && value.length === 0),
    );
    // Without a filter the log itself is the answer: any position at once, up to the newest block.
    const found = isUnfiltered
      ? Array.from({ length: Math.min(limit, before) }, (_, index) => before - 1 - index)
      : this.#audit.find(filter, before, limit);
    return {
      rows: found.map((logIndex) => this.row(logIndex)),
      next_before: found.length < limit ? null : (found.at(-1) ?? null),
      indexed_height: Math.max(0, indexer.height),
      log_size: logSize,
    };
  }

  auditCount(filter: AuditFilter): { count: number; exact: boolean } {
    const isUnfiltered = Object.values(filter).every((value) => value === undefined);
    return isUnfiltered
      ? { count: this.#context.chain.head().header.log_size, exact: true }
      : this.#audit.count(filter);
  }

  /** Blocks by number or hash, transactions by id, environments by the start of their id, members by name. */
  search(text: string): SearchResult[] {
    const query = text.trim();
    const results: SearchResult[] = [];
    const { chain } = this.#context;
    if (/^\d{1,15}$/.test(query) && Number(query) <= chain.height())
      results.push(blockResult(chain.block(Number(query))));
    if (/^0x[0-9a-f]{64}$/.test(query)) {
      const logIndex = this.#context.logIndexOf(query as Hash);
      if (logIndex !== undefined) results.push(transactionResult(this.row(logIndex)));
      else {
        const block = this.#context.findBlock(query as Hash);
        if (block !== undefined) results.push(blockResult(block));
      }
    }
    const { keys, entries } = this.#context.lists.environments.inOrder();
    const words = query.toLowerCase();
    const [begun, held]: [EnvironmentSummary[], EnvironmentSummary[]] = [[], []];
    for (const key of keys) {
      const one = entries.get(key);
      if (one === undefined || begun.length >= ENVIRONMENTS_FOUND_MAX) continue;
      if (key.startsWith(query)) begun.push(one);
      // Few know an id from its beginning: its namespace goes first.
      else if (held.length < ENVIRONMENTS_FOUND_MAX && (holds(key, words) || holds(one.name, words))) held.push(one);
    }
    for (const one of [...begun, ...held].slice(0, ENVIRONMENTS_FOUND_MAX)) {
      const envId = one.env_id;
      const green = greenWords(one);
      results.push({
        kind: 'environment',
        id: envId,
        title: envId,
        subtitle: `${one.name ?? ''} Blue v${one.blue_version} · ${green}`.trim(),
      });
    }
    chain.tree.walk(chain.head().roots.members, ({ key, value }) => {
      if (isMemberPlace(key)) {
        const member = JSON.parse(Buffer.from(value).toString('utf8')) as {
          member_id: string;
          name: string;
          level: string;
        };
        if (`${member.name} ${member.member_id}`.toLowerCase().includes(query.toLowerCase())) {
          results.push({ kind: 'member', id: member.member_id, title: member.name, subtitle: member.level });
        }
      }
      return results.length < 20;
    });
    return results;
  }
}

function holds(text: string | null, words: string): boolean {
  return text?.toLowerCase().includes(words) === true;
}

function greenWords({ green_status, green_version, recalled, rollback }: EnvironmentSummary): string {
  if (green_status === 'green') return `Green v${green_version}`;
  if (recalled !== null) return `recalled v${recalled.version}`;
  return rollback === null ? 'never promoted' : 'not Green';
}

function summaryOfBlock({ header, hash, firstLogIndex }: StoredBlock): BlockSummary {
  return {
    index: header.index,
    hash,
    timestamp: header.timestamp,
    validator: header.validator,
    transaction_count: header.log_size - firstLogIndex,
  };
}

function blockResult({ header, firstLogIndex }: StoredBlock): SearchResult {
  return {
    kind: 'block',
    id: String(header.index),
    title: `Block ${header.index}`,
    subtitle: `${header.log_size - firstLogIndex} transaction(s), sealed by ${header.validator}`,
  };
}

function transactionResult(row: TransactionRow): SearchResult {
  return { kind: 'transaction', id: row.id, title: row.summary, subtitle: `block ${row.block_index}, ${row.action}` };
}
