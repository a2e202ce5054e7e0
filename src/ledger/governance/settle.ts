import { isFrozen } from './freeze-state.ts';
import type { Action, ActionContext, GovernedState, Operation } from '../actions/action.ts';
import type { SetPolicyPayload } from '../actions/set-policy.ts';
import { StateOverlay } from '../state-overlay.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { ProposalRecord } from '../state-types.ts';
import { checkInvariants } from './invariants.ts';
import { policyIn } from './policy-rules.ts';
import { RecordingState, readValue, type TouchedValue } from './recording-state.ts';
import { holdsRole, isLost, isMet, requirementOf, tally, type Requirement, type Tally } from './requirement.ts';
import { withoutNewcomers } from './without-newcomers.ts';
import type { Level } from '../permissions.ts';

/** The actions that there are, for those that carry others. */
export interface ActionTable {
  find(name: string): Action | undefined;
  all(): Iterable<Action>;
}

/** What a proposed operation would do to a state: everything it read or changes, and the state after it. */
export interface Trial {
  readonly touched: readonly TouchedValue[];
  readonly after: StateOverlay;
}

/** The action of a proposal; what else there is cannot be proposed. */
export function proposableAction(actions: ActionTable, name: string): Action | null {
  const action = actions.find(name);
  return action === undefined || action.kind === 'control' || name === 'batch' ? null : action;
}

function operationOf(action: Action, payload: ProposalRecord['payload']): Operation {
  return action.operations(payload)[0] ?? { action: action.name, envId: null, payload };
}

/** A change of a governance action's policy is also that action's own affair: its approvers have a say in it. */
function changedPolicyOf(actions: ActionTable, { action, payload }: Operation): Operation | null {
  if (action !== 'set_policy') return null;
  const { action: target, env_id: envId } = payload as unknown as SetPolicyPayload;
  return actions.find(target)?.kind === 'governance' ? { action: target, envId, payload: {} } : null;
}

/**
 * What a proposed operation asks for in a state. Changing the policy of a governance action asks for that policy's
 * approvals too, so that no threshold is worth less than it says; met before and after the change, as TUF's root role has
 * it (The Update Framework 1.0.33, §5.3.4).
 */
export function proposalRequirements(
  state: Pick<GovernedState, 'get' | 'list'>,
  actions: ActionTable,
  action: Action,
  payload: ProposalRecord['payload'],
): Requirement[] {
  const operation = operationOf(action, payload);
  const changed = changedPolicyOf(actions, operation);
  const all = [operation, ...(changed === null ? [] : [changed])].map((one) =>
    requirementOf(
      state,
      policyIn(state, one, (name) => actions.find(name)),
    ),
  );
  return all.filter(
    ({ role, needed }, index) => index === all.findIndex((other) => other.role === role && other.needed === needed),
  );
}

/** Executes a proposed operation on a copy of the state, in the proposer's name. */
export function tryProposal(
  context: ActionContext<GovernedState>,
  actions: ActionTable,
  { action: name, payload, proposer }: Pick<ProposalRecord, 'action' | 'payload' | 'proposer'>,
  signer: Parameters<Action['apply']>[2],
): Trial | Rejection {
  const action = proposableAction(actions, name);
  if (action === null) return reject('NOT_PROPOSABLE', name);
  if (action.kind === 'environment' && isFrozen(context.state)) return reject('CHAIN_FROZEN');
  const after = new StateOverlay(context.state);
  const recording = new RecordingState(after);
  const refusal =
    action.apply({ ...context, state: recording, actor: { memberId: proposer } }, payload, signer) ??
    (action.kind === 'governance' ? checkInvariants(after, actions) : null);
  return refusal ?? { touched: recording.touched(), after };
}

/** The first value that is no longer what it was when the proposal was made; null where all are. */
export function movedValue(
  state: Pick<GovernedState, 'get'>,
  proposal: Pick<ProposalRecord, 'reads'>,
): TouchedValue | null {
  for (const { namespace, key, value_hash } of proposal.reads) {
    const now: TouchedValue = { namespace, key, before: state.get(namespace, key) ?? null };
    if (readValue(now).value_hash !== value_hash) return now;
  }
  return null;
}

/** Whether a member of this level has a say: in the operation as it stands, or in the policy that it would set. */
export function hasSay(
  state: Pick<GovernedState, 'get' | 'list'>,
  actions: ActionTable,
  { action: name, payload }: Pick<ProposalRecord, 'action' | 'payload'>,
  level: Level,
): boolean {
  const action = proposableAction(actions, name);
  if (action === null) return false;
  const roles = proposalRequirements(state, actions, action, payload).map(({ role }) => role);
  if (name === 'set_policy') {
    const { action: target, policy } = payload as unknown as SetPolicyPayload;
    if (policy.mode !== 'default' && actions.find(target)?.kind === 'governance')
      roles.push(requirementOf(state, policy).role);
  }
  return roles.some((role) => holdsRole(level, role));
}

/** How a proposal stands in a state: each thing that it asks for, and the votes that count for it. */
export function proposalTallies(
  state: Pick<GovernedState, 'get' | 'list'>,
  actions: ActionTable,
  { action: name, payload, votes }: Pick<ProposalRecord, 'action' | 'payload' | 'votes'>,
): Tally[] {
  const action = proposableAction(actions, name);
  return action === null
    ? []
    : proposalRequirements(state, actions, action, payload).map((one) => tally(state, one, votes));
}

function close(
  { timestamp, transactionId }: ActionContext,
  proposal: ProposalRecord,
  status: ProposalRecord['status'],
): ProposalRecord {
  return { ...proposal, status, closed_at: timestamp, closed_by: transactionId };
}

/** Ends a proposal as rejected where the approvals can no longer come together. That is all that a rejection can do. */
export function endIfLost(
  context: ActionContext<GovernedState>,
  actions: ActionTable,
  proposal: ProposalRecord,
): ProposalRecord {
  return proposalTallies(context.state, actions, proposal).some(isLost)
    ? close(context, proposal, 'rejected')
    : proposal;
}

/**
 * How a proposal stands after its newest approval. Where they are complete, before and after the change, it is executed
 * here; where the state has moved on, it ends stale; where they can no longer come together, rejected.
 */
export function settleProposal(
  context: ActionContext<GovernedState>,
  actions: ActionTable,
  proposal: ProposalRecord,
  signer: Parameters<Action['apply']>[2],
): ProposalRecord | Rejection {
  const { state } = context;
  const before = proposalTallies(state, actions, proposal);
  if (before.some(isLost)) return close(context, proposal, 'rejected');
  if (!before.every(isMet)) return proposal;
  if (movedValue(state, proposal) !== null) return close(context, proposal, 'stale');
  const trial = tryProposal(context, actions, proposal, signer);
  if ('code' in trial) return trial;
  const after = proposalTallies(withoutNewcomers(state, trial.after), actions, proposal);
  if (!after.every(isMet)) return proposal;
  for (const [namespace, writes] of trial.after.writes())
    for (const [key, value] of writes) state.put(namespace, key, value);
  return close(context, proposal, 'executed');
}
