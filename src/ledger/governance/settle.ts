import type { PublicKey } from '../../base/bytes.ts';
import { isFrozen } from './freeze-state.ts';
import type { Action, ActionContext, ActionTable, Actor, PolicySubject } from './action.ts';
import type { CountedState, GovernedState, StateAccess } from '../state/access.ts';
import { applyWrites, StateOverlay } from '../state/overlay.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { ProposalRecord } from '../state/records.ts';
import { checkInvariants } from './invariants.ts';
import { policyIn, policyWith } from './policy-rules.ts';
import { RecordingState, readValue, type TouchedValue } from '../state/recording-state.ts';
import {
  countedVoter,
  holdsRole,
  isLost,
  isMet,
  requirementOf,
  tally,
  type Requirement,
  type Tally,
} from './requirement.ts';
import { withoutNewcomers } from './without-newcomers.ts';
import type { Level } from '../permissions.ts';

/** What a proposed operation would do to a state. */
export interface Trial {
  /** Everything that it read or changes, by which it rests on this state; nothing where it rests on a past block. */
  readonly touched: readonly TouchedValue[];
  readonly after: StateOverlay;
}

/** The action of a proposal; what else there is cannot be proposed. */
export function proposableAction(actions: ActionTable, name: string): Action | null {
  const action = actions.find(name);
  return action === undefined || action.kind === 'control' ? null : action;
}

/** Stands in a trial for the approvers, who are not known before it is executed. No member has this id. */
export const UNDECIDED = '(approvers)';

/** Stands in a trial for the key that signs. What is proposed, or part of a batch, does not ask for it. */
export const NO_KEY = `0x02${'0'.repeat(64)}` as PublicKey;

/**
 * What a proposed operation asks for in a state: the policies of all its effects, each once. What another one implies is
 * left out. For `set_policy` that is the policy in force as well, so that no threshold is worth less than it says; all is
 * met before and after the change, as TUF's root role has it (The Update Framework 1.0.33, §5.3.4).
 */
export function requirementsOf(
  state: CountedState,
  actions: ActionTable,
  effects: readonly PolicySubject[],
): Requirement[] {
  const each = effects.map((subject) =>
    requirementOf(
      state,
      policyIn(state, subject, (name) => actions.find(name)),
    ),
  );
  // What many environments ask for alike is compared once.
  const all = [...new Map(each.map((one) => [`${one.role} ${one.needed}`, one])).values()];
  const implies = (one: Requirement, other: Requirement): boolean =>
    holdsRole(one.role, other.role) && one.needed >= other.needed;
  return all.filter((one) => !all.some((other) => other !== one && implies(other, one)));
}

/** What a proposal does in a state; nothing where its action cannot be proposed. */
export function effectsOf(
  state: CountedState,
  actions: ActionTable,
  { action: name, payload }: Pick<ProposalRecord, 'action' | 'payload'>,
): readonly PolicySubject[] {
  return proposableAction(actions, name)?.effects(payload, state) ?? [];
}

/** Executes a proposed operation on a copy of the state, in the proposer's name. */
export function tryProposal(
  context: ActionContext<GovernedState>,
  actions: ActionTable,
  {
    action: name,
    payload,
    proposer,
    approvers = [UNDECIDED],
  }: Pick<ProposalRecord, 'action' | 'payload' | 'proposer'> & Partial<Pick<Actor, 'approvers'>>,
  signer: Parameters<Action['apply']>[2],
): Trial | Rejection {
  const action = proposableAction(actions, name);
  if (action === null) return reject('NOT_PROPOSABLE', name);
  if (action.isHeldByFreeze(payload) && isFrozen(context.state)) return reject('CHAIN_FROZEN');
  const after = new StateOverlay(context.state);
  const recording = action.restsOn === 'past' ? null : new RecordingState(after);
  const refusal =
    action.apply(
      { ...context, state: recording ?? after, actor: { memberId: proposer, approvers } },
      payload,
      signer,
    ) ?? (action.governs(payload) ? checkInvariants(after, actions) : null);
  return refusal ?? { touched: recording?.touched() ?? [], after };
}

/** The first value that is no longer what it was when the proposal was made; null where all are. */
export function movedValue(
  state: Pick<StateAccess, 'get'>,
  proposal: Pick<ProposalRecord, 'reads'>,
): TouchedValue | null {
  for (const { namespace, key, value_hash } of proposal.reads) {
    const now: TouchedValue = { namespace, key, before: state.get(namespace, key) ?? null };
    if (readValue(now).value_hash !== value_hash) return now;
  }
  return null;
}

/** Whether a member of this level may vote: in the operation as it is, or by the policy that it would set. */
export function hasSay(
  state: CountedState,
  actions: ActionTable,
  proposal: Pick<ProposalRecord, 'action' | 'payload'>,
  level: Level,
): boolean {
  const roles = requirementsOf(state, actions, effectsOf(state, actions, proposal)).map(({ role }) => role);
  for (const { subject, policy } of proposableAction(actions, proposal.action)?.wantedPolicies(proposal.payload) ??
    []) {
    const next = policyWith(state, subject, policy, (name) => actions.find(name));
    roles.push(requirementOf(state, next).role);
  }
  return roles.some((role) => holdsRole(level, role));
}

/**
 * The progress of a proposal in a state: each thing that it asks for, and the votes that count for it. Its effects are those on
 * the state before it, also where the state after it is asked.
 */
export function proposalTallies(
  state: CountedState,
  actions: ActionTable,
  proposal: Pick<ProposalRecord, 'action' | 'payload' | 'votes'>,
  effects = effectsOf(state, actions, proposal),
): Tally[] {
  return requirementsOf(state, actions, effects).map((one) => tally(state, one, proposal.votes));
}

/** The members whose approvals count for anything that the proposal asks for, the newest last. */
function approversOf(
  state: Pick<GovernedState, 'get'>,
  requirements: readonly Requirement[],
  { votes }: Pick<ProposalRecord, 'votes'>,
): string[] {
  return votes.flatMap((vote) => {
    const voter = vote.decision === 'approve' ? countedVoter(state, vote) : null;
    return voter !== null && requirements.some(({ role }) => holdsRole(voter.level, role)) ? [voter.member_id] : [];
  });
}

export function closeProposal(
  { timestamp, transactionId }: ActionContext,
  proposal: ProposalRecord,
  status: ProposalRecord['status'],
): ProposalRecord {
  return { ...proposal, status, closed_at: timestamp, closed_by: transactionId };
}

/**
 * The state of a proposal after a rejection: it ends where the approvals can no longer come together, or where the
 * state has moved on. That is all that a rejection can do.
 */
export function endIfLost(
  context: ActionContext<GovernedState>,
  actions: ActionTable,
  proposal: ProposalRecord,
): ProposalRecord {
  if (movedValue(context.state, proposal) !== null) return closeProposal(context, proposal, 'stale');
  return proposalTallies(context.state, actions, proposal).some(isLost)
    ? closeProposal(context, proposal, 'rejected')
    : proposal;
}

/**
 * The state of a proposal after its newest approval. Where the state has moved on, it ends stale, whatever is still
 * missing: it can never happen. Where the approvals can no longer come together, it ends rejected; where they are
 * complete, before and after the change, it is executed here.
 */
export function settleProposal(
  context: ActionContext<GovernedState>,
  actions: ActionTable,
  proposal: ProposalRecord,
  signer: Parameters<Action['apply']>[2],
): ProposalRecord | Rejection {
  const { state } = context;
  if (movedValue(state, proposal) !== null) return closeProposal(context, proposal, 'stale');
  const effects = effectsOf(state, actions, proposal);
  const before = proposalTallies(state, actions, proposal, effects);
  if (before.some(isLost)) return closeProposal(context, proposal, 'rejected');
  if (!before.every(isMet)) return proposal;
  const approvers = approversOf(state, before, proposal);
  const trial = tryProposal(context, actions, { ...proposal, approvers }, signer);
  if ('code' in trial) return trial;
  const after = proposalTallies(withoutNewcomers(state, trial.after), actions, proposal, effects);
  if (!after.every(isMet)) return proposal;
  applyWrites(state, trial.after.writes());
  return closeProposal(context, proposal, 'executed');
}
