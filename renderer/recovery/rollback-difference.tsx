import type { ReactElement, ReactNode } from 'react';

import type { RollbackChangeView, RollbackPreview } from '../../src/api/chain/recovery.ts';
import { Name } from '../names/name.tsx';
import { formatCount, formatMoment, formatQuantity, formatTime } from '../parts/format.ts';
import { Link } from '../parts/link.tsx';
import { useServices } from '../services.ts';
import { useNow } from '../stores/clock.ts';
import { useRead } from '../stores/use-read.ts';
import './rollback-difference.css';

/** What a rollback would change now: the same where it is prepared and where it is decided. */
export function RollbackDifference({ preview }: { readonly preview: RollbackPreview }): ReactElement {
  const { counts, shown } = preview;
  const hidden = counts.changing - shown.length;
  return (
    <div className="stack">
      {shown.length === 0 ? null : (
        <div className="scroll-x">
          <table className="table rollback-difference">
            <thead>
              <tr>
                <th>Environment</th>
                <th>Green now</th>
                <th>Green after</th>
                <th>What is undone</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((change) => (
                <Row key={change.env_id} change={change} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hidden <= 0 ? null : (
        <p className="soft">
          And {formatQuantity(hidden, 'more environment')}: {countWords(counts).join(', ')}, all in all.
        </p>
      )}
    </div>
  );
}

/** `2 environments change, 36 stay as they are`. */
export function DifferenceCounts({ preview: { counts, scope } }: { readonly preview: RollbackPreview }): ReactElement {
  const { reads } = useServices();
  const all = useRead(reads.chain.environments.queryOptions({ input: { zone: 'blue', archived: true, limit: 1 } }));
  // Those that are there again are not among the present ones.
  const total = scope?.length ?? (all.data === undefined ? null : all.data.blue_count + counts.reappearing);
  const staying = total === null ? null : Math.max(0, total - counts.changing);
  return (
    <>
      {formatQuantity(counts.changing, 'environment')} {counts.changing === 1 ? 'changes' : 'change'}
      {staying === null
        ? ''
        : `, ${formatCount(staying)} ${scope === null ? '' : 'of the named '}${staying === 1 ? 'stays as it is' : 'stay as they are'}`}
    </>
  );
}

/** What nobody has to fear, or to hope for. */
export function WhatStays(): ReactElement {
  return (
    <p className="soft">
      Members, keys, validators and policies are not touched: a revoked key stays revoked. Nothing is deleted: the
      undone blocks stay in the chain, and this rollback can itself be rolled back.
    </p>
  );
}

function countWords({ returning, leaving, exchanged, vanishing, reappearing }: RollbackPreview['counts']): string[] {
  const parts: readonly (readonly [number, string])[] = [
    [leaving, 'leave Green'],
    [exchanged, 'have another version Green'],
    [returning, 'become Green again'],
    [vanishing, 'are not there any more'],
    [reappearing, 'are there again'],
  ];
  return parts.flatMap(([number, words]) => (number === 0 ? [] : [`${formatCount(number)} ${words}`]));
}

function Row({ change }: { readonly change: RollbackChangeView }): ReactElement {
  const { env_id, before, after } = change;
  return (
    <tr>
      <td>
        {before === null ? (
          <b>
            <Name kind="environment" id={env_id} />
          </b>
        ) : (
          <Link to={['environments', env_id]}>
            <b>
              <Name kind="environment" id={env_id} />
            </b>
          </Link>
        )}
      </td>
      <td>{before === null ? 'not there' : before.green === null ? 'not Green' : `v${before.green.version}`}</td>
      <td>{afterWords(change)}</td>
      <td className="soft undone">
        <Undone change={change} />
        {before !== null && after !== null && before.blue.version !== after.blue.version ? (
          <div>
            Blue v{before.blue.version} → v{after.blue.version}
          </div>
        ) : null}
      </td>
    </tr>
  );
}

function afterWords({ green, after, recall }: RollbackChangeView): ReactNode {
  if (after === null) return <span className="tag bad">not there</span>;
  if (recall !== null) return <span className="tag bad">stays recalled</span>;
  if (after.green === null) return <span className={green === 'leaves' ? 'tag warn' : 'tag'}>not Green</span>;
  return green === 'stays' ? (
    <>v{after.green.version}, as now</>
  ) : (
    <span className="tag green">v{after.green.version}</span>
  );
}

function Undone({
  change: { kind, undone, before, after, recall },
}: {
  readonly change: RollbackChangeView;
}): ReactElement {
  const now = useNow();
  if (undone !== null)
    return (
      <span title={formatTime(undone.promoted_at)}>
        promotion by <Name kind="member" id={undone.promoted_by} />, {formatMoment(undone.promoted_at, now)}
        {kind === 'vanishes' ? ', and its registration' : ''}
      </span>
    );
  if (recall !== null)
    return (
      <>
        v{recall.version} was recalled {formatMoment(recall.recalled_at, now)}, and stays so
      </>
    );
  if (kind === 'vanishes') return <>its registration</>;
  if (kind === 'returns') return <>that it was taken away</>;
  if (before?.archived === true && after?.archived === false) return <>its archiving</>;
  return <>changes since</>;
}
