import type { TransactionRow } from '../../src/api/chain/transactions.ts';
import type { Answers } from './answers.ts';

const MILLION = 1_000_000;

/**
 * A log of a million transactions, which a real node takes minutes to commit: the length that the node tells, and the pages of the
 * unfiltered log. The rows are real ones, in turn, each at the place that is asked for.
 */
export function millionRows(rows: readonly TransactionRow[]): Answers {
  const rowAt = (index: number): TransactionRow => {
    const row = rows[index % rows.length];
    if (row === undefined) throw new Error('there are no rows to repeat');
    return { ...row, log_index: index };
  };
  return {
    status: async (real) => ({ ...(await real()), log_size: MILLION }),
    audit: async (real, input: { readonly before_log_index?: number; readonly limit: number }) => {
      const { indexed_height } = await real();
      const before = Math.min(input.before_log_index ?? MILLION, MILLION);
      const count = Math.min(input.limit, before);
      return {
        rows: Array.from({ length: count }, (_, place) => rowAt(before - 1 - place)),
        next_before: before === count ? null : before - count,
        indexed_height,
        log_size: MILLION,
      };
    },
  };
}
