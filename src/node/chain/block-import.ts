import { encodeHash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { BlockHeader } from '../../ledger/blocks/block.ts';
import type { BlockProof } from '../../ledger/blocks/block-proof.ts';
import { ChainReplay } from '../../ledger/blocks/replay.ts';
import type { VerifySignature } from '../../ledger/crypto/signature.ts';
import { isRejection, type CheckedTransaction } from '../../ledger/transactions/transaction.ts';
import type { Rejection } from '../../ledger/rejections.ts';
import type { ChainStore } from '../storage/chain-store.ts';

/** A block that was sealed elsewhere, its transactions already checked by themselves. */
export interface SealedBlock {
  readonly header: BlockHeader;
  readonly proof: BlockProof;
  readonly transactions: readonly (CheckedTransaction | Rejection)[];
}

/**
 * Writes a chain that was sealed elsewhere into an empty store, from block 0 on: each block is replayed first, and only what the
 * rules of the chain give is written, by the one writer of chain.db.
 */
export class BlockImport {
  readonly #store: ChainStore;
  readonly #replay: ChainReplay;

  /** The store has no block yet. */
  constructor(store: ChainStore, verify: VerifySignature) {
    this.#store = store;
    this.#replay = new ChainReplay({ store: store.reader.state, verify });
  }

  /** Of the newest block that was taken; null before the first. */
  get head(): ChainReplay['head'] {
    return this.#replay.head;
  }

  /** Takes the next block. After a refusal the import cannot continue. @throws CHAIN_INVALID, STORAGE_FULL, STORAGE_FAILED */
  append(block: SealedBlock): void {
    const { header, proof, transactions } = block;
    this.#store.begin();
    try {
      const fault = this.#replay.apply(block);
      const { head, roots } = this.#replay;
      if (fault !== null || head === null) throw invalidBlock(header.index, fault ?? 'it was not taken');
      const accepted = transactions.filter((one): one is CheckedTransaction => !isRejection(one));
      this.#store.write({
        header,
        hash: head.hash,
        roots,
        transactions: accepted.map((checked) => ({ checked, id: encodeHash(checked.id) })),
      });
      this.#store.commit();
      this.#store.seal({ header, hash: head.hash }, proof);
    } catch (error) {
      this.#store.rollback();
      throw error;
    }
  }
}

/** A block of a chain that somebody handed over is not one. */
export function invalidBlock(index: number, why: string): QuantumLockError {
  return new QuantumLockError('CHAIN_INVALID', `block ${index} is invalid: ${why}`, {
    context: { place: `block ${index}` },
  });
}
