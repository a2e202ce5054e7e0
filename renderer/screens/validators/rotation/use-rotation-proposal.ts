import type { ProposalView } from '../../../../src/api/chain/proposals.ts';
import type { Client } from '../../../bridge/client.ts';
import { useServices } from '../../../services.ts';
import { useRead, type Reading } from '../../../stores/use-read.ts';
import { useNode } from '../../../stores/use-stores.ts';
import type { Problem } from '../../../bridge/problem.ts';

/** Ended proposals that are looked through: a rotation that was just executed is among the newest. */
const ENDED_LIMIT = 50;

/** The open proposal to rotate this validator; null where there is none, undefined while that is not known. */
export function useOpenRotation(validatorId: string): {
  readonly proposal: ProposalView | null | undefined;
  readonly problem: Problem | undefined;
} {
  const { client } = useServices();
  const rows = useNode((state) => state.proposals?.rows);
  const ids = rows?.filter(({ action }) => action === 'rotate_validator').map(({ proposal_id }) => proposal_id);
  const found = useRead(
    ids === undefined
      ? null
      : {
          queryKey: ['rotation of', validatorId, ids],
          queryFn: ({ signal }) =>
            findProposal(client, ids, (payload) => payload['validator_id'] === validatorId, signal),
        },
    { keep: true },
  );
  return { proposal: found.data, problem: found.problem };
}

/** The newest proposal that adds this key, open or ended; null where there is none. */
export async function findRotationTo(
  client: Client,
  newKey: string,
  signal?: AbortSignal,
): Promise<ProposalView | null> {
  for (const state of ['open', 'ended'] as const) {
    const { proposals } = await client.chain.proposals(
      { state, limit: ENDED_LIMIT },
      signal === undefined ? {} : { signal },
    );
    const ids = proposals.filter(({ action }) => action === 'rotate_validator').map(({ proposal_id }) => proposal_id);
    const found = await findProposal(client, ids, (payload) => payload['public_key'] === newKey, signal);
    if (found !== null) return found;
  }
  return null;
}

/** The proposal with this id, as it is now; nothing is read for null. */
export function useProposal(proposalId: ProposalView['proposal_id'] | null): Reading<ProposalView> {
  const { reads } = useServices();
  return useRead(
    proposalId === null ? null : reads.chain.proposal.queryOptions({ input: { proposal_id: proposalId } }),
  );
}

async function findProposal(
  client: Client,
  ids: readonly ProposalView['proposal_id'][],
  matches: (payload: ProposalView['payload']) => boolean,
  signal: AbortSignal | undefined,
): Promise<ProposalView | null> {
  for (const proposal_id of ids) {
    const view = await client.chain.proposal({ proposal_id }, signal === undefined ? {} : { signal });
    if (matches(view.payload)) return view;
  }
  return null;
}
