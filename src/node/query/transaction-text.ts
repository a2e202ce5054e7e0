import type { Json } from '../../base/canonical.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { Operation } from '../../ledger/actions/action.ts';
import type { Transaction } from '../../ledger/transaction-types.ts';

/** What of a transaction is searched, listed and told. */

const TEXT_LENGTH_MAX = 2_000;

export function operationsOf(transaction: Transaction): readonly Operation[] {
  return findAction(transaction.action)?.operations(transaction.payload) ?? [];
}

export function summaryOf(transaction: Transaction): string {
  return findAction(transaction.action)?.summarize(transaction.payload) ?? transaction.action;
}

/** Environments that it changes, each once. */
export function environmentsOf(transaction: Transaction): readonly string[] {
  return [...new Set(operationsOf(transaction).flatMap(({ envId }) => (envId === null ? [] : [envId])))];
}

/** The words of a payload: its strings and keys, without long hashes' full length. */
export function searchText(transaction: Transaction): string {
  const words: string[] = [transaction.action];
  let length = 0;
  const collect = (value: Json): void => {
    if (length > TEXT_LENGTH_MAX) return;
    if (typeof value === 'string') {
      words.push(value);
      length += value.length;
    } else if (typeof value === 'number') words.push(String(value));
    else if (Array.isArray(value)) for (const item of value) collect(item as Json);
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) collect(item);
  };
  collect(transaction.payload);
  return words.join(' ');
}
