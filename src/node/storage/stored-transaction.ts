import { decodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { Transaction } from '../../ledger/transactions/transaction.ts';

/** A transaction as chain.db holds it; only what was checked is ever written. @throws STORAGE_CORRUPT where that is not JSON any more */
export function decodeStoredTransaction(bytes: Uint8Array, logIndex: number): Transaction {
  try {
    return JSON.parse(decodeUtf8(bytes)) as Transaction;
  } catch (cause) {
    throw new QuantumLockError('STORAGE_CORRUPT', `chain.db is damaged: transaction ${logIndex} cannot be read`, {
      context: { log_index: logIndex },
      cause,
    });
  }
}
