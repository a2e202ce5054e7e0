import type { ReactElement } from 'react';

import type { PolicyView } from '../../../../src/api/chain/governance.ts';
import { Empty } from '../../../node-parts/empty.tsx';
import { formatAction } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { StandStill } from '../../../signing/stand-still.tsx';
import { useLocation } from '../../../stores/use-stores.ts';
import { PolicyDetail } from './policy-detail.tsx';
import { PolicyList } from './policy-list.tsx';
import { ProtectEnvironment } from './protect-environment.tsx';
import { useServices } from '../../../services.ts';
import { useRead } from '../../../stores/use-read.ts';
import { policyName } from './policy-name.ts';

/** How each action is decided, and for which environments it is decided otherwise. */
export function Policies(): ReactElement {
  const { reads } = useServices();
  const { query } = useLocation();
  const opened = query.get('open');
  const protecting = query.get('do') === 'protect';
  return (
    <ReadingView reading={useRead(reads.chain.policies.queryOptions())}>
      {({ policies }) => (
        <div className="split policies" data-open={protecting || opened !== null}>
          <section className="pane master" aria-label="Policies">
            <PolicyList policies={policies} current={opened ?? undefined} />
          </section>
          <section className="pane detail" aria-label="Policy">
            {protecting ? (
              <ProtectEnvironment policies={policies} />
            ) : (
              <StandStill value={policies}>
                {(held) => <Opened policies={held} opened={opened} task={query.get('do')} />}
              </StandStill>
            )}
          </section>
        </div>
      )}
    </ReadingView>
  );
}

function Opened({
  policies,
  opened,
  task,
}: {
  readonly policies: readonly PolicyView[];
  readonly opened: string | null;
  readonly task: string | null;
}): ReactElement {
  if (opened === null)
    return (
      <Empty
        title="Choose an action"
        command={{ command: ['policy', 'list'] }}
        action={
          <Link className="button" to={['members', 'policies']} query={{ do: 'protect' }}>
            Protect an environment…
          </Link>
        }
      >
        Who decides it, how many must agree, and how to change that show here.
      </Empty>
    );
  const chosen = policies.find((policy) => policyName(policy) === opened);
  if (chosen === undefined)
    return (
      <Empty
        title={`There is no policy of its own for ${formatAction(opened)}`}
        action={
          <Link className="button" to={['members', 'policies']}>
            All policies
          </Link>
        }
      />
    );
  return <PolicyDetail key={opened} policy={chosen} policies={policies} task={task} />;
}
