import { useState, type ReactElement } from 'react';

import { environmentOrder, environmentStage } from '../../../src/api/chain/environments.ts';
import { NameText } from '../../names/name.tsx';
import { SavedFilters } from '../../node-parts/saved-filters.tsx';
import { Select } from '../../parts/select.tsx';
import { LIST_FILTER_NAMES, withQuery, type ListFilterName } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { shownText } from '../../text/shown-text.ts';
import { environmentFilterIn, isNarrowed, ORDER_WORDS, STAGE_WORDS } from './environment-filter.ts';

/** What narrows and sorts both lanes. It is held in the address, so that it can be linked to. */
export function LaneFilter(): ReactElement {
  const { reads, router } = useServices();
  const location = useLocation();
  const [text, setText] = useState(location.query.get('text') ?? '');
  const facets = useRead(reads.chain.environmentFacets.queryOptions()).data;
  const filter = environmentFilterIn(location.query);
  const { owner, tag, stage, order, archived } = filter;
  const set = (name: ListFilterName, value: string | null): void =>
    router.go(withQuery(location, { [name]: value }), { replace: true });
  const clear = (): void => {
    setText('');
    router.go(withQuery(location, Object.fromEntries(LIST_FILTER_NAMES.map((name) => [name, null]))), {
      replace: true,
    });
  };
  const owners = (facets?.owners ?? []).map(({ member_id: id, member_name: name, count }) => ({
    value: id,
    label: [<NameText key="name" kind="member" id={id} name={name} />, ` (${count})`],
  }));
  const tags = (facets?.tags ?? []).map((one) => ({ value: one.tag, label: `${shownText(one.tag)} (${one.count})` }));
  return (
    <search className="row lane-filter">
      <input
        className="input"
        type="search"
        aria-label="Filter the environments"
        placeholder="Id, name or description"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          set('text', event.target.value);
        }}
      />
      <Select
        label="Owner"
        any="Any owner"
        value={owner ?? ''}
        choices={owners}
        onValue={(value) => set('owner', value)}
      />
      {tags.length === 0 && tag === null ? null : (
        <Select label="Tag" any="Any tag" value={tag ?? ''} choices={tags} onValue={(value) => set('tag', value)} />
      )}
      <Select
        label="State"
        any="Any state"
        value={stage ?? ''}
        choices={environmentStage.options.map((value) => ({ value, label: STAGE_WORDS[value] }))}
        onValue={(value) => set('stage', value)}
      />
      <Select
        label="Sort"
        value={order}
        choices={environmentOrder.options.map((value) => ({ value, label: ORDER_WORDS[value] }))}
        onValue={(value) => set('sort', value === 'id' ? null : value)}
      />
      <label className="check soft">
        <input
          type="checkbox"
          checked={archived}
          onChange={(event) => set('archived', event.target.checked ? 'yes' : null)}
        />
        Archived
      </label>
      <SavedFilters
        list="environments"
        names={LIST_FILTER_NAMES}
        onTaken={(taken) => setText(taken.get('text') ?? '')}
      />
      {isNarrowed(filter) || archived || order !== 'id' ? (
        <button type="button" className="button quiet" onClick={clear}>
          Clear
        </button>
      ) : null}
    </search>
  );
}
