import type { ChainIdentity } from '../../../src/ledger/chain-identity.ts';
import { encodeHex, type Hash, type Signature } from '../../../src/base/bytes.ts';
import type { Json, JsonObject } from '../../../src/base/canonical.ts';
import { bindPayload } from '../../../src/ledger/actions/bind-payload.ts';
import { CHECKPOINT_SUBJECT, possessionDigest, type KeySubject } from '../../../src/ledger/governance/possession.ts';
import { proposalStatus } from '../../../src/ledger/governance/proposal.ts';
import type { Trial } from '../../../src/ledger/governance/settle.ts';
import type { Rejection } from '../../../src/ledger/rejections.ts';
import type {
  FreezeRecord,
  MemberRecord,
  Policy,
  ProposalRecord,
  ValidatorRecord,
} from '../../../src/ledger/state/records.ts';
import type { Transaction } from '../../../src/ledger/transactions/transaction.ts';
import { currentChain, signerNamed, type Signer } from '../../vectors/chain-builder.ts';
import { checkpointSignerNamed, type CheckpointSigner } from '../../vectors/checkpoint-signer.ts';
import {
  draftProposal,
  signApproval,
  signPossession,
  trialOf,
  type DraftedProposal,
} from '../../vectors/governance-drafts.ts';
import { ada, bob, call, CHAIN_ID, genesisPayload, GENESIS_TIME, node1, rob, vic, WINDOW_MS, World } from './world.ts';

/** Two more administrators and one more validator than the other tests have, so that there is something to count. */
export const ben = signerNamed('ben, administrator');
export const cyd = signerNamed('cyd, administrator');
export const val = signerNamed('val, validator');
/** Whoever joins later, and keys that come later. */
export const dee = signerNamed('dee, who joins');
export const spare = signerNamed('a spare key');
export const other = signerNamed('another spare key');
export const node2 = signerNamed('node2, a second validator');

export const heads = checkpointSignerNamed('a key for checkpoints');
export const laterHeads = checkpointSignerNamed('another key for checkpoints');

const LEVELS_OF = {
  ada: 'administrator',
  ben: 'administrator',
  cyd: 'administrator',
  vic: 'validator',
  val: 'validator',
  bob: 'blue_state',
  rob: 'read_only',
} as const;
export type MemberId = keyof typeof LEVELS_OF;
export const SIGNERS: Readonly<Record<MemberId, Signer>> = { ada, ben, cyd, vic, val, bob, rob };

export const DAY_MS = 86_400_000;
export const count = (needed: number, role: MemberRecord['level'] = 'administrator'): Policy => ({
  mode: 'multisig',
  role,
  threshold: { count: needed },
});
export const fraction = (
  numerator: number,
  denominator: number,
  role: MemberRecord['level'] = 'administrator',
): Policy => ({
  mode: 'multisig',
  role,
  threshold: { numerator, denominator },
});
export const direct = (permission: string): JsonObject => ({ mode: 'direct', permission });

/** Proofs that were made for no chain in particular, so that they can be made again for the one that they are sent to. */
const unboundProofs = new Map<string, (chain: ChainIdentity) => Signature>();

export function possession(signer: Signer, subject: KeySubject, chain?: ChainIdentity): Signature {
  const proof = signPossession(chain ?? currentChain(), signer, subject);
  if (chain === undefined) unboundProofs.set(proof, (own) => signPossession(own, signer, subject));
  return proof;
}
export const signedApproval = (signer: Signer, id: string, chain = currentChain(), reason?: string): JsonObject =>
  signApproval(chain, signer, id, reason);
export const newKey = (signer: Signer, subject: KeySubject): JsonObject => ({
  public_key: signer.publicKey,
  proof: possession(signer, subject),
});

/** The payloads of the actions on members and validators. */
export const addMember = (id: string, level: string, keys: readonly Signer[]): JsonObject => ({
  member_id: id,
  name: id.toUpperCase(),
  level,
  keys: keys.map((signer) => newKey(signer, `member/${id}`)),
});
export const updateMember = (id: string, level: string, status = 'active'): JsonObject => ({
  member_id: id,
  name: id.toUpperCase(),
  level,
  status,
});
export const rotateKey = (id: string, oldKey: Signer, next: Signer): JsonObject => ({
  member_id: id,
  old_key: oldKey.publicKey,
  new_key: next.publicKey,
  proof: possession(next, `member/${id}`),
});
export const withValidator = (id: string, signer: Signer): JsonObject => ({
  validator_id: id,
  ...newKey(signer, `validator/${id}`),
});
/** Names a checkpoint key; `by`: who proves that it is held. */
export const setCheckpointKey = (
  signer: CheckpointSigner,
  { by = signer, chain }: { readonly by?: CheckpointSigner; readonly chain?: ChainIdentity } = {},
): JsonObject => {
  const prove = (own: ChainIdentity): Signature => {
    const digest = possessionDigest(own, { publicKey: signer.publicKey, subject: CHECKPOINT_SUBJECT });
    return encodeHex(by.sign(digest)) as Signature;
  };
  const proof = prove(chain ?? currentChain());
  if (chain === undefined) unboundProofs.set(proof, prove);
  return { public_key: signer.publicKey, proof };
};
export const setPolicy = (action: string, policy: Policy | JsonObject, envId: string | null = null): JsonObject => ({
  action,
  env_id: envId,
  policy,
});

export interface ProposeOptions {
  readonly by?: Signer;
  readonly lifetimeMs?: number;
  readonly expiresAt?: number;
  readonly preState?: string;
}

/** A chain that several govern: ada, ben and cyd administer it, vic and val are validators. */
export class GovernedWorld extends World {
  /** Of the next block. Every transaction is made and committed then. */
  time = GENESIS_TIME;

  static governed(
    options: {
      readonly members?: readonly MemberId[];
      readonly policies?: Readonly<Record<string, Policy>>;
      readonly parameters?: JsonObject;
    } = {},
  ): GovernedWorld {
    const world = new GovernedWorld({ chainId: CHAIN_ID, validator: { id: 'node1', signer: node1 } });
    const members = (options.members ?? (Object.keys(LEVELS_OF) as MemberId[])).map((id) => ({
      member_id: id,
      name: id.toUpperCase(),
      level: LEVELS_OF[id],
      keys: [SIGNERS[id].publicKey],
    }));
    world.append(GENESIS_TIME, [
      call(
        'genesis',
        genesisPayload({
          members,
          policies: (options.policies ?? {}) as unknown as Json,
          parameters: options.parameters ?? { transaction_window_ms: WINDOW_MS, sandbox: false },
        }),
        { nonce: 0 },
      ),
    ]);
    return world;
  }

  later(ms: number): this {
    this.time += ms;
    return this;
  }

  /** The payload with the versions that it rests on, as they are now, where it names none. */
  bound(action: string, payload: JsonObject): JsonObject {
    return bindPayload(action, payload, (envId) => this.environment(envId));
  }

  call(action: string, payload: JsonObject, signer: Signer = ada): Transaction {
    return call(action, this.#own(this.bound(action, payload)), { signer, timestamp: this.time, chain: this.chain });
  }

  /** The payload with its proofs made for this chain. */
  #own(payload: JsonObject): JsonObject {
    const text = JSON.stringify(payload).replace(/0x[0-9a-f]{128}/g, (proof) => {
      const known = unboundProofs.get(proof);
      return known === undefined ? proof : known(this.chain);
    });
    return JSON.parse(text) as JsonObject;
  }

  /** What the chain says to a transaction now; it stays as it is. */
  ask(action: string, payload: JsonObject, signer: Signer = ada): Rejection | null {
    return this.try(this.call(action, payload, signer), this.time);
  }

  /** Commits a transaction in a block of its own, where it is accepted. */
  send(action: string, payload: JsonObject, signer: Signer = ada): Rejection | null {
    const transaction = this.call(action, payload, signer);
    const refusal = this.try(transaction, this.time);
    if (refusal === null) this.append(this.time, [transaction]);
    return refusal;
  }

  /** As `send`, where it must be accepted. */
  must(action: string, payload: JsonObject, signer: Signer = ada): void {
    const refusal = this.send(action, payload, signer);
    if (refusal !== null) throw new Error(`${action}: ${refusal.name}: ${refusal.message}`);
  }

  /** What an operation would do now. */
  trial(action: string, payload: JsonObject, proposer = 'ada'): Trial | Rejection {
    return trialOf(this.state, {
      chain: this.chain,
      time: this.time,
      proposer,
      action,
      payload: this.#own(this.bound(action, payload)),
    });
  }

  /** A proposal as it would be made now. */
  draft(action: string, payload: JsonObject, options: ProposeOptions = {}): DraftedProposal {
    const { by = ada, lifetimeMs = DAY_MS, expiresAt = this.time + lifetimeMs, preState } = options;
    const proposer = this.memberOf(by);
    return draftProposal(
      this.state,
      {
        chain: this.chain,
        time: this.time,
        proposer,
        action,
        payload: this.#own(this.bound(action, payload)),
        expiresAt,
      },
      preState as Hash | undefined,
    );
  }

  tryPropose(action: string, payload: JsonObject, options: ProposeOptions = {}): Rejection | null {
    return this.ask('propose', this.draft(action, payload, options).payload, options.by ?? ada);
  }

  propose(action: string, payload: JsonObject, options: ProposeOptions = {}): Hash {
    const { id, payload: proposal } = this.draft(action, payload, options);
    this.must('propose', proposal, options.by ?? ada);
    return id;
  }

  approve(id: string, signer: Signer): Rejection | null {
    return this.send('approve', { proposal_id: id }, signer);
  }

  reject(id: string, signer: Signer): Rejection | null {
    return this.send('reject', { proposal_id: id, reason: 'not now' }, signer);
  }

  withdraw(id: string, signer: Signer = ada): Rejection | null {
    return this.send('withdraw', { proposal_id: id }, signer);
  }

  comment(id: string, signer: Signer, text = 'why?'): Rejection | null {
    return this.send('comment', { proposal_id: id, text }, signer);
  }

  /** Brings in approvals that these signed elsewhere. */
  carry(id: string, approvers: readonly Signer[], carrier: Signer = rob): Rejection | null {
    const approvals = approvers.map((signer) => signedApproval(signer, id, this.chain));
    return this.send('carry_approvals', { proposal_id: id, approvals }, carrier);
  }

  /** Proposes by ada and has ben and cyd approve until it is executed. */
  decide(action: string, payload: JsonObject): Hash {
    const id = this.propose(action, payload);
    for (const signer of [ben, cyd]) if (this.status(id) === 'open') this.approve(id, signer);
    if (this.status(id) !== 'executed') throw new Error(`${action} is ${this.status(id)}`);
    return id;
  }

  proposal(id: string): ProposalRecord {
    const record = this.state.get('proposals', id);
    if (record === undefined) throw new Error(`there is no proposal ${id}`);
    return record as unknown as ProposalRecord;
  }

  /** As it stands at the time of the next block. */
  status(id: string): string {
    return proposalStatus(this.proposal(id), { time: this.time, era: this.chain.era });
  }

  member(id: string): MemberRecord | undefined {
    return this.state.get('members', `member/${id}`) as MemberRecord | undefined;
  }

  validator(id: string): ValidatorRecord | undefined {
    return this.state.get('validators', id) as ValidatorRecord | undefined;
  }

  get freeze(): FreezeRecord | undefined {
    return this.state.get('parameters', 'freeze') as FreezeRecord | undefined;
  }

  memberOf(signer: Signer): string {
    const key = this.state.get('members', `key/${signer.publicKey}`) as { readonly member_id: string } | undefined;
    return key?.member_id ?? 'nobody';
  }
}

// What tests make before they found a chain of their own is for the chain that is founded with nothing said.
GovernedWorld.governed();
