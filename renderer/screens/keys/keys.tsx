import type { ReactElement } from 'react';

import { Empty } from '../../node-parts/empty.tsx';
import { formatQuantity, UNKNOWN } from '../../parts/format.ts';
import { Heading } from '../../node-parts/heading.tsx';
import { Link } from '../../parts/link.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { useServices } from '../../services.ts';
import { lockSigning, useUnlockedKey } from '../../stores/acting.ts';
import { readKeys } from '../../stores/follow-node.ts';
import { useAct } from '../../stores/use-act.ts';
import { useRead } from '../../stores/use-read.ts';
import { useLocation, useNode } from '../../stores/use-stores.ts';
import { CreateKey } from './create-key.tsx';
import { IdentityDetail } from './identity-detail.tsx';
import { IdentityList } from './identity-list.tsx';
import { ImportKey } from './import-key.tsx';
import { SessionNote } from '../../keys/session-note.tsx';
import './keys.css';

/** The keys of this machine: which one acts, whose each is, and their fingerprints. */
export function Keys(): ReactElement {
  const { client, node, reads } = useServices();
  const { segments, query } = useLocation();
  const keys = useNode((state) => state.keys);
  const fresh = useRead({
    queryKey: reads.operator.keys.key(),
    queryFn: ({ signal }) => readKeys(client, node, signal),
  });
  const keysProblem = useNode((state) => state.keysProblem);
  const problem = fresh.problem ?? keysProblem ?? undefined;
  const unlocked = useUnlockedKey();
  const lock = useAct(() => lockSigning({ client, node }));
  const task = segments.length === 1 ? query.get('do') : null;
  const chosen = keys?.identities.find(({ key_id }) => key_id === segments[1]);
  if (keys === null) {
    return (
      <>
        <Heading title="Keys">{problem === undefined ? '' : `${UNKNOWN} identities: not known`}</Heading>
        {problem === undefined ? <Skeleton /> : <ProblemNotice problem={problem} onRetry={fresh.reload} />}
      </>
    );
  }
  return (
    <>
      <Heading
        title="Keys"
        actions={
          <>
            {unlocked === null ? null : (
              <button type="button" className="button" disabled={lock.busy} onClick={lock.run}>
                Lock the session
              </button>
            )}
            <Link className="button" to={['keys']} query={{ do: 'import' }}>
              Import…
            </Link>
            <Link className="button primary" to={['keys']} query={{ do: 'create' }}>
              Create a key…
            </Link>
          </>
        }
      >
        {formatQuantity(keys.identities.length, 'identity', 'identities')} on this machine · <SessionNote />
      </Heading>
      {lock.problem === undefined ? null : <ProblemNotice problem={lock.problem} />}
      <div className="split keys" data-open={task !== null || chosen !== undefined}>
        <section className="pane master" aria-label="Identities">
          <IdentityList identities={keys.identities} current={segments[1]} />
        </section>
        <section className="pane detail" aria-label="Identity">
          {task === 'create' ? (
            <CreateKey />
          ) : task === 'import' ? (
            <ImportKey />
          ) : chosen === undefined ? (
            <Empty title="Choose an identity" command={{ command: ['key', 'list'] }}>
              Its fingerprint, for comparing by voice, and what the chain knows about it are shown here.
            </Empty>
          ) : (
            <IdentityDetail key={chosen.key_id} identity={chosen} />
          )}
        </section>
      </div>
    </>
  );
}
