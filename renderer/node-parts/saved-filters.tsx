import { useState, type ReactElement, type SyntheticEvent } from 'react';

import type { SavedFilter } from '../../src/api/operator/preferences.ts';
import { PREFERENCE_NAME_LENGTH_MAX } from '../../src/base/limits.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { Select } from '../parts/select.tsx';
import { withQuery, type QueryValues } from '../router/location.ts';
import { useServices } from '../services.ts';
import { forgetFilter, saveFilter } from '../stores/preferences.ts';
import { useAct } from '../stores/use-act.ts';
import { useLocation, useNode } from '../stores/use-stores.ts';
import { shownText } from '../text/shown-text.ts';

interface Props {
  readonly list: SavedFilter['list'];
  /** What of the address is the filter. */
  readonly names: readonly string[];
  /** Told when another filter was taken: fields that hold a draft of their own take it over. */
  readonly onTaken?: (query: URLSearchParams) => void;
}

/** Filters under names of their own: one is taken by its name, and what is filtered now can be kept. */
export function SavedFilters({ list, names, onTaken }: Props): ReactElement | null {
  const { router } = useServices();
  const location = useLocation();
  const filters = useNode((state) => state.preferences?.filters) ?? [];
  const saved = filters.filter((one) => one.list === list);
  const now = partOf(location.query, names).toString();
  const current = saved.find(({ query }) => query === now);
  const take = (name: string): void => {
    const chosen = partOf(new URLSearchParams(saved.find((one) => one.name === name)?.query), names);
    const values = Object.fromEntries(names.map((each): [string, QueryValues[string]] => [each, chosen.getAll(each)]));
    router.go(withQuery(location, values), { replace: true });
    onTaken?.(chosen);
  };
  if (saved.length === 0 && now === '') return null;
  return (
    <>
      {saved.length === 0 ? null : (
        <Select
          label="Saved filters"
          any="Saved filters"
          value={current?.name ?? ''}
          choices={saved.map(({ name }) => ({ value: name, label: shownText(name) }))}
          onValue={take}
        />
      )}
      {now === '' ? null : current === undefined ? (
        <Save key={now} list={list} query={now} />
      ) : (
        <Forget list={list} name={current.name} />
      )}
    </>
  );
}

/** What of an address is the filter, always in the same order, so that two can be compared. */
function partOf(query: URLSearchParams, names: readonly string[]): URLSearchParams {
  return new URLSearchParams(names.flatMap((name) => query.getAll(name).map((value) => [name, value])));
}

function Save({ list, query }: { readonly list: SavedFilter['list']; readonly query: string }): ReactElement {
  const services = useServices();
  const [name, setName] = useState<string | null>(null);
  const saving = useAct(() => saveFilter(services, { list, name: (name ?? '').trim(), query }));
  if (name === null)
    return (
      <button type="button" className="button quiet" onClick={() => setName('')}>
        Save…
      </button>
    );
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (name.trim() !== '') saving.run();
  };
  return (
    <form className="row" onSubmit={submit}>
      <input
        className="input"
        aria-label="Name of this filter"
        placeholder="Name of this filter"
        autoComplete="off"
        maxLength={PREFERENCE_NAME_LENGTH_MAX}
        // It is there because it was asked for.
        ref={(field) => field?.focus()}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="button" disabled={name.trim() === '' || saving.busy} title="A name is needed">
        Save
      </button>
      <button type="button" className="button quiet" onClick={() => setName(null)}>
        Cancel
      </button>
      {saving.problem === undefined ? null : <ProblemNotice problem={saving.problem} />}
    </form>
  );
}

function Forget({ list, name }: { readonly list: SavedFilter['list']; readonly name: string }): ReactElement {
  const services = useServices();
  const forgetting = useAct(() => forgetFilter(services, { list, name }));
  return (
    <>
      <button type="button" className="button quiet" disabled={forgetting.busy} onClick={forgetting.run}>
        Forget “{shownText(name)}”
      </button>
      {forgetting.problem === undefined ? null : <ProblemNotice problem={forgetting.problem} />}
    </>
  );
}
