import { verifyWithNoble } from '../crypto/signature.ts';
import type { Json } from '../../base/canonical.ts';
import { defined } from '../../base/assert.ts';
import type { ActionContext } from '../governance/action.ts';
import type { GovernedState, ReadableState, ToldState } from '../state/access.ts';
import { ACTION_TABLE } from '../actions/registry.ts';
import { identityOf } from '../chain-identity.ts';
import { RecordingState, type TouchedValue } from '../state/recording-state.ts';
import { describeEffect, type Effect } from '../effects/describe-effect.ts';
import { NO_KEY, UNDECIDED, proposableAction } from '../governance/settle.ts';
import type { Rejection } from '../rejections.ts';
import { StateOverlay } from '../state/overlay.ts';
import { invalid } from './offline-document.ts';
import { toldRollback, type ProposalFile } from './proposal-file.ts';
import { unsignedWarnings, toldState } from './told-rollback.ts';

/** What a proposal would do, found with nothing but its file. */
export interface OfflineEffect {
  /** The state that the file holds, or tells of: other values are not there. */
  readonly before: ToldState;
  readonly touched: readonly TouchedValue[];
  /** What the action wrote, on top of `before`. */
  readonly after: StateOverlay;
  /** What of it rests on what the file tells, and its id does not cover; and what the file has no room for. */
  readonly unsigned: readonly string[];
}

/**
 * Executes the proposed action on a state that is made of the file's values and nothing else, by the code that the
 * validator runs. What depends on the whole of the state is left to the chain: whether the change would leave too few
 * members, and whether the chain is frozen.
 * @throws DOCUMENT_INVALID where the file does not hold exactly what the action needs
 */
export function executeProposalFile(
  file: ProposalFile,
  { timestamp }: { readonly timestamp: number },
): OfflineEffect | Rejection {
  const rollback = toldRollback(file);
  if (rollback !== null) return executeRollbackFile(file, rollback, timestamp);
  const values = new Map(file.reads.map(({ namespace, key, value }) => [`${namespace}/${key}`, value]));
  const action = defined(proposableAction(ACTION_TABLE, file.action), 'the action of a decoded file');
  const written = new StateOverlay(heldValues(values));
  const recording = new RecordingState(written);
  const refusal = action.apply(contextOf(file, recording, timestamp), file.payload, NO_KEY);
  if (refusal !== null) return refusal;
  const touched = recording.touched();
  if (touched.length !== file.reads.length)
    throw invalid('the proposal file', 'holds values that the action does not touch');
  const before: Pick<GovernedState, 'get'> = {
    get: (namespace, key) => values.get(`${namespace}/${key}`) ?? undefined,
  };
  const after = new StateOverlay({ ...before, list: refuseList, ...NO_PAST_HERE });
  after.absorb(written);
  return { before, touched, after, unsigned: [] };
}

/** What is to be looked at before the approval is signed. */
export function describeProposalFile(
  file: ProposalFile,
  { before, after, unsigned }: OfflineEffect,
  { timestamp }: { readonly timestamp: number },
): Effect {
  const { action, payload, proposal_id: transactionId } = file;
  const { chain, actor } = contextOf(file, after, timestamp);
  const tried = { chain, action, payload, before, writes: after.writes(), timestamp, transactionId, actor };
  const effect = describeEffect(tried);
  return { ...effect, warnings: [...effect.warnings, ...unsigned] };
}

/** A rollback on what its file tells of the environments, as far as it does. */
function executeRollbackFile(
  file: ProposalFile,
  { told, target }: NonNullable<ReturnType<typeof toldRollback>>,
  timestamp: number,
): OfflineEffect | Rejection {
  const before = toldState(told, target);
  const after = new StateOverlay({ ...before, list: refuseList });
  const action = defined(proposableAction(ACTION_TABLE, file.action), 'the action of a decoded file');
  // Whatever of the scope the file does not tell of is left out; where it tells of nothing, nothing is executed.
  const refusal =
    told.environments.length === 0
      ? null
      : action.apply(contextOf(file, after, timestamp), { ...file.payload, scope: null }, NO_KEY);
  return refusal ?? { before, touched: [], after, unsigned: unsignedWarnings(told, target) };
}

function contextOf(file: ProposalFile, state: GovernedState, timestamp: number): ActionContext<GovernedState> {
  return {
    chain: identityOf(file),
    state,
    timestamp,
    signedAt: timestamp,
    // The transaction that executes it is not there yet; its id stands in the changed values as this.
    transactionId: file.proposal_id,
    actor: { memberId: file.proposer, approvers: [UNDECIDED] },
    verify: verifyWithNoble,
  };
}

/** The file's values; asking for any other is refused. */
function heldValues(values: ReadonlyMap<string, Json>): ReadableState {
  return {
    get(namespace, key) {
      const value = values.get(`${namespace}/${key}`);
      if (value === undefined)
        throw invalid('the proposal file', `does not hold ${namespace}/${key}, which the action needs`);
      return value ?? undefined;
    },
    list: refuseList,
    ...NO_PAST_HERE,
  };
}

/** A file holds no block. */
const NO_PAST_HERE: Pick<ReadableState, 'past' | 'environmentsThen'> = {
  past: () => undefined,
  environmentsThen: () => new Map(),
};

function refuseList(namespace: string): never {
  throw invalid('the proposal file', `does not hold the whole of ${namespace}`);
}
