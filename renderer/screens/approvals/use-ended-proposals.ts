import { useState } from 'react';

import type { ProposalRow } from '../../../src/api/chain/proposals.ts';
import { useServices } from '../../services.ts';
import { useRead, type Reading } from '../../stores/use-read.ts';

const PAGE_SIZE = 20;

export interface EndedProposals {
  readonly rows: readonly ProposalRow[];
  readonly total: number;
}

/** What has ended, newest first; more of it each time it is asked for. */
export function useEndedProposals(): { readonly reading: Reading<EndedProposals>; readonly readMore: () => void } {
  const { client, reads } = useServices();
  const [pages, setPages] = useState(1);
  const reading = useRead(
    {
      queryKey: [...reads.chain.proposals.key(), 'ended', pages],
      queryFn: async ({ signal }) => {
        const rows: ProposalRow[] = [];
        let offset: number | null = 0;
        let total = 0;
        for (let page = 0; page < pages && offset !== null; page++) {
          const input = { state: 'ended' as const, offset, limit: PAGE_SIZE };
          const answer = await client.chain.proposals(input, { signal });
          rows.push(...answer.proposals);
          ({ next_offset: offset, total } = answer);
        }
        return { rows, total };
      },
    },
    { keep: true },
  );
  return { reading, readMore: () => setPages((count) => count + 1) };
}
