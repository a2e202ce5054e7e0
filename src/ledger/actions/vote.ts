import { z } from 'zod';
import { decodeHex, type Hash, type PublicKey, type Signature } from '../../base/bytes.ts';
import type { Json } from '../../base/canonical.ts';
import { CARRIED_APPROVALS_MAX } from '../../base/limits.ts';
import { findSigner } from '../governance/signer.ts';
import { approvalDigest, proposalStatus } from '../governance/proposal.ts';
import { countedVoter } from '../governance/requirement.ts';
import { closeProposal, endIfLost, hasSay, movedValue, settleProposal } from '../governance/settle.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { ProposalRecord, Vote } from '../state/records.ts';
import { defineAction, type Action, type ActionContext, type ActionTable, type VotedOn } from '../governance/action.ts';
import type { GovernedState } from '../state/access.ts';
import { text } from './fields.ts';
import { hash, publicKey, signature } from '../../base/fields.ts';
import { CONTROL } from './governance.ts';
import { shortProposal } from './proposal-words.ts';
import { readProposal } from '../state/readers.ts';

/** The proposal, where it can still be voted on. */
function requireOpen({ state, timestamp, signedAt, chain }: ActionContext, id: Hash): ProposalRecord | Rejection {
  const proposal = readProposal(state, id);
  if (proposal === undefined) return reject('PROPOSAL_NOT_FOUND', id);
  // A block's time may be set back by the window: what was signed after the end comes too late anyway.
  const status = proposalStatus(proposal, { time: Math.max(timestamp, signedAt), era: chain.era });
  if (status === 'expired')
    return reject(
      'PROPOSAL_EXPIRED',
      proposal.era === chain.era ? `at ${proposal.expires_at}` : `with era ${proposal.era}, when the clock was reset`,
    );
  return status === 'open' ? proposal : reject('PROPOSAL_CLOSED', `it was ${status}`);
}

interface Ballot {
  readonly publicKey: PublicKey;
  readonly decision: Vote['decision'];
  readonly reason: string | null;
  /** Of an approval that was made away from the chain: what its key signed, and the member who brought it. */
  readonly carried: { readonly signature: Signature; readonly by: string } | null;
}

/** Adds the votes, one for each member, and settles the proposal. */
function cast(
  context: ActionContext<GovernedState>,
  actions: ActionTable,
  opened: ProposalRecord,
  ballots: readonly Ballot[],
  signer: PublicKey,
): Rejection | null {
  const { state, chain, timestamp, transactionId, verify } = context;
  let proposal = opened;
  let isNew = false;
  for (const { publicKey: key, decision, reason, carried } of ballots) {
    const member = findSigner(state, key);
    if ('code' in member) return member;
    if (!hasSay(state, actions, proposal, member.level))
      return reject('NOT_AN_APPROVER', `${member.name} is ${member.level}`);
    const earlier = proposal.votes.find(({ member_id }) => member_id === member.member_id);
    if (carried !== null) {
      if (!verify(decodeHex(carried.signature), approvalDigest(chain, proposal.proposal_id, reason), decodeHex(key)))
        return reject('APPROVAL_INVALID', key);
      // What was signed elsewhere has no time. It may be older than the rejection, and anybody may bring it in again.
      if (earlier?.decision === 'reject') return reject('REJECTION_STANDS', member.name);
    }
    if (earlier !== undefined && earlier.decision === decision && countedVoter(state, earlier) !== null) continue;
    isNew = true;
    const vote: Vote = {
      member_id: member.member_id,
      public_key: key,
      decision,
      reason,
      voted_at: timestamp,
      transaction_id: transactionId,
      carried_by: carried?.by ?? null,
    };
    proposal = { ...proposal, votes: [...proposal.votes.filter((other) => other !== earlier), vote] };
  }
  const isApproved = ballots.some(({ decision }) => decision === 'approve');
  const settled = isApproved
    ? settleProposal(context, actions, proposal, signer)
    : endIfLost(context, actions, proposal);
  if ('code' in settled) return settled;
  // Said again, it counts once; but it may be what executes a proposal that a change of policy has completed meanwhile.
  if (!isNew && settled.status === 'open') return reject('ALREADY_VOTED');
  state.put('proposals', proposal.proposal_id, settled as unknown as Json);
  return null;
}

function reasonWords(reason: string): string {
  return `Your reason: “${reason}”.`;
}

const APPROVAL_ASKED = {
  lead: 'If you sign, the approval is recorded, and nothing else happens yet. Once it has enough approvals:',
  changes: 'What will change',
};

function approvalWords(whose: string): (about: VotedOn) => string {
  return ({ proposal, title, missing }) =>
    proposal.status === 'executed'
      ? `${whose} is the last approval of “${title}”: it happens at once.`
      : `${whose} of “${title}” is recorded; ${missing}.`;
}

export function defineApprove(actions: ActionTable): Action {
  return defineAction({
    ...CONTROL,
    name: 'approve',
    subject: 'An approval',
    payload: z.strictObject({ proposal_id: hash, reason: text.optional() }),
    title: ({ proposal_id }) => `Approve proposal ${shortProposal(proposal_id)}`,
    summarize: ({ proposal_id, reason }) =>
      `Approved proposal ${shortProposal(proposal_id)}${reason === undefined ? '' : `: ${reason}`}`,
    ofProposal: { done: 'Approved' },
    voting: {
      opens: false,
      approves: true,
      asks: { ...APPROVAL_ASKED, what: 'the approval' },
      describe: approvalWords('Your approval'),
      said: ({ reason }) => (reason === undefined ? '' : reasonWords(reason)),
      warnings: ({ proposal }, { memberId }) => (proposal.proposer === memberId ? ['You proposed this yourself.'] : []),
    },
    apply(context, { proposal_id, reason = null }, signer) {
      const proposal = requireOpen(context, proposal_id);
      if ('code' in proposal) return proposal;
      const ballot: Ballot = { publicKey: signer, decision: 'approve', reason, carried: null };
      return cast(context, actions, proposal, [ballot], signer);
    },
  });
}

export function defineReject(actions: ActionTable): Action {
  return defineAction({
    ...CONTROL,
    name: 'reject',
    subject: 'A rejection',
    payload: z.strictObject({ proposal_id: hash, reason: text }),
    title: ({ proposal_id }) => `Reject proposal ${shortProposal(proposal_id)}`,
    summarize: ({ proposal_id, reason }) => `Rejected proposal ${shortProposal(proposal_id)}: ${reason}`,
    ofProposal: { done: 'Rejected' },
    voting: {
      opens: false,
      approves: false,
      asks: { lead: 'If you sign, you reject this:', changes: 'What it would change', what: 'the rejection' },
      describe: ({ proposal, title, missing }) =>
        proposal.status === 'rejected'
          ? `Your rejection of “${title}” is recorded, and ends it: the approvals can no longer be reached.`
          : `Your rejection of “${title}” is recorded; it stays open, and ${missing}.`,
      said: ({ reason }) => reasonWords(reason),
    },
    apply(context, { proposal_id, reason }, signer) {
      const proposal = requireOpen(context, proposal_id);
      if ('code' in proposal) return proposal;
      return cast(
        context,
        actions,
        proposal,
        [{ publicKey: signer, decision: 'reject', reason, carried: null }],
        signer,
      );
    },
  });
}

/**
 * Imports approvals that were signed where there is no network. The member who imports them need not be an approver.
 */
export function defineCarryApprovals(actions: ActionTable): Action {
  return defineAction({
    ...CONTROL,
    name: 'carry_approvals',
    subject: 'Importing approvals',
    payload: z.strictObject({
      proposal_id: hash,
      /** Each over the proposal's id and its reason: it is not valid for another proposal or another chain. */
      approvals: z
        .array(z.strictObject({ public_key: publicKey, signature, reason: text.optional() }))
        .min(1)
        .max(CARRIED_APPROVALS_MAX),
    }),
    title: ({ proposal_id }) => `Import approvals of proposal ${shortProposal(proposal_id)}`,
    summarize: ({ proposal_id, approvals }) =>
      `Imported ${approvals.length === 1 ? 'an approval' : `${approvals.length} approvals`} of proposal ${shortProposal(proposal_id)}`,
    ofProposal: { done: 'Imported approvals of' },
    voting: {
      opens: false,
      approves: true,
      asks: { ...APPROVAL_ASKED, what: null },
      describe: approvalWords('The imported approval'),
      said({ approvals }, { state }) {
        const names = approvals.map(({ public_key: key, reason }) => {
          const member = findSigner(state, key);
          const because = reason === undefined ? '' : `, whose reason is “${reason}”`;
          return `${'code' in member ? 'nobody' : member.name} (key ${key})${because}`;
        });
        return `It imports what was signed by ${names.join(', ')}.`;
      },
    },
    apply(context, { proposal_id, approvals }, signer) {
      const proposal = requireOpen(context, proposal_id);
      if ('code' in proposal) return proposal;
      const by = context.actor.memberId;
      const ballots = approvals.map(({ public_key, signature: signed, reason = null }): Ballot => ({
        publicKey: public_key,
        decision: 'approve',
        reason,
        carried: { signature: signed, by },
      }));
      return cast(context, actions, proposal, ballots, signer);
    },
  });
}

export const withdraw = defineAction({
  ...CONTROL,
  name: 'withdraw',
  subject: 'A withdrawal',
  payload: z.strictObject({ proposal_id: hash }),
  title: ({ proposal_id }) => `Withdraw proposal ${shortProposal(proposal_id)}`,
  summarize: ({ proposal_id }) => `Withdrew proposal ${shortProposal(proposal_id)}`,
  ofProposal: { done: 'Withdrew' },
  voting: {
    opens: false,
    approves: false,
    asks: {
      lead: 'If you sign, this is withdrawn, and nobody can approve it from then on:',
      changes: 'What it would have changed',
      what: 'the withdrawal',
    },
    describe: ({ title }) => `“${title}” is withdrawn: it can no longer be approved.`,
  },
  apply(context, { proposal_id }) {
    const { state, actor } = context;
    const proposal = requireOpen(context, proposal_id);
    if ('code' in proposal) return proposal;
    // What can never happen any more may be put away by anybody.
    const isStale = movedValue(state, proposal) !== null;
    if (!isStale && proposal.proposer !== actor.memberId)
      return reject('NOT_PROPOSER', `it was proposed by ${proposal.proposer}`);
    const closed = closeProposal(context, proposal, isStale ? 'stale' : 'withdrawn');
    state.put('proposals', proposal_id, closed as unknown as Json);
    return null;
  },
});
