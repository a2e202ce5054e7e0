import { useState, type ReactElement } from 'react';

import { formatAction } from '../../parts/format.ts';
import { SavedFilters } from '../../node-parts/saved-filters.tsx';
import { Select } from '../../parts/select.tsx';
import { withQuery } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { ACTION_NAMES } from '../../../src/ledger/actions/registry.ts';
import { FILTER_NAMES, type FilterName } from './audit-filter.ts';
import { DraftInput } from './draft-input.tsx';
import { RangeFields } from './range-fields.tsx';
import { NameText } from '../../names/name.tsx';

const RANGE_NAMES: readonly FilterName[] = ['from_time', 'to_time', 'from_block', 'to_block'];

/** The filters. Each is held in the address, so that a filtered log can be linked to. */
export function FilterBar(): ReactElement {
  const { reads, router } = useServices();
  const location = useLocation();
  const { query } = location;
  const [ranges, setRanges] = useState(RANGE_NAMES.some((name) => query.has(name)));
  const members = useRead(reads.chain.members.queryOptions());
  const set = (name: FilterName, value: string | readonly string[] | null): void =>
    router.go(withQuery(location, { [name]: value, open: null }), { replace: true });
  const filtered = FILTER_NAMES.some((name) => query.has(name));
  const known = members.data?.members ?? [];
  return (
    <search className="stack">
      <div className="row filters">
        <DraftInput
          label="Search the log"
          placeholder="Words, ids, names"
          type="search"
          value={query.get('text') ?? ''}
          onValue={(value) => set('text', value)}
        />
        <Select
          label="Action"
          any="Any action"
          value={query.get('action') ?? ''}
          choices={ACTION_NAMES.map((action) => ({ value: action, label: formatAction(action) }))}
          onValue={(value) => set('action', value)}
        />
        <Select
          label="Signed by"
          any="Anyone"
          value={query.get('signer') ?? ''}
          choices={known.map(({ member_id: id, name }) => ({
            value: id,
            label: <NameText kind="member" id={id} name={name} />,
          }))}
          onValue={(value) => set('signer', value)}
        />
        <DraftInput
          label="Environment"
          placeholder="Environment id"
          type="text"
          value={query.get('env') ?? ''}
          onValue={(value) => set('env', value)}
        />
        <button type="button" className="button" aria-expanded={ranges} onClick={() => setRanges(!ranges)}>
          Time and blocks
        </button>
        <SavedFilters list="audit" names={FILTER_NAMES} />
        {filtered ? (
          <button type="button" className="button quiet" onClick={() => router.go('#/audit')}>
            Clear
          </button>
        ) : null}
      </div>
      {ranges ? <RangeFields query={query} onValue={set} /> : null}
    </search>
  );
}
