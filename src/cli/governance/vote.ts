import type { JsonObject } from '../../base/canonical.ts';
import type { CommandContext } from '../context.ts';
import { findProposal } from './find-proposal.ts';
import { printVote } from './propose.ts';
import { showAndAsk } from './show-and-ask.ts';

/** Approves, rejects or withdraws a proposal, or says something of it. At a terminal an approval shows first what it is worth. */
export async function vote(
  context: CommandContext,
  request: {
    readonly action: 'approve' | 'reject' | 'withdraw' | 'comment';
    readonly id: string;
    readonly payload: JsonObject;
    readonly yes: boolean;
  },
): Promise<void> {
  await context.withSession('full', async (client) => {
    const proposalId = await findProposal(client, request.id);
    const isAsked = !request.yes && process.stdin.isTTY === true;
    const { review, receipt } = await context.signAndSubmit(
      client,
      { action: request.action, payload: { ...request.payload, proposal_id: proposalId } },
      isAsked ? { confirm: (shown) => showAndAsk(context, shown) } : {},
    );
    const proposal = await client.chain.proposal({ proposal_id: proposalId });
    await printVote(context, client, { proposal, review, transactionId: receipt.id, blockIndex: receipt.block_index });
  });
}
