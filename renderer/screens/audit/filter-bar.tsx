import { useState, type ReactElement } from 'react';

import { formatAction } from '../../parts/format.ts';
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
  const signer = query.get('signer') ?? '';
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
        <select
          className="input"
          aria-label="Action"
          value={query.get('action') ?? ''}
          onChange={(event) => set('action', event.target.value)}
        >
          <option value="">Any action</option>
          {ACTION_NAMES.map((action) => (
            <option key={action} value={action}>
              {formatAction(action)}
            </option>
          ))}
        </select>
        <select
          className="input"
          aria-label="Signed by"
          value={signer}
          onChange={(event) => set('signer', event.target.value)}
        >
          <option value="">Anyone</option>
          {signer !== '' && !known.some(({ member_id }) => member_id === signer) ? (
            <option value={signer}>{signer}</option>
          ) : null}
          {known.map(({ member_id, name }) => (
            <option key={member_id} value={member_id}>
              <NameText kind="member" id={member_id} name={name} />
            </option>
          ))}
        </select>
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
