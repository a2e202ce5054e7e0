import { procedures as os } from '../procedures.ts';

export const proposalReads = {
  proposals: os.proposals.handler(({ context: { fresh, now }, input }) =>
    fresh(({ proposals }) => proposals.proposals({ ...input, now })),
  ),
  proposal: os.proposal.handler(({ context: { read, now }, input }) =>
    read(({ proposals }) => proposals.proposal(input.proposal_id, now)),
  ),
  proposalFile: os.proposalFile.handler(({ context: { read, now }, input }) =>
    read(({ proposals }) => proposals.proposalFile(input.proposal_id, now)),
  ),
  draft: os.draft.handler(({ context, input }) => context.read(({ governance }) => governance.draft(input))),
};
