import { encodeHash, type Hash, type Signature } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/canonical.ts';
import { ACTION_TABLE } from '../../src/ledger/actions/registry.ts';
import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import { possessionDigest, type KeySubject } from '../../src/ledger/governance/possession.ts';
import { approvalDigest, preStateDigest, proposalId, type ProposalContent } from '../../src/ledger/governance/proposal.ts';
import { readValue } from '../../src/ledger/state/recording-state.ts';
import { tryProposal, type Trial } from '../../src/ledger/governance/settle.ts';
import type { LedgerState } from '../../src/ledger/state/ledger-state.ts';
import type { Rejection } from '../../src/ledger/rejections.ts';
import { signDigest, verifyWithNoble } from '../../src/ledger/crypto/signature.ts';
import { StateOverlay } from '../../src/ledger/state/overlay.ts';
import type { ReadValue } from '../../src/ledger/state/records.ts';
import type { Signer } from './chain-builder.ts';

/** What people make before there is a transaction: proposals, deeds of keys, approvals that are signed elsewhere. */

export interface ProposalDraft {
  readonly chain: ChainIdentity;
  readonly time: number;
  /** Member id. */
  readonly proposer: string;
  readonly action: string;
  readonly payload: JsonObject;
  readonly expiresAt: number;
}

const NOBODY = { transactionId: encodeHash(new Uint8Array(32)), publicKey: `0x02${'00'.repeat(32)}` } as const;

/** What an operation would do in a state. */
export function trialOf(state: LedgerState, draft: Omit<ProposalDraft, 'expiresAt'>): Trial | Rejection {
  const { chain, time: timestamp, proposer, action, payload } = draft;
  const context = {
    chain,
    state: new StateOverlay(state),
    timestamp,
    signedAt: timestamp,
    transactionId: NOBODY.transactionId,
    actor: { memberId: proposer, approvers: [] },
    verify: verifyWithNoble,
  };
  return tryProposal(
    context,
    ACTION_TABLE,
    { action, payload, proposer },
    NOBODY.publicKey as Parameters<typeof tryProposal>[3],
  );
}

export interface DraftedProposal {
  readonly id: Hash;
  readonly content: ProposalContent;
  /** Of the transaction that proposes it. */
  readonly payload: JsonObject;
  readonly reads: readonly ReadValue[];
}

/** A proposal as it is made in a state. Where the operation would be refused, it is bound to nothing. */
export function draftProposal(state: LedgerState, draft: ProposalDraft, preState?: Hash): DraftedProposal {
  const trial = trialOf(state, draft);
  const reads = 'code' in trial ? [] : trial.touched.map(readValue);
  const { chain, proposer, action, payload, expiresAt: expires_at } = draft;
  const proposed = { action, payload, expires_at, pre_state: preState ?? preStateDigest(chain, reads) };
  const content = { ...proposed, proposer };
  return { id: proposalId(chain, content), content, payload: proposed, reads };
}

/** The signature that brings a key onto a chain. */
export function signPossession(chain: ChainIdentity, signer: Signer, subject: KeySubject): Signature {
  return signDigest(possessionDigest(chain, { publicKey: signer.publicKey, subject }), signer.secret);
}

/** An approval as it is carried in. */
export function signApproval(chain: ChainIdentity, signer: Signer, id: string, reason?: string): JsonObject {
  const signature = signDigest(approvalDigest(chain, id as Hash, reason), signer.secret);
  return { public_key: signer.publicKey, ...(reason === undefined ? {} : { reason }), signature };
}
