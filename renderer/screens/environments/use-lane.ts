import { useCallback, useState } from 'react';

import type { EnvironmentSummary } from '../../../src/api/chain/environments.ts';
import { PAGE_ROWS_MAX } from '../../../src/base/limits.ts';
import type { Client } from '../../bridge/client.ts';
import { useServices } from '../../services.ts';
import { useRead, type Reading } from '../../stores/use-read.ts';
import type { EnvironmentFilter } from './environment-filter.ts';

interface LanePages {
  readonly environments: readonly EnvironmentSummary[];
  readonly counts: { readonly blue: number; readonly green: number };
  readonly more: boolean;
}

export interface LaneReading {
  readonly reading: Reading<LanePages>;
  readonly counts: LanePages['counts'] | undefined;
  readonly readMore: (() => void) | undefined;
}

/** One zone's environments, as far as the person scrolled, following the chain. */
export function useLane(zone: Zone, filter: EnvironmentFilter): LaneReading {
  const { client, reads } = useServices();
  const [pages, setPages] = useState(1);
  const reading = useRead(
    {
      queryKey: [...reads.chain.environments.key(), zone, filter, pages],
      queryFn: ({ signal }) => readPages(client, inputOf(zone, filter), pages, signal),
    },
    { keep: true },
  );
  const { data, loading } = reading;
  const readMore = useCallback(() => setPages((count) => count + 1), []);
  return { reading, counts: data?.counts, readMore: data?.more === true && !loading ? readMore : undefined };
}

type Zone = 'blue' | 'green';
type ListInput = Parameters<Client['chain']['environments']>[0];

function inputOf(zone: Zone, { text, owner, tag, stage, order, archived }: EnvironmentFilter): ListInput {
  return {
    zone,
    order,
    archived,
    limit: PAGE_ROWS_MAX,
    ...(text === '' ? {} : { text }),
    ...(owner === null ? {} : { owner }),
    ...(tag === null ? {} : { tag }),
    ...(stage === null ? {} : { stage }),
  };
}

async function readPages(client: Client, input: ListInput, pages: number, signal: AbortSignal): Promise<LanePages> {
  const environments: EnvironmentSummary[] = [];
  let after: string | null = null;
  let counts = { blue: 0, green: 0 };
  for (let page = 0; page < pages; page++) {
    const answer: Awaited<ReturnType<Client['chain']['environments']>> = await client.chain.environments(
      { ...input, ...(after === null ? {} : { after }) },
      { signal },
    );
    environments.push(...answer.environments);
    counts = { blue: answer.blue_count, green: answer.green_count };
    after = answer.next_after;
    if (after === null) break;
  }
  return { environments, counts, more: after !== null };
}
