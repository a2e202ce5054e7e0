import type { ReactElement } from 'react';

import { rollbackAim } from '../../../src/api/chain/recovery.ts';
import type { ProposalView } from '../../../src/api/chain/proposals.ts';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { formatCount } from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import { DifferenceCounts, RollbackDifference } from '../../recovery/rollback-difference.tsx';
import { useServices } from '../../services.ts';
import { ChangeTable } from '../../signing/change-table.tsx';
import { useRead } from '../../stores/use-read.ts';

/** What an open rollback would change now: the difference that its wizard showed, as it is by now. */
export function RollbackEffect({
  proposal: { payload },
  changes,
}: {
  readonly proposal: ProposalView;
  readonly changes: Parameters<typeof ChangeTable>[0]['changes'];
}): ReactElement {
  const { reads } = useServices();
  const target = rollbackAim.safeParse({ height: payload['target_height'] });
  const scope = Array.isArray(payload['scope']) ? payload['scope'].filter((id) => typeof id === 'string') : null;
  const preview = useRead(
    target.success ? reads.chain.rollbackPreview.queryOptions({ input: { target: target.data, scope } }) : null,
    { keep: true },
  );
  return (
    <>
      <section className="section stack" aria-labelledby="what-changes">
        <ReadingView reading={preview}>
          {(data) => (
            <>
              <h2 id="what-changes">
                What Green will be{' '}
                <span className="faint">
                  · <DifferenceCounts preview={data} />
                </span>
              </h2>
              <p className="soft">
                Why: {typeof payload['reason'] === 'string' ? <b>{payload['reason']}</b> : '–'} · as it was in{' '}
                <Link to={['explorer', 'block', String(data.target.height)]}>
                  block {formatCount(data.target.height)}
                </Link>
                , compared with block {formatCount(data.height)}, the newest.
              </p>
              <RollbackDifference preview={data} />
            </>
          )}
        </ReadingView>
      </section>
      <details>
        <summary>All values that change</summary>
        <ChangeTable changes={changes} />
      </details>
    </>
  );
}
