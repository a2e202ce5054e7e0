import type { ReactElement } from 'react';

import type { Person } from '../../../src/api/chain/members.ts';
import { Link } from '../../parts/link.tsx';
import { Name } from '../../names/name.tsx';

export function PersonList({
  title,
  people,
  nobody,
}: {
  readonly title: string;
  readonly people: readonly Person[];
  readonly nobody: string;
}): ReactElement {
  return (
    <section className="section" aria-label={title}>
      <h2>{title}</h2>
      {people.length === 0 ? (
        <p className="soft">{nobody}</p>
      ) : (
        <ul className="stack">
          {people.map(({ member_id, name }) => (
            <li key={member_id}>
              <Link to={['members', 'people', member_id]}>
                <Name kind="member" id={member_id} name={name} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
