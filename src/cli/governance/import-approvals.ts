import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { CARRIED_APPROVALS_MAX } from '../../base/limits.ts';
import { isSameChain } from '../../ledger/chain-identity.ts';
import { carriedApproval, decodeApproval, type Approval } from '../../ledger/documents/approval.ts';
import type { CommandContext } from '../context.ts';
import { assertSameChain } from './same-chain.ts';
import { printVote } from './propose.ts';
import { readDocument } from './read-document.ts';

/** Brings approvals in that were signed elsewhere. All are read and checked before the first is sent. */
export async function importApprovals(context: CommandContext, inputs: readonly string[]): Promise<void> {
  const approvals = inputs.flatMap(readApprovals);
  const [first] = approvals;
  if (first === undefined) throw new QuantumLockError('INPUT_INVALID', 'there is no approval in the input');
  const proposalId = onlyProposal(first, approvals);
  await context.withSession('full', async (client) => {
    assertSameChain('the approval', first, await client.chain.status());
    const { review, receipt } = await context.signAndSubmit(client, {
      action: 'carry_approvals',
      payload: {
        proposal_id: proposalId,
        approvals: approvals.map(carriedApproval),
      },
    });
    const proposal = await client.chain.proposal({ proposal_id: proposalId });
    await printVote(context, client, { proposal, review, transactionId: receipt.id, blockIndex: receipt.block_index });
  });
}

/** One approval a file; on standard input, one a line. @throws DOCUMENT_INVALID, INPUT_INVALID */
function readApprovals(path: string): Approval[] {
  const text = readDocument(path);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    try {
      return decodeApproval(line);
    } catch (error) {
      if (!(error instanceof QuantumLockError)) throw error;
      throw new QuantumLockError(
        error.code,
        `${path === '-' ? 'standard input' : path}, line ${index + 1}: ${error.message}`,
        { cause: error },
      );
    }
  });
}

/** The proposal that all of them are for. */
function onlyProposal(first: Approval, approvals: readonly Approval[]): Hash {
  const other = approvals.find(
    (approval) => approval.proposal_id !== first.proposal_id || !isSameChain(approval, first),
  );
  if (other !== undefined)
    throw new QuantumLockError(
      'INPUT_INVALID',
      `these approvals are for different proposals: ${first.proposal_id} and ${other.proposal_id}`,
      { advice: 'Import the approvals of one proposal at a time.' },
    );
  if (approvals.length > CARRIED_APPROVALS_MAX)
    throw new QuantumLockError(
      'LIMIT_EXCEEDED',
      `${approvals.length} approvals; at most ${CARRIED_APPROVALS_MAX} at a time`,
    );
  return first.proposal_id;
}
