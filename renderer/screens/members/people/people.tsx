import type { ReactElement } from 'react';

import type { MemberView } from '../../../../src/api/chain/members.ts';
import { Empty } from '../../../node-parts/empty.tsx';
import { Link } from '../../../parts/link.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { useLocation } from '../../../stores/use-stores.ts';
import { useServices } from '../../../services.ts';
import { useRead } from '../../../stores/use-read.ts';
import { AddMember } from './add-member.tsx';
import { MemberDetail } from './member-detail.tsx';
import { PeopleTable } from './people-table.tsx';

/** The members, and the one that is open. */
export function People(): ReactElement {
  const { reads } = useServices();
  const { segments, query } = useLocation();
  const memberId = segments[2];
  const adding = query.get('do') === 'add' && memberId === undefined;
  return (
    <ReadingView reading={useRead(reads.chain.members.queryOptions())}>
      {({ members }) => (
        <div className="split people" data-open={adding || memberId !== undefined}>
          <section className="pane master" aria-label="Members">
            <PeopleTable members={members} current={memberId} />
          </section>
          <section className="pane detail" aria-label="Member">
            {adding ? <AddMember /> : <Opened members={members} memberId={memberId} />}
          </section>
        </div>
      )}
    </ReadingView>
  );
}

function Opened({
  members,
  memberId,
}: {
  readonly members: readonly MemberView[];
  readonly memberId: string | undefined;
}): ReactElement {
  if (memberId === undefined)
    return (
      <Empty
        title="Choose a member"
        command={{ command: ['member', 'list'] }}
        action={
          <Link className="button" to={['members']} query={{ do: 'add' }}>
            Add a member…
          </Link>
        }
      >
        Level, permissions, keys with their words, and what can be changed show here. Every change is proposed, and
        others approve it.
      </Empty>
    );
  const chosen = members.find(({ member_id }) => member_id === memberId);
  if (chosen === undefined)
    return (
      <Empty
        title={`There is no member ${memberId}`}
        action={
          <Link className="button" to={['members']}>
            All members
          </Link>
        }
      />
    );
  return <MemberDetail key={memberId} member={chosen} />;
}
