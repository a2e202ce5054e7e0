import type { ReactElement } from 'react';

import type { EnvironmentView } from '../../../src/api/chain/environments.ts';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { Select } from '../../parts/select.tsx';
import { withQuery } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { DifferenceView } from './difference-view.tsx';
import type { Version } from './versions.ts';

interface Props {
  readonly environment: EnvironmentView;
  readonly versions: readonly Version[];
  readonly from: Version;
  readonly to: Version;
}

/** What differs between any two versions; at first, what promoting would change in Green. */
export function VersionComparison({ environment, versions, from, to }: Props): ReactElement {
  const { reads, router } = useServices();
  const location = useLocation();
  const difference = useRead(reads.chain.difference.queryOptions({ input: { before: from.side, after: to.side } }), {
    keep: true,
  });
  const choose = (name: 'from' | 'to') => (key: string) => router.go(withQuery(location, { [name]: key }));
  return (
    <section className="section" aria-labelledby="comparison">
      <h2 id="comparison">{title(environment, from, to)}</h2>
      <div className="versions">
        <VersionSelect label="From" versions={versions} chosen={from} onChoose={choose('from')} />
        <span className="faint" aria-hidden="true">
          →
        </span>
        <VersionSelect label="To" versions={versions} chosen={to} onChoose={choose('to')} />
      </div>
      {to.note === null ? null : (
        <p className="soft">
          Note on {to.label}: “{to.note}”
        </p>
      )}
      <ReadingView reading={difference}>
        {(data) => (
          <DifferenceView
            difference={data}
            fileQuery={{ from: from.key, to: to.key, view: 'difference' }}
            envId={environment.env_id}
          />
        )}
      </ReadingView>
    </section>
  );
}

function title({ blue, green }: EnvironmentView, from: Version, to: Version): string {
  const promoting = to.key === 'blue' && (from.key === 'green' || (green === null && from.key === 'nothing'));
  if (!promoting) return `What changed from ${from.label} to ${to.label}`;
  if (green === null) return `What promoting v${blue.version} puts into Green`;
  return green.version === blue.version
    ? 'Green is the same version as Blue'
    : `What promoting v${blue.version} changes in Green`;
}

function VersionSelect({
  label,
  versions,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly versions: readonly Version[];
  readonly chosen: Version;
  readonly onChoose: (key: string) => void;
}): ReactElement {
  return (
    <Select
      label={label}
      value={chosen.key}
      choices={versions.map((version) => ({ value: version.key, label: version.label }))}
      onValue={onChoose}
    />
  );
}
