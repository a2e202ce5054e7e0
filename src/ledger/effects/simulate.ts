import { identityIn } from '../governance/era.ts';
import { encodeHash, isHash, type Hash } from '../../base/bytes.ts';
import type { VotedOn, Voting } from '../governance/action.ts';
import { ACTION_TABLE, findAction } from '../actions/registry.ts';
import { findSigner } from '../governance/signer.ts';
import { BlockExecution, type BlockContext } from '../blocks/execute.ts';
import { leafHash } from '../log/log.ts';
import type { LedgerState } from '../state/ledger-state.ts';
import { isMet } from '../governance/requirement.ts';
import { proposalTallies } from '../governance/settle.ts';
import type { MemberRecord, ProposalRecord } from '../state/records.ts';
import { transactionDigest, type Transaction } from '../transactions/transaction.ts';
import type { Rejection } from '../rejections.ts';
import { decodeCanonical, type JsonObject } from '../../base/canonical.ts';
import { describeEffect, type Effect } from './describe-effect.ts';
import { tryOpenProposal, tryOperation } from './proposal-effect.ts';
import { roleWords } from '../governance/policy-words.ts';
import type { StateChange } from './state-changes.ts';

/** What the proposal does that a transaction makes or votes on. */
export interface ProposalNote {
  readonly proposal_id: Hash;
  readonly sentence: string;
  readonly changes: readonly StateChange[];
  /** Whether this very transaction makes it happen. */
  readonly happens_now: boolean;
}

/** What executing a transaction on a copy of the state gave. */
export type SimulationResult =
  | {
      readonly outcome: 'applied';
      readonly sentence: string;
      readonly changes: readonly StateChange[];
      readonly warnings: readonly string[];
      /** The proposal that it makes or votes on. */
      readonly proposal: ProposalNote | null;
    }
  | { readonly outcome: 'rejected'; readonly rejection: Rejection };

export interface SimulateOptions {
  readonly state: LedgerState;
  readonly context: BlockContext;
}

/** Executes an unsigned transaction's bytes on a copy of a state; changes nothing. */
export function simulate(unsigned: Uint8Array, { state, context }: SimulateOptions): SimulationResult {
  const transaction = decodeCanonical(unsigned) as unknown as Transaction;
  const definition = findAction(transaction.action);
  const payloadRefusal = definition?.checkPayload(transaction.payload) ?? null;
  if (payloadRefusal !== null) return { outcome: 'rejected', rejection: payloadRefusal };
  const execution = new BlockExecution(state, context);
  const id = transactionDigest(transaction, context.chain, unsigned);
  const refusal = execution.add({ transaction, id, leaf: leafHash(unsigned), bytes: unsigned });
  if (refusal !== null) return { outcome: 'rejected', rejection: refusal };
  const { action, payload, signer } = transaction;
  const member = findSigner(state, signer);
  const actor = 'code' in member ? null : member;
  const voting = definition?.voting ?? null;
  const voted = voting === null ? null : proposalOf(execution);
  if (voting !== null && voted !== null) return describeVote({ state, context }, { payload, voting }, voted, actor);
  const moment = { timestamp: context.timestamp, transactionId: encodeHash(id) };
  return {
    outcome: 'applied',
    ...describeEffect({
      ...moment,
      chain: identityIn(state, context.chain),
      before: state,
      action,
      payload,
      writes: execution.writes,
      actor: { memberId: actor?.member_id ?? '', approvers: [] },
    }),
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
  { payload, voting }: { readonly payload: JsonObject; readonly voting: Voting<JsonObject> },
  after: ProposalRecord,
  actor: MemberRecord | null,
): SimulationResult {
  const effect = voting.opens
    ? tryOperation(state, { chain, timestamp, ...after })
    : tryOpenProposal(state, after, { chain, timestamp });
  const isStale = after.status === 'stale';
  if ('code' in effect && voting.approves && !isStale) return { outcome: 'rejected', rejection: effect };
  const title = findAction(after.action)?.title(after.payload) ?? after.action;
  const told: Effect =
    'code' in effect
      ? {
          sentence: `${title}: this can no longer be executed, because the state has changed.`,
          changes: [],
          warnings: [],
        }
      : effect;
  const happensNow = after.status === 'executed';
  const about: VotedOn = { state, proposal: after, title, missing: missingWords(state, after) };
  const sentence = isStale
    ? `“${title}” can no longer be executed: what it was made for has changed since. This ends it as stale, and changes nothing else.`
    : voting.describe(about);
  const own = voting.warnings?.(about, { memberId: actor?.member_id ?? '' }) ?? [];
  return {
    outcome: 'applied',
    sentence: [sentence, voting.said?.(payload, about) ?? ''].join(' ').trimEnd(),
    changes: happensNow ? told.changes : [],
    warnings: voting.approves && !isStale ? [...told.warnings, ...own] : [],
    proposal: {
      proposal_id: after.proposal_id,
      sentence: told.sentence,
      changes: told.changes,
      happens_now: happensNow,
    },
  };
}

function missingWords(state: LedgerState, proposal: ProposalRecord): string {
  const lacking = proposalTallies(state, ACTION_TABLE, proposal).filter((one) => !isMet(one));
  if (lacking.length === 0) return 'what it changes about who decides asks for further approvals';
  return lacking
    .map(({ role, needed, approvals }) => `${needed - approvals} more of the ${roleWords(role, 2)} must approve`)
    .join(', and ');
}
