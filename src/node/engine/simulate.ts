import { isoTime } from '../../base/iso-time.ts';
import { identityIn } from '../../ledger/governance/era.ts';
import { encodeHash, isHash, type Hash } from '../../base/bytes.ts';
import { ACTION_TABLE, findAction } from '../../ledger/actions/registry.ts';
import { findSigner } from '../../ledger/signer.ts';
import { BlockExecution, type BlockContext } from '../../ledger/execute.ts';
import { leafHash } from '../../ledger/log.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { isMet } from '../../ledger/governance/requirement.ts';
import { proposalTallies } from '../../ledger/governance/settle.ts';
import type { MemberRecord, ProposalRecord } from '../../ledger/state-types.ts';
import { transactionDigest } from '../../ledger/transaction.ts';
import type { Transaction } from '../../ledger/transaction-types.ts';
import { StateOverlay } from '../../ledger/state-overlay.ts';
import { verifyWithNoble } from '../../ledger/signature.ts';
import type { JsonObject } from '../../base/canonical.ts';
import { decodeCanonical } from '../../base/canonical.ts';
import type { Effect } from './describe-effect.ts';
import { describeBatch } from './describe-batch.ts';
import { textOf } from './payload-text.ts';
import { effectSentence } from './effect-sentence.ts';
import { effectWarnings } from './effect-warnings.ts';
import type { SimulationResult } from './engine.ts';
import { tryOpenProposal, tryOperation } from './proposal-effect.ts';
import { roleWords } from './policy-words.ts';
import { changesOfWrites, type StateChange } from './state-changes.ts';

/** What the proposal does that a transaction makes or votes on. */
export interface ProposalNote {
  readonly proposal_id: Hash;
  readonly sentence: string;
  readonly changes: readonly StateChange[];
  /** Whether this very transaction makes it happen. */
  readonly happens_now: boolean;
}

export interface SimulateOptions {
  readonly state: LedgerState;
  readonly context: BlockContext;
}

/** Executes an unsigned transaction's bytes on a copy of a state; changes nothing. */
export function simulate(unsigned: Uint8Array, { state, context }: SimulateOptions): SimulationResult {
  const transaction = decodeCanonical(unsigned) as unknown as Transaction;
  const payloadRefusal = findAction(transaction.action)?.checkPayload(transaction.payload) ?? null;
  if (payloadRefusal !== null) return { outcome: 'rejected', rejection: payloadRefusal };
  const execution = new BlockExecution(state, context);
  const id = transactionDigest(transaction, context.chain, unsigned);
  const refusal = execution.add({ transaction, id, leaf: leafHash(unsigned), bytes: unsigned });
  if (refusal !== null) return { outcome: 'rejected', rejection: refusal };
  const { action, payload, signer } = transaction;
  const member = findSigner(state, signer);
  const actor = 'code' in member ? null : member;
  const voted = proposalOf(execution);
  if (voted !== null) return describeVote({ state, context }, transaction, voted, actor);
  const moment = { timestamp: context.timestamp, transactionId: encodeHash(id) };
  if (action === 'batch') {
    const by = {
      signedAt: transaction.timestamp,
      actor: { memberId: actor?.member_id ?? '', approvers: [] },
      verify: verifyWithNoble,
    };
    return {
      outcome: 'applied',
      ...describeBatch(
        { chain: identityIn(state, context.chain), state: new StateOverlay(state), ...moment, ...by },
        payload,
        signer,
      ),
      proposal: null,
    };
  }
  return {
    outcome: 'applied',
    sentence: effectSentence(state, action, payload),
    changes: changesOfWrites(state, execution.writes, moment),
    warnings: effectWarnings(state, action, payload, { memberId: actor?.member_id ?? '' }),
    proposal: null,
  };
}

/** The proposal that the transaction made or voted on, as it would leave it. */
function proposalOf(execution: BlockExecution): ProposalRecord | null {
  // Beside it stands where the newest proposal of an operation is found.
  const [, record] = [...(execution.writes.get('proposals') ?? [])].find(([key]) => isHash(key)) ?? [];
  return (record as ProposalRecord | undefined) ?? null;
}

/**
 * What a vote would do: what the proposal does, and whether this vote makes it happen. Where the proposal could not
 * happen any more, there is nothing to approve.
 */
function describeVote(
  { state, context: { chain, timestamp } }: SimulateOptions,
  { action, payload }: Pick<Transaction, 'action' | 'payload'>,
  after: ProposalRecord,
  actor: MemberRecord | null,
): SimulationResult {
  const effect =
    action === 'propose'
      ? tryOperation(state, { chain, timestamp, ...after })
      : tryOpenProposal(state, after, { chain, timestamp });
  const isApproval = action !== 'reject' && action !== 'withdraw';
  if ('code' in effect && isApproval && after.status !== 'stale') return { outcome: 'rejected', rejection: effect };
  const title = findAction(after.action)?.title(after.payload) ?? after.action;
  const told: Effect =
    'code' in effect
      ? { sentence: `${title}: this can no longer happen, because the state has moved on.`, changes: [], warnings: [] }
      : effect;
  const happensNow = after.status === 'executed';
  return {
    outcome: 'applied',
    sentence: voteSentence(state, action, title, after) + saidWords(state, action, payload, after),
    changes: happensNow ? told.changes : [],
    warnings: isApproval && after.status !== 'stale' ? [...told.warnings, ...ownWarnings(action, after, actor)] : [],
    proposal: {
      proposal_id: after.proposal_id,
      sentence: told.sentence,
      changes: told.changes,
      happens_now: happensNow,
    },
  };
}

/** What a vote says beyond yes or no: why, whose approvals it brings, until when. */
function saidWords(state: LedgerState, action: string, payload: JsonObject, { expires_at }: ProposalRecord): string {
  switch (action) {
    case 'propose':
      return ` It can be approved until ${isoTime(expires_at)}.`;
    case 'reject':
      return ` Your reason: “${textOf(payload['reason'])}”.`;
    case 'carry_approvals': {
      const carried = payload['approvals'] as unknown as readonly { readonly public_key: string }[];
      const names = carried.map(({ public_key: key }) => {
        const member = findSigner(state, key);
        return `${'code' in member ? 'nobody' : member.name} (key ${key})`;
      });
      return ` It brings in what was signed by ${names.join(', ')}.`;
    }
    default:
      return '';
  }
}

function ownWarnings(action: string, { proposer }: ProposalRecord, actor: MemberRecord | null): string[] {
  return action === 'approve' && proposer === actor?.member_id ? ['You proposed this yourself.'] : [];
}

function voteSentence(state: LedgerState, action: string, title: string, after: ProposalRecord): string {
  if (after.status === 'stale')
    return `“${title}” can no longer happen: what it was made for has changed since. This ends it as stale, and changes nothing else.`;
  const missing = missingWords(state, after);
  switch (action) {
    case 'propose':
      return after.status === 'executed'
        ? `“${title}” is proposed and, since your approval is enough, happens at once.`
        : `“${title}” is proposed; ${missing}.`;
    case 'reject':
      return after.status === 'rejected'
        ? `Your rejection of “${title}” is recorded, and ends it: the approvals can no longer come together.`
        : `Your rejection of “${title}” is recorded; it stays open, and ${missing}.`;
    case 'withdraw':
      return `“${title}” is withdrawn: it can no longer be approved.`;
    default: {
      const whose = action === 'carry_approvals' ? 'The imported approval' : 'Your approval';
      return after.status === 'executed'
        ? `${whose} is the last approval of “${title}”: it happens at once.`
        : `${whose} of “${title}” is recorded; ${missing}.`;
    }
  }
}

function missingWords(state: LedgerState, proposal: ProposalRecord): string {
  const lacking = proposalTallies(state, ACTION_TABLE, proposal).filter((one) => !isMet(one));
  if (lacking.length === 0) return 'what it changes about who decides asks for further approvals';
  return lacking
    .map(({ role, needed, approvals }) => `${needed - approvals} more of the ${roleWords(role, 2)} must approve`)
    .join(', and ');
}
