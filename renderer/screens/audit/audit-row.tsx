import type { ReactElement } from 'react';

import type { TransactionRow } from '../../../src/api/chain/transactions.ts';
import { formatAction, formatCount, formatTime, formatTimeShort, shortenHex } from '../../parts/format.ts';
import type { RowProps } from '../../parts/virtual-list.tsx';
import { withQuery } from '../../router/location.ts';
import { useNow } from '../../stores/clock.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { Name } from '../../names/name.tsx';

export const AUDIT_ROW_HEIGHT = 36;

/** One line of the log. While it is being read it has its place, and keeps the focus: the element stays the same. */
export function AuditRow({
  number,
  transaction,
  row,
}: {
  readonly number: number;
  readonly transaction: TransactionRow | undefined;
  readonly row: RowProps;
}): ReactElement {
  const location = useLocation();
  const now = useNow();
  const isWaiting = transaction === undefined;
  return (
    <a
      className={isWaiting ? 'item audit-row waiting' : 'item audit-row'}
      href={isWaiting ? undefined : withQuery(location, { open: transaction.id })}
      aria-current={!isWaiting && location.query.get('open') === transaction.id}
      aria-busy={isWaiting}
      {...row}
    >
      <span className="faint number">{formatCount(number)}</span>
      {isWaiting ? (
        <>
          <i />
          <span className="visually-hidden">being read</span>
        </>
      ) : (
        <>
          <span className="soft number" title={formatTime(transaction.block_time)}>
            {formatTimeShort(transaction.block_time, now)}
          </span>
          <span className="clip">{transaction.summary}</span>
          <span className="soft clip wide">{formatAction(transaction.action)}</span>
          <span className="soft clip">
            {transaction.member_id === null ? (
              shortenHex(transaction.signer)
            ) : (
              <Name kind="member" id={transaction.member_id} name={transaction.member_name} />
            )}
          </span>
        </>
      )}
    </a>
  );
}

/** The names of the columns; a screen reader hears each row as a whole. */
export function AuditColumns(): ReactElement {
  return (
    <div className="audit-row audit-columns" aria-hidden="true">
      <span className="number">Number</span>
      <span>Time</span>
      <span>What it did</span>
      <span className="wide">Action</span>
      <span>Signed by</span>
    </div>
  );
}
