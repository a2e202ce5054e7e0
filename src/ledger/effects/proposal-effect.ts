import { encodeHash, encodeUtf8, type Hash } from '../../base/bytes.ts';
import { encodeCanonicalText, type JsonObject } from '../../base/canonical.ts';
import type { CountedState, ReadableState } from '../state/access.ts';
import { ACTION_TABLE } from '../actions/registry.ts';
import type { ChainIdentity, ChainRoot } from '../chain-identity.ts';
import { identityIn } from '../governance/era.ts';
import { preStateDigest } from '../governance/proposal.ts';
import { readValue } from '../state/recording-state.ts';
import type { Tally } from '../governance/requirement.ts';
import {
  effectsOf,
  movedValue,
  NO_KEY,
  proposableAction,
  proposalTallies,
  tryProposal,
  UNDECIDED,
} from '../governance/settle.ts';
import { withoutNewcomers } from '../governance/without-newcomers.ts';
import { verifyWithNoble } from '../crypto/signature.ts';
import { StateOverlay } from '../state/overlay.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { ProposalRecord, ReadValue } from '../state/records.ts';
import { sha256 } from '#sha256';
import { describeEffect, type Effect } from './describe-effect.ts';

/** What a proposal would do to a state now, found by executing it on a copy. */

/** A moment for trials: a time, and an id that no transaction has. */
function trialMoment(chain: ChainIdentity, timestamp: number) {
  return {
    chain,
    timestamp,
    signedAt: timestamp,
    transactionId: encodeHash(sha256(encodeUtf8(`a trial at ${timestamp}, for no transaction`))),
  };
}

export interface ProposalTrial extends Effect {
  readonly reads: readonly ReadValue[];
  readonly preState: Hash;
  /** What must be met before, and after, the change; nobody has voted on a draft. */
  readonly requirements: readonly Tally[];
  readonly requirementsAfter: readonly Tally[];
}

export function tryOperation(
  state: ReadableState,
  options: {
    readonly chain: ChainRoot;
    /** Unix milliseconds. */
    readonly timestamp: number;
    readonly action: string;
    readonly payload: JsonObject;
    /** Member id. */
    readonly proposer: string;
    readonly votes?: ProposalRecord['votes'];
  },
): ProposalTrial | Rejection {
  const { timestamp, action: name, payload, proposer, votes = [] } = options;
  const action = proposableAction(ACTION_TABLE, name);
  if (action === null) return reject('NOT_PROPOSABLE', name.slice(0, 64));
  const malformed = action.checkPayload(payload);
  if (malformed !== null) return malformed;
  const chain = identityIn(state, options.chain);
  const moment = trialMoment(chain, timestamp);
  const trial = tryProposal(
    {
      ...moment,
      state: new StateOverlay(state),
      actor: { memberId: proposer, approvers: [] },
      verify: verifyWithNoble,
    },
    ACTION_TABLE,
    { action: name, payload, proposer },
    NO_KEY,
  );
  if ('code' in trial) return trial;
  const reads = trial.touched.map(readValue);
  const effects = effectsOf(state, ACTION_TABLE, { action: name, payload });
  const talliesAt = (at: CountedState): Tally[] =>
    proposalTallies(at, ACTION_TABLE, { action: name, payload, votes }, effects);
  return {
    ...describeEffect({
      ...moment,
      before: state,
      action: name,
      payload,
      writes: trial.after.writes(),
      actor: { memberId: proposer, approvers: [UNDECIDED] },
    }),
    reads,
    preState: preStateDigest(chain, reads),
    requirements: talliesAt(state),
    requirementsAfter: talliesAt(withoutNewcomers(state, trial.after)),
  };
}

/** What an open proposal would do now; a rejection where it could not, PRE_STATE_MISMATCH where the state has moved on. */
export function tryOpenProposal(
  state: ReadableState,
  proposal: ProposalRecord,
  at: { readonly chain: ChainRoot; readonly timestamp: number },
): ProposalTrial | Rejection {
  const moved = movedValue(state, proposal);
  if (moved !== null) return reject('PRE_STATE_MISMATCH', `${moved.namespace}/${moved.key} has changed since`);
  return tryOperation(state, { ...at, ...proposal });
}

export function isSameRequirements(left: readonly Tally[], right: readonly Tally[]): boolean {
  return encodeCanonicalText(left) === encodeCanonicalText(right);
}
