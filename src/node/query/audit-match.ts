import type { AuditFilter } from '../../api/chain/audit.ts';
import { isPublicKey } from '../../base/bytes.ts';
import type { Transaction } from '../../ledger/transactions/transaction.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { wordQuery } from './audit-search.ts';
import { indexEntryOf, memberIdOf, touchedBy } from './index-entry.ts';
import { TextWords } from './index-words.ts';

interface Candidate {
  readonly logIndex: number;
  readonly transaction: Transaction;
}

/** Whether a transaction is one that a filter asks for, by the chain alone; what is cheap to tell is asked first. */
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

  isSought(filter: AuditFilter, height: number, candidate: Candidate): boolean {
    const { actions = [], signer, env_id: envId } = filter;
    const { transaction } = candidate;
    return (
      this.isBlockSought(filter, height, this.#chain.block(height).header.timestamp) &&
      (actions.length === 0 || actions.includes(transaction.action)) &&
      (signer === undefined || this.#isSigner(signer, transaction.signer)) &&
      (envId === undefined || this.#isTouched(envId, height, candidate)) &&
      this.#isTextSought(filter.text, height, candidate)
    );
  }

  #isSigner(sought: string, publicKey: string): boolean {
    if (isPublicKey(sought)) return sought === publicKey;
    return memberIdOf(this.#chain, this.#chain.height(), publicKey) === sought;
  }

  #isTouched(envId: string, height: number, { logIndex, transaction }: Candidate): boolean {
    return touchedBy(this.#chain, height, { id: this.#chain.idOf(transaction), logIndex, transaction }).has(envId);
  }

  #isTextSought(sought: string | undefined, height: number, candidate: Candidate): boolean {
    const words = sought === undefined ? null : wordQuery(sought);
    if (words === null) return true;
    this.#words ??= new TextWords();
    return this.#words.isMatch(indexEntryOf(this.#chain, height, candidate).text, words);
  }
}
