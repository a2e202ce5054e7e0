import type { ReactElement } from 'react';

import type { MemberView } from '../../../../src/api/chain/members.ts';
import { KeyList } from '../../../keys/key-list.tsx';
import { Age } from '../../../node-parts/age.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { formatAction, formatLevel, formatTime } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { PaneHeader } from '../../../parts/pane-header.tsx';
import { StandStill } from '../../../signing/stand-still.tsx';
import { useLocation } from '../../../stores/use-stores.ts';
import { PERMISSION_WORDS } from '../permission-words.ts';
import { ChangeMember } from './change-member.tsx';
import { MemberStatus } from './member-status.tsx';
import { RemoveMember } from './remove-member.tsx';
import { ReplaceKey } from './replace-key.tsx';
import { SuspendMember } from './suspend-member.tsx';
import { Name } from '../../../names/name.tsx';

/** One member: what it is, or what is being proposed about it. */
export function MemberDetail({ member }: { readonly member: MemberView }): ReactElement {
  const { query } = useLocation();
  const task = query.get('do');
  return (
    <>
      <PaneHeader
        back={['members']}
        title={<Name kind="member" id={member.member_id} name={member.name} />}
        action={
          task === null ? null : (
            <Link className="button" to={['members', 'people', member.member_id]}>
              Close
            </Link>
          )
        }
      >
        <MemberStatus status={member.status} />
      </PaneHeader>
      <div className="pane-body">
        <StandStill value={member}>{(held) => <Body member={held} task={task} oldKey={query.get('old')} />}</StandStill>
      </div>
    </>
  );
}

function Body({
  member,
  task,
  oldKey,
}: {
  readonly member: MemberView;
  readonly task: string | null;
  readonly oldKey: string | null;
}): ReactElement {
  if (member.status === 'removed') return <Shown member={member} />;
  switch (task) {
    case 'change':
      return <ChangeMember member={member} />;
    case 'suspend':
      return <SuspendMember member={member} />;
    case 'remove':
      return <RemoveMember member={member} />;
    case 'replace':
      return <ReplaceKey member={member} oldKey={oldKey} />;
    default:
      return <Shown member={member} />;
  }
}

function Shown({ member }: { readonly member: MemberView }): ReactElement {
  const { member_id, name, level, permissions, status, keys, added_at, last_activity } = member;
  const here = ['members', 'people', member_id];
  return (
    <>
      <Facts
        rows={[
          [
            'Id',
            <span key="id" className="mono">
              {member_id}
            </span>,
          ],
          ['Level', formatLevel(level)],
          ['May', permissions.map((permission) => PERMISSION_WORDS[permission].title).join(', ')],
          ['Added', formatTime(added_at)],
          [
            'Last activity',
            last_activity === null ? (
              'none yet'
            ) : (
              <span key="activity">
                <Link to={['explorer', 'transaction', last_activity.transaction_id]}>
                  {formatAction(last_activity.action)}
                </Link>
                , <Age time={last_activity.time} />
              </span>
            ),
          ],
        ]}
      />
      <section className="section">
        <h2>
          Keys <span className="faint">· compare the words by voice</span>
        </h2>
        <KeyList keys={keys} whose={name}>
          {({ public_key }) =>
            status === 'removed' ? null : (
              <Link className="button" to={here} query={{ do: 'replace', old: public_key }}>
                Replace…
              </Link>
            )
          }
        </KeyList>
      </section>
      {status === 'removed' ? (
        <p className="soft">Removed: neither it nor its keys can act. What it did stays recorded under its name.</p>
      ) : (
        <section className="section">
          <h2>
            What can be changed <span className="faint">· each is proposed, and others approve it</span>
          </h2>
          <div className="row">
            <Link className="button" to={here} query={{ do: 'change' }}>
              Change name or level…
            </Link>
            <Link className="button" to={here} query={{ do: 'suspend' }}>
              {status === 'suspended' ? 'Resume…' : 'Suspend…'}
            </Link>
            <Link className="button danger" to={here} query={{ do: 'remove' }}>
              Remove…
            </Link>
          </div>
        </section>
      )}
      <p>
        <Link to={['audit']} query={{ signer: member_id }}>
          All that {name} signed
        </Link>
      </p>
    </>
  );
}
