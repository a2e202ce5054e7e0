import type { ReactElement } from 'react';

import type { ProposalRow } from '../../../src/api/chain/proposals.ts';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import { useChainNow } from '../../stores/use-chain-now.ts';
import { useWaiting } from '../../stores/use-waiting.ts';
import { rowWords } from '../../proposals/proposal-words.ts';

const SHOWN_MAX = 5;

/** What is open, and by whom it can be moved on: the person, or others. */
export function NeedsSomeone(): ReactElement {
  const { mine, others, total, known } = useWaiting();
  const rows = [...mine, ...others].slice(0, SHOWN_MAX);
  return (
    <section className="card" aria-labelledby="needs-someone">
      <h2 id="needs-someone">Waiting for approval</h2>
      {rows.length === 0 ? (
        <p className="soft">{known ? 'No proposal is open.' : 'Reading…'}</p>
      ) : (
        <ul className="needs">
          {rows.map((row, index) => (
            <Need key={row.proposal_id} row={row} mine={index < mine.length} />
          ))}
        </ul>
      )}
      {total > rows.length ? (
        <p>
          <Link to={['approvals']}>All {formatCount(total)} open proposals</Link>
        </p>
      ) : null}
    </section>
  );
}

function Need({ row, mine }: { readonly row: ProposalRow; readonly mine: boolean }): ReactElement {
  const now = useChainNow();
  return (
    <li>
      <span className={mine ? 'tag blue' : 'tag'}>{mine ? 'Approve' : 'Watch'}</span>
      <span className="grow">
        <Link to={['approvals', row.proposal_id]}>{row.title}</Link>
        <small>
          {rowWords(row, mine)} · {formatDuration(row.expires_at - now)} left
        </small>
      </span>
    </li>
  );
}
