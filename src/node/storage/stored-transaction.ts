import { decodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { Transaction } from '../../ledger/transactions/transaction.ts';

/** A transaction as chain.db holds it; only what was checked is ever written. @throws STORAGE_CORRUPT where that is not JSON any more */
export function decodeStoredTransaction(bytes: Uint8Array, logIndex: number): Transaction {
  return decodeStoredText(bytes, logIndex).transaction;
}

/** The same, and the canonical text that it is. @throws STORAGE_CORRUPT */
export function decodeStoredText(
  bytes: Uint8Array,
  logIndex: number,
): { readonly text: string; readonly transaction: Transaction } {
  try {
    const text = decodeUtf8(bytes);
    return { text, transaction: JSON.parse(text) as Transaction };
  } catch (cause) {
    throw new QuantumLockError('STORAGE_CORRUPT', `chain.db is damaged: transaction ${logIndex} cannot be read`, {
      context: { log_index: logIndex },
      cause,
    });
  }
}
