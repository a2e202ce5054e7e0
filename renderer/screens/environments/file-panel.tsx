import type { ReactElement } from 'react';

import type { EnvironmentView } from '../../../src/api/chain/environments.ts';
import { Name } from '../../names/name.tsx';
import { Link } from '../../parts/link.tsx';
import { withQuery } from '../../router/location.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { useLineage } from './environment-overview.tsx';
import { FileDifferenceView } from './file-difference-view.tsx';
import { FileViewer } from './file-viewer.tsx';
import { chosenVersions, versionsOf } from './versions.ts';

/** One file: its content in a version, or its difference between two. */
export function FilePanel({
  environment,
  path,
}: {
  readonly environment: EnvironmentView;
  readonly path: string;
}): ReactElement {
  const location = useLocation();
  const lineage = useLineage(environment);
  const { from, to } = chosenVersions(versionsOf(environment, lineage.data), location.query);
  const comparing = location.query.get('view') === 'difference';
  return (
    <>
      <div className="row">
        <a className="button" href={withQuery(location, { file: null, view: null })}>
          ← Back
        </a>
        <b className="mono clip grow">{path}</b>
        <span className="segmented" role="group" aria-label="Show">
          <ViewButton view="difference" pressed={comparing} title="Difference" />
          <ViewButton view="content" pressed={!comparing} title="Content" />
        </span>
      </div>
      <p className="soft">
        {comparing ? (
          <>
            From {from.label} to {to.label}
          </>
        ) : (
          <>In {to.label}</>
        )}{' '}
        of{' '}
        <Link to={['environments', environment.env_id]}>
          <Name kind="environment" id={environment.env_id} />
        </Link>
      </p>
      {comparing ? (
        <FileDifferenceView before={from.stateHash} after={to.stateHash} path={path} />
      ) : to.stateHash === null ? (
        <p className="soft">There is no such version.</p>
      ) : (
        <FileViewer stateHash={to.stateHash} path={path} />
      )}
    </>
  );
}

function ViewButton({
  view,
  pressed,
  title,
}: {
  readonly view: string;
  readonly pressed: boolean;
  readonly title: string;
}): ReactElement {
  const location = useLocation();
  return (
    <a href={withQuery(location, { view })} aria-current={pressed ? 'true' : undefined}>
      {title}
    </a>
  );
}
