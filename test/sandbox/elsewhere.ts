import type { Hash } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/canonical.ts';
import { TRANSACTION_WINDOW_MS } from '../../src/base/limits.ts';
import { proposing } from '../../src/ledger/actions/propose.ts';
import type { Approval } from '../../src/ledger/documents/approval.ts';
import { approvalDigest } from '../../src/ledger/governance/proposal.ts';
import { possessionDigest, type KeySubject } from '../../src/ledger/governance/possession.ts';
import { signDigest } from '../../src/ledger/crypto/signature.ts';
import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import type { Receipt } from '../../src/ledger/transactions/receipt.ts';
import type { QuantumNode } from '../../src/node/quantum-node.ts';
import { keyOf, PEOPLE, secretOf, signedBy, VALIDATOR_ID, type Person } from './people.ts';

const PROPOSALS_MAX = 100;
const WINDOW = 'transaction_window_ms';

/** The other people of the seeded chain, each at a machine of their own: what reaches the node is what they signed there. */
export class Elsewhere {
  readonly #node: QuantumNode;

  constructor(node: QuantumNode) {
    this.#node = node;
  }

  get chain(): ChainIdentity {
    return this.#node.chain;
  }

  async act(person: Person, action: string, payload: JsonObject): Promise<Receipt> {
    const result = await this.#node.submit(signedBy(person, { chain: this.chain, action, payload }));
    if (result.outcome !== 'committed') throw new Error(`${action} was refused: ${JSON.stringify(result.rejection)}`);
    return result.receipt;
  }

  /** Gives the proposal's id. */
  async propose(person: Person, action: string, payload: JsonObject): Promise<Hash> {
    const draft = await this.#node.query.draft({ action, payload, proposer: person });
    if (draft.outcome !== 'draft') throw new Error(`${action} was refused: ${JSON.stringify(draft.rejection)}`);
    const proposal = proposing({ action, payload }, draft, { now: Date.now() });
    const { id } = await this.act(person, proposal.action, proposal.payload);
    const { proposals } = await this.#node.query.proposals({ state: 'open', offset: 0, limit: PROPOSALS_MAX });
    for (const { proposal_id } of proposals) {
      if ((await this.#node.query.proposal({ proposal_id })).transaction_id === id) return proposal_id;
    }
    throw new Error(`${action} is not open: it was executed at once`);
  }

  async approve(person: Person, proposalId: Hash): Promise<void> {
    await this.act(person, 'approve', { proposal_id: proposalId });
  }

  async reject(person: Person, proposalId: Hash, reason: string): Promise<void> {
    await this.act(person, 'reject', { proposal_id: proposalId, reason });
  }

  /** Proposes it, and approves it until it is done. */
  async enact(action: string, payload: JsonObject): Promise<void> {
    const id = await this.propose('operations-2', action, payload);
    for (const person of ['security-lead', 'operations-1'] as const) {
      await this.approve(person, id);
      if ((await this.#node.query.proposal({ proposal_id: id })).status === 'executed') return;
    }
    throw new Error(`${action} was not executed`);
  }

  /** The only open proposal. */
  async openProposal(): Promise<Hash> {
    const { proposals } = await this.#node.query.proposals({ state: 'open', offset: 0, limit: PROPOSALS_MAX });
    const [only, ...others] = proposals;
    if (only === undefined || others.length > 0) throw new Error(`${proposals.length} proposals are open`);
    return only.proposal_id;
  }

  /** An approval that was signed where there is no network. */
  approval(person: Person, proposalId: Hash, reason?: string): Approval {
    return {
      format: 'quantum-lock/approval/v2',
      ...this.chain,
      proposal_id: proposalId,
      public_key: keyOf(person),
      ...(reason === undefined ? {} : { reason }),
      signature: signDigest(approvalDigest(this.chain, proposalId, reason), secretOf(person)),
    };
  }

  /** A payload that names a key that is held elsewhere. */
  withKey(keyName: string, subject: KeySubject): { readonly public_key: string; readonly proof: string } {
    return provenKey(this.chain, keyName, subject);
  }

  /** Ends what is open, unfreezes the chain, and sets parameters and policies back, and lets go the validators that were added. */
  async settle(): Promise<void> {
    const { proposals } = await this.#node.query.proposals({ state: 'open', offset: 0, limit: PROPOSALS_MAX });
    for (const { proposal_id, proposer } of proposals) {
      const person = PEOPLE.find(({ member_id }) => member_id === proposer.member_id);
      if (person === undefined) throw new Error(`nobody can withdraw what ${proposer.member_id} proposed`);
      await this.act(person.member_id, 'withdraw', { proposal_id });
    }
    const { validators } = await this.#node.query.validators();
    for (const { validator_id, status } of validators) {
      if (status === 'active' && validator_id !== VALIDATOR_ID) await this.enact('remove_validator', { validator_id });
    }
    if ((await this.#node.query.governed()).frozen !== null) await this.enact('unfreeze', {});
    const { policies } = await this.#node.query.policies();
    for (const { action, env_id, is_default } of policies) {
      if (!is_default) await this.enact('set_policy', { action, env_id, policy: { mode: 'default' } });
    }
    const { value } = await this.#node.query.state({ namespace: 'parameters', key: WINDOW });
    if (value !== TRANSACTION_WINDOW_MS)
      await this.enact('set_parameter', { name: WINDOW, value: TRANSACTION_WINDOW_MS });
  }
}

export function provenKey(
  chain: ChainIdentity,
  keyName: string,
  subject: KeySubject,
): { readonly public_key: ReturnType<typeof keyOf>; readonly proof: ReturnType<typeof signDigest> } {
  const publicKey = keyOf(keyName);
  return {
    public_key: publicKey,
    proof: signDigest(possessionDigest(chain, { publicKey, subject }), secretOf(keyName)),
  };
}
