import type { ReactElement } from 'react';

import type { AuditFilter } from '../../../src/api/chain/audit.ts';
import { formatCount, formatQuantity } from '../../parts/format.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useNode } from '../../stores/use-stores.ts';
import { useThrottled } from '../../stores/use-throttled.ts';

const REFRESH_MS = 5_000;

/** How many transactions match, without jumping while it is counted anew. */
export function MatchCount({ filter }: { readonly filter: AuditFilter }): ReactElement {
  const { client } = useServices();
  const indexedHeight = useThrottled(
    useNode((state) => state.indexedHeight),
    REFRESH_MS,
  );
  const { data } = useRead(JSON.stringify(filter), (signal) => client.chain.auditCount({ filter }, { signal }), {
    refresh: indexedHeight,
  });
  if (data === undefined) return <>counting…</>;
  return (
    <>
      {data.exact
        ? `${formatQuantity(data.count, 'transaction')} match${data.count === 1 ? 'es' : ''}`
        : `${formatCount(data.count)} or more match`}
    </>
  );
}
