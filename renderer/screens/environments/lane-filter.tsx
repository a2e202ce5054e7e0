import { useState, type ReactElement } from 'react';

import { environmentOrder, environmentStage } from '../../../src/api/chain/environments.ts';
import { NameText } from '../../names/name.tsx';
import { withQuery } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { shownText } from '../../text/shown-text.ts';
import {
  environmentFilterIn,
  FILTER_NAMES,
  isNarrowed,
  ORDER_WORDS,
  STAGE_WORDS,
  type FilterName,
} from './environment-filter.ts';

/** What narrows and sorts both lanes. It is held in the address, so that it can be linked to. */
export function LaneFilter(): ReactElement {
  const { reads, router } = useServices();
  const location = useLocation();
  const [text, setText] = useState(location.query.get('text') ?? '');
  const facets = useRead(reads.chain.environmentFacets.queryOptions()).data;
  const filter = environmentFilterIn(location.query);
  const { owner, tag, stage, order, archived } = filter;
  const set = (name: FilterName, value: string | null): void =>
    router.go(withQuery(location, { [name]: value }), { replace: true });
  const clear = (): void => {
    setText('');
    router.go(withQuery(location, Object.fromEntries(FILTER_NAMES.map((name) => [name, null]))), { replace: true });
  };
  const owners = withChosen(facets?.owners ?? [], owner, ({ member_id }) => member_id, ownerOnly);
  const tags = withChosen(facets?.tags ?? [], tag, (one) => one.tag, tagOnly);
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
      <select
        className="input"
        aria-label="Owner"
        value={owner ?? ''}
        onChange={(event) => set('owner', event.target.value)}
      >
        <option value="">Any owner</option>
        {owners.map((one) => (
          <option key={one.member_id} value={one.member_id}>
            <NameText kind="member" id={one.member_id} name={one.member_name} />
            {one.count === null ? '' : ` (${one.count})`}
          </option>
        ))}
      </select>
      {tags.length === 0 ? null : (
        <select
          className="input"
          aria-label="Tag"
          value={tag ?? ''}
          onChange={(event) => set('tag', event.target.value)}
        >
          <option value="">Any tag</option>
          {tags.map((one) => (
            <option key={one.tag} value={one.tag}>
              {shownText(one.tag)}
              {one.count === null ? '' : ` (${one.count})`}
            </option>
          ))}
        </select>
      )}
      <select
        className="input"
        aria-label="State"
        value={stage ?? ''}
        onChange={(event) => set('stage', event.target.value)}
      >
        <option value="">Any state</option>
        {environmentStage.options.map((one) => (
          <option key={one} value={one}>
            {STAGE_WORDS[one]}
          </option>
        ))}
      </select>
      <select
        className="input"
        aria-label="Sort"
        value={order}
        onChange={(event) => set('sort', event.target.value === 'id' ? null : event.target.value)}
      >
        {environmentOrder.options.map((one) => (
          <option key={one} value={one}>
            {ORDER_WORDS[one]}
          </option>
        ))}
      </select>
      <label className="check soft">
        <input
          type="checkbox"
          checked={archived}
          onChange={(event) => set('archived', event.target.checked ? 'yes' : null)}
        />
        Archived
      </label>
      {isNarrowed(filter) || archived || order !== 'id' ? (
        <button type="button" className="button quiet" onClick={clear}>
          Clear
        </button>
      ) : null}
    </search>
  );
}

interface Owner {
  readonly member_id: string;
  readonly member_name: string | null;
  readonly count: number | null;
}

interface Tag {
  readonly tag: string;
  readonly count: number | null;
}

function ownerOnly(memberId: string): Owner {
  return { member_id: memberId, member_name: null, count: null };
}

function tagOnly(tag: string): Tag {
  return { tag, count: null };
}

/** What the address names is offered too, though no environment has it now. */
function withChosen<One>(
  offered: readonly One[],
  chosen: string | null,
  idOf: (one: One) => string,
  only: (id: string) => One,
): readonly One[] {
  return chosen === null || offered.some((one) => idOf(one) === chosen) ? offered : [...offered, only(chosen)];
}
