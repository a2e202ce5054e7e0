import type { ReactElement } from 'react';

import type { AuditFilter } from '../../../src/api/chain/audit.ts';
import { formatCount, formatQuantity } from '../../parts/format.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';

/** How many transactions match, without jumping while it is counted again. */
export function MatchCount({ filter }: { readonly filter: AuditFilter }): ReactElement {
  const { reads } = useServices();
  const { data } = useRead(reads.chain.auditCount.queryOptions({ input: { filter } }));
  if (data === undefined) return <>counting…</>;
  return (
    <>
      {data.exact
        ? `${formatQuantity(data.count, 'transaction')} match${data.count === 1 ? 'es' : ''}`
        : `${formatCount(data.count)} or more match`}
    </>
  );
}
