import type { ReactElement } from 'react';

import type { Status } from '../../../src/api/chain/node.ts';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { Facts } from '../../parts/facts.tsx';
import { Hash } from '../../parts/hash.tsx';

/** What another person would compare with theirs. */
export function ChainFacts({ status }: { readonly status: Status }): ReactElement {
  const behind = status.height - status.indexed_height;
  return (
    <section className="card" aria-labelledby="chain-facts">
      <h2 id="chain-facts">
        This chain <span className="faint">· at block {formatCount(status.height)}</span>
      </h2>
      <Facts
        rows={[
          ['Chain', <b key="chain">{status.chain_id}</b>],
          ['Genesis', <Hash key="genesis" value={status.genesis} what="genesis hash" />],
          ['Transactions', formatCount(status.log_size)],
          ['Head', <Hash key="head" value={status.head_hash} what="head hash" />],
          ['State root', <Hash key="state" value={status.state_root} what="state root" />],
          ['Log root', <Hash key="log" value={status.log_root} what="log root" />],
          ['Index', behind <= 0 ? 'up to date' : `${formatCount(behind)} blocks behind`],
          ['Node', `up ${formatDuration(status.uptime_ms)}`],
        ]}
      />
    </section>
  );
}
