import type { AuditFilter } from '../../src/api/chain/audit.ts';
import type { TransactionRow } from '../../src/api/chain/transactions.ts';
import type { FakeFields, FakeLog } from './fake-log.ts';

const COUNT_MAX = 10_000;

function matches(row: FakeFields, filter: AuditFilter): boolean {
  return (
    (filter.actions === undefined || filter.actions.length === 0 || filter.actions.includes(row.action)) &&
    (filter.signer === undefined || row.member.member_id === filter.signer) &&
    (filter.env_id === undefined || row.env_id === filter.env_id) &&
    (filter.from_time === undefined || row.block_time >= filter.from_time) &&
    (filter.to_time === undefined || row.block_time <= filter.to_time) &&
    (filter.from_block === undefined || row.block_index >= filter.from_block) &&
    (filter.to_block === undefined || row.block_index <= filter.to_block) &&
    (filter.text === undefined || row.summary.toLowerCase().includes(filter.text.toLowerCase()))
  );
}

export function auditPage(
  log: FakeLog,
  {
    filter,
    before_log_index,
    limit,
  }: { readonly filter: AuditFilter; readonly before_log_index?: number | undefined; readonly limit: number },
): { rows: TransactionRow[]; next_before: number | null; indexed_height: number; log_size: number } {
  const rows: TransactionRow[] = [];
  let index = Math.min(before_log_index ?? log.size, log.size) - 1;
  for (; index >= 0 && rows.length < limit; index--) {
    if (matches(log.fields(index), filter)) rows.push(log.row(index));
  }
  return { rows, next_before: index < 0 ? null : index + 1, indexed_height: log.height, log_size: log.size };
}

export function countAudit(log: FakeLog, filter: AuditFilter): { count: number; exact: boolean } {
  let count = 0;
  for (let index = log.size - 1; index >= 0; index--) {
    if (matches(log.fields(index), filter)) count += 1;
    if (count === COUNT_MAX) return { count, exact: false };
  }
  return { count, exact: true };
}
