import type { ReactElement } from 'react';

import type { RollbackAim, RollbackPreview } from '../../../../src/api/chain/recovery.ts';
import { NOT_FROZEN } from '../../../../src/ledger/actions/rollback-words.ts';
import { Empty } from '../../../node-parts/empty.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { formatCount, formatTime } from '../../../parts/format.ts';
import { HexText } from '../../../parts/hex-text.tsx';
import { Link } from '../../../parts/link.tsx';
import { sentence } from '../../../parts/sentence.ts';
import { DifferenceCounts, RollbackDifference, WhatStays } from '../../../recovery/rollback-difference.tsx';
import { withQuery } from '../../../router/location.ts';
import { useServices } from '../../../services.ts';
import { useOpenProposal } from '../../../stores/use-open-proposal.ts';
import { useRead } from '../../../stores/use-read.ts';
import { useLocation, useNode } from '../../../stores/use-stores.ts';
import { BackupsCard } from '../backups-card.tsx';
import { IntegrityCard } from '../integrity-card.tsx';
import { AimFields } from './aim-fields.tsx';
import { aimQuery, decodePrepared, scopeQuery } from './aim.ts';
import { PointTable } from './point-table.tsx';
import { PreparedDrafts } from './prepared-drafts.tsx';
import { Propose } from './propose.tsx';
import { ScopeFields } from './scope-fields.tsx';
import { Timeline } from './timeline.tsx';
import { usePoints } from './use-points.ts';

/** Pick the target, see the difference, propose. What is chosen is in the address. */
export function RollbackView(): ReactElement {
  const { reads, router } = useServices();
  const location = useLocation();
  const { aim, scope } = decodePrepared(location.query);
  const { reading, readMore } = usePoints();
  const newest = useNode((state) => state.height) ?? 0;
  const preview = useRead(
    aim === null || scope?.length === 0
      ? null
      : reads.chain.rollbackPreview.queryOptions({ input: { target: aim, scope: scope === null ? null : [...scope] } }),
    { keep: true },
  );
  const height = aim === null ? null : 'height' in aim ? aim.height : (preview.data?.target.height ?? null);
  const target = preview.data?.target;
  const choose = (next: RollbackAim): void => router.go(withQuery(location, aimQuery(next)), { replace: aim !== null });
  return (
    <>
      <PreparedDrafts />
      <section className="card stack" aria-labelledby="recovery-timeline">
        <h2 id="recovery-timeline">
          Roll Green back to…{' '}
          <span className="faint">· click between two steps, or use the arrow keys; Shift moves by one block</span>
        </h2>
        <ReadingView reading={reading}>
          {({ points }) =>
            points.length === 0 ? (
              <p className="soft">
                Nothing was promoted, labelled or recalled yet: there is nothing in Green to go back to. You can still
                name a block or a time.
              </p>
            ) : (
              <Timeline
                points={points}
                height={height}
                time={target?.height === height && target !== undefined ? target.time : null}
                newest={newest}
                onHeight={(to) => choose({ height: to })}
                readMore={readMore}
              />
            )
          }
        </ReadingView>
        <div className="row aim-row">
          <AimFields
            key={`${location.query.get('height')} ${location.query.get('time')}`}
            query={location.query}
            points={reading.data?.points ?? []}
            onAim={choose}
          />
          <ScopeFields
            scope={scope}
            onScope={(next) => router.go(withQuery(location, scopeQuery(next)), { replace: true })}
          />
        </div>
        {(reading.data?.points.length ?? 0) === 0 ? null : (
          <details>
            <summary>The steps as a list</summary>
            <PointTable points={reading.data?.points ?? []} onAim={choose} />
          </details>
        )}
      </section>
      <div className="recovery-lower">
        <section className="card stack wide" aria-label="What Green will be">
          <OpenRollback />
          {aim === null ? (
            <Empty
              title="What Green will be"
              command={{ command: ['blockchain', 'rollback'], options: { to: 'N', 'dry-run': true } }}
            >
              Choose a place on the timeline. You see exactly which environments change, and whose promotions are
              undone, before anything is proposed.
            </Empty>
          ) : scope?.length === 0 ? (
            <p className="soft">Name at least one environment, or choose all.</p>
          ) : (
            <ReadingView reading={preview}>{(data) => <Previewed preview={data} />}</ReadingView>
          )}
        </section>
        <div className="stack wide">
          <BackupsCard />
          <IntegrityCard />
        </div>
      </div>
    </>
  );
}

function Previewed({ preview }: { readonly preview: RollbackPreview }): ReactElement {
  const { target, obstacle, warnings, counts } = preview;
  return (
    <>
      <div>
        <h2>
          What Green will be{' '}
          {counts.changing === 0 ? null : (
            <span className="faint">
              · <DifferenceCounts preview={preview} />
            </span>
          )}
        </h2>
        <p className="soft">
          As it was in <Link to={['explorer', 'block', String(target.height)]}>block {formatCount(target.height)}</Link>
          , {formatTime(target.time)}, compared with block {formatCount(preview.height)}, the newest.
        </p>
      </div>
      {obstacle === null ? null : (
        <div className="notice">
          <b>This cannot be proposed.</b> <HexText text={sentence(obstacle.message)} />{' '}
          <code>
            {obstacle.code} {obstacle.name}
          </code>
        </div>
      )}
      <RollbackDifference preview={preview} />
      {warnings
        .filter((warning) => warning !== NOT_FROZEN)
        .map((warning) => (
          <p key={warning} className="notice warn">
            {warning}
          </p>
        ))}
      <WhatStays />
      <Propose preview={preview} />
    </>
  );
}

/** One that waits already: two at a time are rarely meant. */
function OpenRollback(): ReactElement | null {
  const open = useOpenProposal('rollback');
  if (open === null) return null;
  return (
    <p className="notice">
      <b>A rollback is proposed already:</b> {open.title}.{' '}
      <Link to={['approvals', open.proposal_id]}>Open that proposal</Link>
    </p>
  );
}
