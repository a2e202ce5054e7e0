import type { ReactElement } from 'react';

import { Heading } from '../../node-parts/heading.tsx';
import { Link } from '../../parts/link.tsx';
import { ViewTabs } from '../../parts/view-tabs.tsx';
import { PosturePanel } from '../../posture/posture-panel.tsx';
import { useLocation } from '../../stores/use-stores.ts';
import { Levels } from './levels.tsx';
import { People } from './people/people.tsx';
import { Policies } from './policies/policies.tsx';
import { Who } from './who.tsx';
import './members.css';

const VIEWS = [
  { id: 'people', title: 'Members' },
  { id: 'levels', title: 'Levels' },
  { id: 'policies', title: 'Policies' },
  { id: 'who', title: 'Who could…?' },
  { id: 'posture', title: 'Posture' },
] as const;
type View = (typeof VIEWS)[number]['id'];

/** Who is there, what each may do, how things are decided, and how safe that is. */
export function Members(): ReactElement {
  const { segments } = useLocation();
  const view = VIEWS.find(({ id }) => id === segments[1])?.id ?? 'people';
  return (
    <>
      <Heading title="Members & access" actions={<Actions view={view} />} />
      <ViewTabs screen="members" title="Members & access" views={VIEWS} home="people" current={view} />
      <ViewBody view={view} />
    </>
  );
}

function Actions({ view }: { readonly view: View }): ReactElement | null {
  switch (view) {
    case 'people':
      return (
        <Link className="button primary" to={['members']} query={{ do: 'add' }}>
          Add a member…
        </Link>
      );
    case 'policies':
      return (
        <Link className="button primary" to={['members', 'policies']} query={{ do: 'protect' }}>
          Protect an environment…
        </Link>
      );
    case 'levels':
    case 'who':
    case 'posture':
      return null;
  }
}

function ViewBody({ view }: { readonly view: View }): ReactElement {
  switch (view) {
    case 'people':
      return <People />;
    case 'levels':
      return <Levels />;
    case 'policies':
      return <Policies />;
    case 'who':
      return <Who />;
    case 'posture':
      return <PosturePanel />;
  }
}
