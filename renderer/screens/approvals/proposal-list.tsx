import { useRef, type ReactElement, type ReactNode } from 'react';

import type { ProposalRow } from '../../../src/api/chain/proposals.ts';
import { Age } from '../../node-parts/age.tsx';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { useRoving, type Roving } from '../../parts/use-roving.ts';
import { useChainNow } from '../../stores/use-chain-now.ts';
import type { Waiting } from '../../stores/use-waiting.ts';
import { rowWords, STATUS_TONES } from '../../proposals/proposal-words.ts';
import type { useEndedProposals } from './use-ended-proposals.ts';

interface Props {
  readonly waiting: Waiting;
  readonly ended: ReturnType<typeof useEndedProposals>;
  readonly current: string | undefined;
}

/** What waits for the person, what waits for others, and what has ended: one list for the arrow keys. */
export function ProposalList({ waiting, ended, current }: Props): ReactElement {
  const { mine, others, total } = waiting;
  const endedRows = ended.reading.data?.rows ?? [];
  const rows = [...mine, ...others, ...endedRows];
  const list = useRef<HTMLDivElement>(null);
  const start = rows.findIndex(({ proposal_id }) => proposal_id === current);
  const roving = useRoving({ count: rows.length, container: list, start });
  const unshown = total - mine.length - others.length;
  const item = (row: ProposalRow, index: number): ReactElement => (
    <ProposalItem
      key={row.proposal_id}
      row={row}
      index={index}
      mine={index < mine.length}
      current={row.proposal_id === current}
      roving={roving}
    />
  );
  return (
    // The list only listens for the arrow keys of its links.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={list} className="proposals" onKeyDown={roving.onKeyDown}>
      <Group title="Waits for you" empty={mine.length === 0 ? 'Nothing waits for you.' : null}>
        {mine.map((row, index) => item(row, index))}
      </Group>
      <Group title="Waits for others" empty={others.length === 0 ? 'Nothing else is open.' : null}>
        {others.map((row, index) => item(row, mine.length + index))}
      </Group>
      {unshown > 0 ? <p className="proposals-note">{formatCount(unshown)} more are open.</p> : null}
      <ReadingView reading={ended.reading}>
        {({ rows: shown, total: count }) => (
          <>
            <Group title="Ended" empty={shown.length === 0 ? 'No proposal has ended yet.' : null}>
              {shown.map((row, index) => item(row, mine.length + others.length + index))}
            </Group>
            {shown.length < count ? (
              <button type="button" className="button quiet" onClick={ended.readMore}>
                Show more of {formatCount(count)}
              </button>
            ) : null}
          </>
        )}
      </ReadingView>
    </div>
  );
}

function Group({
  title,
  empty,
  children,
}: {
  readonly title: string;
  readonly empty: string | null;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {empty === null ? <ul aria-label={title}>{children}</ul> : <p className="proposals-note">{empty}</p>}
    </section>
  );
}

function ProposalItem({
  row,
  index,
  mine,
  current,
  roving,
}: {
  readonly row: ProposalRow;
  readonly index: number;
  readonly mine: boolean;
  readonly current: boolean;
  readonly roving: Roving;
}): ReactElement {
  const now = useChainNow();
  return (
    <li>
      <Link
        className="item proposal"
        to={['approvals', row.proposal_id]}
        aria-current={current}
        data-row={index}
        tabIndex={index === roving.active ? 0 : -1}
        onFocus={() => roving.setActive(index)}
      >
        {row.status === 'open' ? (
          <>
            <b>{row.title}</b>
            <span className="soft">
              <span>{rowWords(row, mine)}</span>
              <span className="proposal-left">{formatDuration(row.expires_at - now)} left</span>
            </span>
          </>
        ) : (
          <>
            <span>
              <b className="ended">{row.title}</b>
              <span className={`tag ${STATUS_TONES[row.status]}`}>{row.status}</span>
            </span>
            <span className="soft">
              <Age time={row.closed_at ?? row.expires_at} />
            </span>
          </>
        )}
      </Link>
    </li>
  );
}
