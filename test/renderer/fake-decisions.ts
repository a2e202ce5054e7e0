import type { Hash } from '../../src/base/bytes.ts';
import { findAction } from '../../src/ledger/actions/registry.ts';
import { approvalDigest } from '../../src/ledger/governance/proposal.ts';
import type { Approval } from '../../src/ledger/documents/approval.ts';
import type { ProposalRecord } from '../../src/ledger/state/records.ts';
import { FakeGovernance } from './fake-governance.ts';
import { MEMBERS } from './fake-log.ts';
import type { FakeNode } from './fake-node.ts';
import { fakePossession, fakePublicKey, signAs, type Metadata } from './fake-values.ts';

/** What other people do on the fake chain while the page looks on. A person is the number of their place in `MEMBERS`. */

/** Executes and commits a transaction of another member; the page hears of its block. */
export function actAs(node: FakeNode, person: number, action: string, payload: Metadata): Hash {
  const transactionId = FakeGovernance.transactionId(node.log.size);
  const done = node.ledger.execute({ action, payload, signer: fakePublicKey(person), transactionId });
  if ('code' in done) throw new Error(`${action} was refused: ${done.name} ${done.message}`);
  return node.commit(action, null, findAction(action)?.summarize(payload) ?? action).id;
}

/** Another member's proposal. */
export function proposeAs(
  node: FakeNode,
  person: number,
  { action, payload, expiresInMs }: { action: string; payload: Metadata; expiresInMs?: number },
): Hash {
  const { member_id: memberId } = MEMBERS[person] ?? MEMBERS[0];
  const before = new Set(node.ledger.list('proposals').keys());
  actAs(
    node,
    person,
    'propose',
    node.proposals.payloadFor({ action, payload, expiresInMs }, memberId, fakePublicKey(person)),
  );
  const made = [...node.ledger.list('proposals').values()]
    .map((value) => value as unknown as ProposalRecord)
    .find(({ proposal_id }) => !before.has(proposal_id));
  if (made === undefined) throw new Error('nothing was proposed');
  return made.proposal_id;
}

/** The payload that adds a validator whose key has this number. */
export function validatorToAdd(node: FakeNode, validatorId: string, key: number): Metadata {
  return {
    validator_id: validatorId,
    public_key: fakePublicKey(key),
    proof: fakePossession(node.ledger.chain, key, `validator/${validatorId}`),
  };
}

/** An approval that a member signed where there is no network. */
export function approvalOf(node: FakeNode, person: number, proposalId: Hash): Approval {
  return {
    format: 'quantum-lock/approval/v2',
    ...node.ledger.chain,
    proposal_id: proposalId,
    public_key: fakePublicKey(person),
    signature: signAs(person, approvalDigest(node.ledger.chain, proposalId)),
  };
}
