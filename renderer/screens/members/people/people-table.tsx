import { useRef, type ReactElement } from 'react';

import type { MemberView } from '../../../../src/api/chain/members.ts';
import { Age } from '../../../node-parts/age.tsx';
import { formatAction, formatCount, formatLevel, formatQuantity } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { useRoving } from '../../../parts/use-roving.ts';
import { permissionWords } from '../permission-words.ts';
import { MemberStatus } from './member-status.tsx';
import { Name } from '../../../names/name.tsx';

interface Props {
  readonly members: readonly MemberView[];
  readonly current: string | undefined;
}

/** Who is there and what each may do; the arrows move through it. */
export function PeopleTable({ members, current }: Props): ReactElement {
  const table = useRef<HTMLTableSectionElement>(null);
  const start = members.findIndex(({ member_id }) => member_id === current);
  const roving = useRoving({ count: members.length, container: table, start });
  return (
    <div className="people-rows">
      <table className="table rows">
        <thead>
          <tr>
            <th>Member</th>
            <th>Level and permissions</th>
            <th>Status</th>
            <th className="number">Keys</th>
            <th>Last activity</th>
          </tr>
        </thead>
        {/* The rows only listen for the arrow keys of their links. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <tbody ref={table} onKeyDown={roving.onKeyDown}>
          {members.map((member, index) => (
            <tr key={member.member_id} aria-current={member.member_id === current}>
              <td>
                <Link
                  className="row-link"
                  to={['members', 'people', member.member_id]}
                  data-row={index}
                  tabIndex={index === roving.active ? 0 : -1}
                  onFocus={() => roving.setActive(index)}
                >
                  <Name kind="member" id={member.member_id} name={member.name} />
                </Link>
              </td>
              <td title={member.permissions.join(', ')}>
                {formatLevel(member.level)}
                <small>{permissionWords(member.permissions)}</small>
              </td>
              <td>
                <MemberStatus status={member.status} />
              </td>
              <td className="number">
                {formatCount(member.keys.filter(({ status }) => status === 'active').length)}
                <span className="visually-hidden">
                  {' '}
                  in use,{' '}
                  {formatQuantity(member.keys.filter(({ status }) => status === 'retired').length, 'retired key')}
                </span>
              </td>
              <td title={member.last_activity === null ? undefined : formatAction(member.last_activity.action)}>
                {member.last_activity === null ? (
                  <span className="faint">none</span>
                ) : (
                  <Age time={member.last_activity.time} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
