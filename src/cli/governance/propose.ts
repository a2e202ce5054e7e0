import type { JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { ProposalView } from '../../api/chain/proposals.ts';
import type { SigningReview } from '../../api/operator/signing.ts';
import { proposing } from '../../ledger/actions/propose.ts';
import { proposalId } from '../../ledger/governance/proposal.ts';
import { reject } from '../../ledger/rejections.ts';
import type { KeyRecord } from '../../ledger/state/records.ts';
import { rejectedError, type CommandContext } from '../context.ts';
import { fields, time } from '../output.ts';
import type { ContractClient } from '../session.ts';
import { changesText, warningsText } from './changes-text.ts';
import { showAndAsk } from './show-and-ask.ts';
import { requirementText, shortId } from './proposal-text.ts';
import { keyPlace } from '../../ledger/state/readers.ts';

export interface ProposeRequest {
  readonly action: string;
  readonly payload: JsonObject;
  /** From now; a week, or the chain's own maximum where that is less. */
  readonly expiresInMs?: number | undefined;
  /** Whether what its proposer may do alone, and so happens at once, was agreed to beforehand; left out where that is the command's purpose. */
  readonly yes?: boolean;
}

/**
 * Proposes an action in the name of the signing key's member, bound to the state as it is now, and says what is next.
 */
export async function propose(
  context: CommandContext,
  client: ContractClient,
  { action, payload, expiresInMs, yes }: ProposeRequest,
): Promise<void> {
  const proposer = await signingMember(context, client);
  const draft = await client.chain.draft({ action, payload, proposer });
  if (draft.outcome === 'rejected') throw rejectedError(draft.rejection);
  const operation = proposing({ action, payload }, draft, { now: Date.now(), expiresInMs });
  const { review, receipt } = await context.signAndSubmit(
    client,
    operation,
    yes === false ? { confirm: (shown) => askIfAlone(context, shown) } : {},
  );
  const proposal = await client.chain.proposal({
    proposal_id: proposalId(review, { ...operation.payload, proposer }),
  });
  await printVote(context, client, { proposal, review, transactionId: receipt.id, blockIndex: receipt.block_index });
}

/** To propose is to ask others. Where nobody else is needed it happens at once, and so it is asked here. @throws SIGNING_REFUSED */
async function askIfAlone(context: CommandContext, review: SigningReview): Promise<void> {
  if (review.proposal?.happens_now !== true) return;
  if (process.stdin.isTTY === true) return showAndAsk(context, review);
  throw new QuantumLockError('SIGNING_REFUSED', `${review.sentence} Nothing was signed.`, {
    advice: 'To execute it immediately, add --yes.',
  });
}

/** The member whom the signing key belongs to. @throws TRANSACTION_REJECTED */
export async function signingMember(context: CommandContext, client: ContractClient): Promise<string> {
  const { public_key } = await context.signingKey();
  const { value } = await client.chain.state({ namespace: 'members', key: keyPlace(public_key) });
  if (value === null) throw rejectedError(reject('SIGNER_UNKNOWN', public_key));
  return (value as unknown as KeyRecord).member_id;
}

/** The state of a proposal after it was made or voted on. */
export async function printVote(
  context: CommandContext,
  client: ContractClient,
  done: {
    readonly proposal: ProposalView;
    readonly review: SigningReview;
    readonly transactionId: string;
    readonly blockIndex: number;
  },
): Promise<void> {
  const { proposal, review } = done;
  const next = await nextCommand(context, client, proposal);
  const changes = review.proposal?.changes ?? [];
  const document = {
    proposal_id: proposal.proposal_id,
    fingerprint: proposal.fingerprint,
    status: proposal.status,
    title: proposal.title,
    action: proposal.action,
    sentence: review.sentence,
    effect: review.proposal?.sentence ?? null,
    changes,
    warnings: review.warnings,
    requirements: proposal.requirements,
    waiting_for: proposal.waiting_for,
    expires_at: proposal.expires_at,
    transaction_id: done.transactionId,
    block_index: done.blockIndex,
    next,
  };
  context.output.result(document, () => [
    ...fields([
      ['done', review.sentence],
      ['proposal', proposal.proposal_id],
      ['words', proposal.fingerprint.join(' ')],
      ['status', proposal.status],
      ['block', done.blockIndex],
      ...(proposal.status === 'open'
        ? ([
            ['needed', requirementText(proposal.requirements)],
            ['waiting for', proposal.waiting_for.map(({ name }) => name).join(', ')],
            ['expires', time(proposal.expires_at)],
            ['next', next],
          ] as const)
        : []),
    ]),
    ...(review.proposal === null ? [] : ['', review.proposal.sentence]),
    ...changesText(changes),
    ...warningsText(review.warnings),
  ]);
}

/** What moves an open proposal on: another approval with a key of this machine, or its file for those elsewhere. */
async function nextCommand(
  context: CommandContext,
  client: ContractClient,
  { status, stale, proposal_id, waiting_for, votes, requirements }: ProposalView,
): Promise<string | null> {
  if (status !== 'open') return null;
  if (stale) return context.commandLine('proposal', 'withdraw', shortId(proposal_id));
  // Complete by a change of who decides: a member who has approved approves again, and it takes effect.
  const isComplete = requirements.every(({ approvals, needed }) => approvals >= needed);
  const approved = votes.filter(({ decision, counts }) => decision === 'approve' && counts);
  const people = isComplete ? [...waiting_for, ...approved.map(({ member }) => member)] : waiting_for;
  const waiting = new Set(people.map(({ member_id }) => member_id));
  const { members } = await client.chain.members();
  const keys = new Set(
    members
      .filter(({ member_id }) => waiting.has(member_id))
      .flatMap((member) => member.keys.filter((key) => key.status === 'active').map(({ public_key }) => public_key)),
  );
  const here = (await context.keyring.list()).find(({ public_key }) => keys.has(public_key));
  return here === undefined
    ? context.commandLine('proposal', 'export', shortId(proposal_id), '--output', 'proposal.json')
    : context.commandLine('proposal', 'approve', shortId(proposal_id), '--as', here.name);
}
