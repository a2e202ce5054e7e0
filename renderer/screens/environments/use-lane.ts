import { useCallback, useState } from 'react';

import type { EnvironmentRows, EnvironmentSummary } from '../../../src/api/chain/environments.ts';
import { useServices } from '../../services.ts';
import { useRead, type Reading } from '../../stores/use-read.ts';
import type { EnvironmentFilter } from './environment-filter.ts';
import { SELECTED_MAX } from './several/selection.ts';

/** Rows that are read at least, from a multiple of this: so a step of the arrows mostly needs nothing new. */
const ROWS_AT_ONCE = 100;

type LaneRows = EnvironmentRows & {
  /** Of which list they are. */
  readonly list: string;
};

export interface LaneReading {
  readonly reading: Reading<LaneRows>;
  readonly counts: { readonly blue: number; readonly green: number } | undefined;
  /** The row at a place; undefined while it is not read. */
  readonly row: (place: number) => EnvironmentSummary | undefined;
  /** Where the open environment was found; undefined while it is not. */
  readonly current: number | undefined;
  /** Another list for every filter. */
  readonly list: string;
  /** These rows are in sight: reads what is missing. */
  readonly want: (first: number, last: number) => void;
  /** The ids of the first ones: of as many as can be decided together. */
  readonly readIds: () => Promise<readonly string[]>;
}

interface Window {
  readonly offset: number;
  readonly limit: number;
}

/** One zone's environments: of however many there are, those in sight, following the chain. */
export function useLane(zone: 'blue' | 'green', filter: EnvironmentFilter, envId: string | undefined): LaneReading {
  const { client, reads } = useServices();
  const [window, setWindow] = useState<Window>({ offset: 0, limit: ROWS_AT_ONCE });
  const [found, setFound] = useState<{ readonly of: string; readonly place: number }>({ of: '', place: 0 });
  const { text, owner, tag, stage, order, archived } = filter;
  const input = {
    zone,
    order,
    archived,
    ...(text === '' ? {} : { text }),
    ...(owner === null ? {} : { owner }),
    ...(tag === null ? {} : { tag }),
    ...(stage === null ? {} : { stage }),
  };
  const list = JSON.stringify(input);
  const asked = { ...input, ...window, ...(envId === undefined ? {} : { place_of: envId }) };
  const reading = useRead<LaneRows>(
    {
      queryKey: [...reads.chain.environmentRows.key(), asked],
      queryFn: async ({ signal }) => ({ ...(await client.chain.environmentRows(asked, { signal })), list }),
    },
    { keep: true },
  );
  const { data } = reading;
  // Where it is when it is opened: that others come before it later is no reason to scroll.
  const of = `${envId ?? ''} ${list}`;
  if (data?.list === list && data.placed !== null && data.placed.env_id === envId && found.of !== of)
    setFound({ of, place: data.placed.place });
  const want = useCallback((first: number, last: number) => {
    const offset = Math.floor(first / ROWS_AT_ONCE) * ROWS_AT_ONCE;
    const limit = (Math.floor(last / ROWS_AT_ONCE) + 1) * ROWS_AT_ONCE - offset;
    setWindow((known) => (known.offset === offset && known.limit === limit ? known : { offset, limit }));
  }, []);
  return {
    reading,
    counts: data === undefined ? undefined : { blue: data.blue_count, green: data.green_count },
    row: (place) => data?.environments[place - data.offset],
    current: found.of === of ? found.place : undefined,
    list,
    want,
    readIds: async () => {
      const { environments } = await client.chain.environmentRows({ ...input, offset: 0, limit: SELECTED_MAX });
      return environments.map(({ env_id }) => env_id);
    },
  };
}
