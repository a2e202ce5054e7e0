import type { AuditFilter } from '../../api/chain/audit.ts';
import { isPublicKey } from '../../base/bytes.ts';
import type { Transaction } from '../../ledger/transactions/transaction.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { wordQuery } from './audit-search.ts';
import { indexEntryOf, memberIdOf, touchedBy } from './index-entry.ts';
import { TextWords } from './index-words.ts';

/** A transaction with its place: index of its block, and in the log. */
export interface PlacedTransaction {
  readonly height: number;
  readonly logIndex: number;
  readonly transaction: Transaction;
}

/** Whether transactions are ones that a filter asks for, by the chain alone; what is cheap to tell is asked first. */
export class AuditMatch {
  readonly #chain: ChainReader;
  #words: TextWords | null = null;

  constructor(chain: ChainReader) {
    this.#chain = chain;
  }

  /** Whether any transaction of a block of that time can be asked for. */
  isBlockSought(filter: AuditFilter, height: number, timestamp: number): boolean {
    return (
      timestamp >= (filter.from_time ?? 0) &&
      timestamp <= (filter.to_time ?? Infinity) &&
      height >= (filter.from_block ?? 0) &&
      height <= (filter.to_block ?? Infinity)
    );
  }

  /** Those that a filter asks for, in their order. Words are looked for in all of them at once. */
  sought<One extends PlacedTransaction>(filter: AuditFilter, all: readonly One[]): readonly One[] {
    const withoutText = all.filter((one) => this.#isSought(filter, one));
    const words = filter.text === undefined ? null : wordQuery(filter.text);
    if (words === null || withoutText.length === 0) return withoutText;
    this.#words ??= new TextWords();
    const texts = withoutText.map((one) => indexEntryOf(this.#chain, one.height, one).text);
    const matching = this.#words.matching(texts, words);
    return withoutText.filter((_, place) => matching.has(place));
  }

  #isSought(filter: AuditFilter, one: PlacedTransaction): boolean {
    const { actions = [], signer, env_id: envId } = filter;
    const { height, transaction } = one;
    return (
      this.isBlockSought(filter, height, this.#chain.block(height).header.timestamp) &&
      (actions.length === 0 || actions.includes(transaction.action)) &&
      (signer === undefined || this.#isSigner(signer, transaction.signer)) &&
      (envId === undefined || this.#isTouched(envId, one))
    );
  }

  #isSigner(sought: string, publicKey: string): boolean {
    if (isPublicKey(sought)) return sought === publicKey;
    return memberIdOf(this.#chain, this.#chain.height(), publicKey) === sought;
  }

  #isTouched(envId: string, { height, logIndex, transaction }: PlacedTransaction): boolean {
    return touchedBy(this.#chain, height, { id: this.#chain.idOf(transaction), logIndex, transaction }).has(envId);
  }
}
