import { z } from 'zod';
import type { Hash } from '../../base/bytes.ts';
import type { Json, JsonObject } from '../../base/canonical.ts';
import { isoTime } from '../../base/iso-time.ts';
import {
  operationKey,
  preStateDigest,
  proposalId,
  proposalStatus,
  readProposalLifetime,
  type ProposalContent,
} from '../governance/proposal.ts';
import { readValue } from '../state/recording-state.ts';
import { hasSay, movedValue, proposableAction, settleProposal, tryProposal } from '../governance/settle.ts';
import { levelHolds, type Permission } from '../permissions.ts';
import { reject } from '../rejections.ts';
import type { MemberRecord, ProposalRecord } from '../state/records.ts';
import { defineAction, type Action, type ActionContext, type ActionTable } from '../governance/action.ts';
import { text } from './fields.ts';
import { hash, jsonObject } from '../../base/fields.ts';
import { CONTROL } from './governance.ts';
import { readMember, readProposal } from '../state/readers.ts';

const PROPOSE = 'propose';

/** The operation that proposes another: `least_time` is the chain's, `now` a machine's, whichever is later. */
export function proposing(
  operation: Pick<ProposalContent, 'action' | 'payload'>,
  draft: { readonly pre_state: Hash; readonly least_time: number; readonly lifetime_ms: number },
  { now, expiresInMs = draft.lifetime_ms }: { readonly now: number; readonly expiresInMs?: number | undefined },
): { readonly action: string; readonly payload: Omit<ProposalContent, 'proposer'> & JsonObject } {
  const expires_at = Math.max(now, draft.least_time) + expiresInMs;
  return { action: PROPOSE, payload: { ...operation, expires_at, pre_state: draft.pre_state } };
}

/** Who may propose: for environments, the members who may work on them; for governance, those whom it concerns. */
export function proposingPermission(governs: boolean): Permission {
  return governs ? 'validate_blocks' : 'write_blue_state';
}

/** The id of the proposal that this place names, where it can still come to something. */
function openProposalAt({ state, timestamp: time, chain: { era } }: ActionContext, place: string): Hash | null {
  const newest = state.get('proposals', place) as { readonly proposal_id: Hash } | undefined;
  const proposal = newest === undefined ? undefined : readProposal(state, newest.proposal_id);
  if (proposal === undefined || proposalStatus(proposal, { time, era }) !== 'open') return null;
  return movedValue(state, proposal) === null ? proposal.proposal_id : null;
}

/**
 * Opens a proposal, bound to the state that it was made for. The proposer's own approval counts with it, where the
 * proposer may vote; so where one approval is enough, it is executed at once.
 */
export function definePropose(actions: ActionTable): Action {
  const action = defineAction({
    ...CONTROL,
    name: PROPOSE,
    subject: 'A proposal',
    payload: z.strictObject({
      action: text,
      payload: jsonObject,
      expires_at: z.number().int().min(0),
      /** The digest of what it reads and changes, as it was when the proposal was made. */
      pre_state: hash,
    }),
    title: ({ action: name, payload }) => `Propose: ${actions.find(name)?.title(payload) ?? name}`,
    summarize: ({ action: name, payload }) => `Proposed: ${actions.find(name)?.title(payload) ?? name}.`,
    named: ({ action: name, payload }) => actions.find(name)?.named(payload) ?? [],
    ofProposal: { done: 'Proposed' },
    voting: {
      opens: true,
      approves: true,
      asks: {
        lead: 'If you sign, this is proposed. Once it has enough approvals, this happens:',
        changes: 'What will change',
        what: 'the proposal',
      },
      describe: ({ proposal, title, missing }) =>
        proposal.status === 'executed'
          ? `“${title}” is proposed and, since your approval is enough, happens at once.`
          : `“${title}” is proposed; ${missing}.`,
      said: ({ expires_at }) => `It can be approved until ${isoTime(expires_at)}.`,
    },
    apply(context, { action: name, payload, expires_at, pre_state }, signer) {
      const { state, chain, timestamp, transactionId, actor } = context;
      const proposed = proposableAction(actions, name);
      if (proposed === null) return reject('NOT_PROPOSABLE', name);
      const member = readMember(state, actor.memberId) as MemberRecord;
      const permission = proposingPermission(proposed.governs(payload));
      if (!levelHolds(member.level, permission))
        return reject('PERMISSION_MISSING', `proposing ${name} needs ${permission}; ${member.name} is ${member.level}`);
      const lifetime = readProposalLifetime(state);
      if (expires_at <= timestamp || expires_at > timestamp + lifetime)
        return reject('EXPIRY_INVALID', `at most ${lifetime} ms after ${timestamp}`);
      const content = { action: name, payload, expires_at, pre_state, proposer: actor.memberId };
      const id = proposalId(chain, content);
      if (readProposal(state, id) !== undefined) return reject('PROPOSAL_EXISTS', id);
      const place = operationKey(content);
      const open = openProposalAt(context, place);
      if (open !== null) return reject('PROPOSAL_OPEN', open);
      const trial = tryProposal(context, actions, content, signer);
      if ('code' in trial) return trial;
      const reads = trial.touched.map(readValue);
      if (preStateDigest(chain, reads) !== pre_state) return reject('PRE_STATE_MISMATCH');
      const vote = { member_id: member.member_id, public_key: signer, decision: 'approve', reason: null } as const;
      const settled = settleProposal(
        context,
        actions,
        {
          proposal_id: id,
          era: chain.era,
          ...content,
          reads,
          proposed_at: timestamp,
          transaction_id: transactionId,
          status: 'open',
          votes: hasSay(state, actions, content, member.level)
            ? [{ ...vote, voted_at: timestamp, transaction_id: transactionId, carried_by: null }]
            : [],
          closed_at: null,
          closed_by: null,
        } satisfies ProposalRecord,
        signer,
      );
      if ('code' in settled) return settled;
      state.put('proposals', id, settled as unknown as Json);
      if (settled.status === 'open') state.put('proposals', place, { proposal_id: id });
      return null;
    },
  });
  return {
    ...action,
    checkPayload(payload) {
      const refusal = action.checkPayload(payload);
      if (refusal !== null) return refusal;
      const { action: name, payload: proposed } = payload as unknown as { action: string; payload: typeof payload };
      // A proposal's content is read at every place that shows it: it must fit its action before it is stored.
      const found = proposableAction(actions, name);
      if (found === null) return reject('PAYLOAD_INVALID', `${name.slice(0, 64)} cannot be proposed`);
      const inner = found.checkPayload(proposed);
      return inner === null ? null : { ...inner, message: `payload: ${inner.message}` };
    },
  };
}
