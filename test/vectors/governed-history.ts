import { encodeHash, type Hash } from '../../src/base/bytes.ts';
import { encodeCanonicalText, type JsonObject } from '../../src/base/canonical.ts';
import { CHECKPOINT_SUBJECT, encodePossession, possessionDigest, type KeySubject } from '../../src/ledger/governance/possession.ts';
import { encodeApproved, approvalDigest, encodeProposal } from '../../src/ledger/governance/proposal.ts';
import { hashOf, signerNamed, type ChainBuilder, type Draft, type Signer } from './chain-builder.ts';
import { checkpointSignerNamed, namingPayload, type CheckpointSigner } from './checkpoint-signer.ts';
import { draftProposal, signApproval, signPossession, type DraftedProposal } from './governance-drafts.ts';

/**
 * The governed part of the vector chain: an administrator brings in a second one, and from then on two decide. With every
 * way that a proposal can end, approvals that are carried in, a freeze, and a validator whose key is replaced.
 */
export const second = signerNamed('quantum-lock vector key 4: Cleo, second administrator');
export const secondRotated = signerNamed('quantum-lock vector key 5: Cleo, later');
export const validatorRotated = signerNamed('quantum-lock vector key 6: validator, later');
/** That sign the vector chain's checkpoints, one after the other. */
export const checkpointKeys = [
  checkpointSignerNamed('quantum-lock vector key 8: checkpoints'),
  checkpointSignerNamed('quantum-lock vector key 9: checkpoints, later'),
] as const;
const guest = signerNamed('quantum-lock vector key 7: Dot, read only');

/** That the vector chain's clock is set back to. */
export const RESET_TIME = 1_749_000_000_000;

type Step = Omit<Draft, 'chain' | 'timestamp'>;

export interface Cast {
  readonly chain: ChainBuilder;
  readonly ada: Signer;
  readonly bo: Signer;
}

/** Every block is drafted on the chain before it, at its own time. */
export class GovernedHistory {
  readonly proposals: DraftedProposal[] = [];
  readonly possessions: JsonObject[] = [];
  readonly approvals: JsonObject[] = [];
  readonly #cast: Cast;
  /** That each proposal is of. */
  readonly #eras: number[] = [];
  #nonce = 100;
  #beforeRecall = 0;

  constructor(cast: Cast) {
    this.#cast = cast;
  }

  #act(signer: Signer, action: string, payload: JsonObject): Step {
    this.#nonce += 1;
    return { signer, action, payload, nonce: this.#nonce };
  }

  #newKey(signer: Signer, subject: KeySubject): JsonObject {
    const { chain } = this.#cast.chain;
    const proof = signPossession(chain, signer, subject);
    this.possessions.push({
      subject,
      public_key: signer.publicKey,
      canonical: encodePossession(chain, { publicKey: signer.publicKey, subject }),
      digest: encodeHash(possessionDigest(chain, { publicKey: signer.publicKey, subject })),
      signature: proof,
    });
    return { public_key: signer.publicKey, proof };
  }

  #checkpointKey(signer: CheckpointSigner): JsonObject {
    const { chain } = this.#cast.chain;
    const key = { publicKey: signer.publicKey, subject: CHECKPOINT_SUBJECT } as const;
    const named = namingPayload(chain, signer);
    this.possessions.push({
      subject: key.subject,
      public_key: key.publicKey,
      canonical: encodePossession(chain, key),
      digest: encodeHash(possessionDigest(chain, key)),
      signature: named.proof,
    });
    return { ...named };
  }

  #propose(by: readonly [Signer, string], time: number, action: string, payload: JsonObject): Step {
    const { chain } = this.#cast;
    const [signer, proposer] = by;
    const expiresAt = time + 86_400_000;
    const drafted = draftProposal(chain.state, { chain: chain.chain, time, proposer, action, payload, expiresAt });
    this.proposals.push(drafted);
    this.#eras.push(chain.chain.era);
    return this.#act(signer, 'propose', drafted.payload);
  }

  #idOf(action: string): Hash {
    const found = this.proposals.findLast(({ content }) => content.action === action);
    if (found === undefined) throw new Error(`${action} was not proposed`);
    return found.id;
  }

  #vote(signer: Signer, action: string, proposed: string, extra: JsonObject = {}): Step {
    return this.#act(signer, action, { proposal_id: this.#idOf(proposed), ...extra });
  }

  #carry(carrier: Signer, approvers: readonly Signer[], proposed: string, reason?: string): Step {
    const { chain } = this.#cast.chain;
    const id = this.#idOf(proposed);
    const approvals = approvers.map((approver) => signApproval(chain, approver, id, reason));
    for (const approval of approvals)
      this.approvals.push({
        proposal_id: id,
        canonical: encodeApproved(chain, id, reason),
        digest: encodeHash(approvalDigest(chain, id, reason)),
        ...approval,
      });
    return this.#act(carrier, 'carry_approvals', { proposal_id: id, approvals });
  }

  #backTo(height: number, scope: readonly string[] | null): JsonObject {
    const block = this.#cast.chain.blocks[height];
    if (block === undefined) throw new Error(`there is no block ${height}`);
    return {
      target_height: height,
      target_hash: block.hash,
      environments_root: encodeHash(block.roots.environments.hash),
      scope,
      reason: 'what was made Green since is wrong',
    };
  }

  /** One function a block; what each says is committed before the next is asked. */
  blocks(): readonly ((time: number) => readonly Step[])[] {
    const { ada, bo, chain } = this.#cast;
    const byAda = [ada, 'ada'] as const;
    const byCleo = [second, 'cleo'] as const;
    const maze = { env_id: 'maze', metadata: { approved: 'by two' }, blue_version: 2, green_version: 2 };
    return [
      // Alone, an administrator decides at once; a second one has to be brought in somehow.
      (time) => [
        this.#propose(byAda, time, 'add_member', {
          member_id: 'cleo',
          name: 'Cleo',
          level: 'administrator',
          keys: [this.#newKey(second, 'member/cleo')],
        }),
      ],
      (time) => [
        this.#propose(byAda, time, 'rotate_validator', {
          validator_id: 'node-1',
          ...this.#newKey(validatorRotated, 'validator/node-1'),
        }),
        this.#propose(byCleo, time, 'add_member', {
          member_id: 'dot',
          name: 'Dot',
          level: 'read_only',
          keys: [this.#newKey(guest, 'member/dot')],
        }),
      ],
      // The block that rotates is sealed with the old key, the next one with the new.
      () => [this.#vote(second, 'approve', 'rotate_validator')],
      () => [this.#carry(bo, [ada], 'add_member')],
      (time) => [
        this.#propose(byCleo, time, 'set_policy', {
          action: 'promote_environment',
          env_id: 'maze',
          policy: { mode: 'multisig', role: 'administrator', threshold: { count: 2 } },
        }),
        this.#propose(byAda, time, 'remove_member', { member_id: 'dot' }),
        this.#propose(byAda, time, 'update_member', {
          member_id: 'dot',
          name: 'Dot',
          level: 'blue_state',
          status: 'active',
        }),
      ],
      (time) => [
        this.#vote(ada, 'approve', 'set_policy'),
        this.#vote(second, 'reject', 'remove_member', { reason: 'Dot stays' }),
        this.#vote(ada, 'withdraw', 'update_member'),
        this.#propose([bo, 'bo'], time, 'promote_environment', { ...maze, state_hash: hashOf('maze, second content') }),
      ],
      () => [this.#act(second, 'freeze', { reason: 'a key may be known to others' })],
      (time) => [
        this.#act(second, 'rotate_key', {
          member_id: 'cleo',
          old_key: second.publicKey,
          new_key: secondRotated.publicKey,
          proof: this.#newKey(secondRotated, 'member/cleo')['proof'] ?? null,
        }),
        this.#propose(byAda, time, 'unfreeze', {}),
        this.#propose(byAda, time, 'set_parameter', { name: 'transaction_window_ms', value: 900_000 }),
      ],
      (time) => [
        this.#carry(ada, [secondRotated], 'unfreeze', 'nobody else had it'),
        this.#vote(secondRotated, 'approve', 'set_parameter'),
        this.#propose([ada, 'ada'], time, 'set_parameter', { name: 'proposal_lifetime_ms', value: 604_800_000 }),
      ],
      () => [
        this.#vote(ada, 'approve', 'promote_environment'),
        this.#vote(secondRotated, 'approve', 'promote_environment'),
        this.#act(bo, 'update_environment', {
          env_id: 'both',
          base_version: 1,
          state_hash: hashOf('both, later'),
          metadata: {},
        }),
      ],
      (time) => [
        this.#propose([secondRotated, 'cleo'], time, 'archive_environment', { env_id: 'both' }),
        this.#propose([bo, 'bo'], time, 'checkpoint_state', {
          env_id: 'maze',
          checkpoint_hash: hashOf('maze, second content'),
          green_version: 2,
          version: '1.1.0',
        }),
        this.#propose([bo, 'bo'], time, 'archive_environment', { env_id: 'pole', reason: 'by proposal' }),
      ],
      // What it was made for is no longer so: it ends stale with the approval that would have completed it.
      () => [
        this.#act(bo, 'update_environment', {
          env_id: 'pole',
          base_version: 1,
          state_hash: hashOf('pole, later'),
          metadata: {},
        }),
        this.#vote(ada, 'approve', 'archive_environment'),
      ],
      // A key for checkpoints, and another in its place.
      (time) => [this.#propose(byAda, time, 'set_checkpoint_key', this.#checkpointKey(checkpointKeys[0]))],
      () => [this.#vote(secondRotated, 'approve', 'set_checkpoint_key')],
      (time) => [this.#propose(byAda, time, 'set_checkpoint_key', this.#checkpointKey(checkpointKeys[1]))],
      () => [this.#vote(secondRotated, 'approve', 'set_checkpoint_key')],
      // The chain's time goes back eleven days, and a new era begins.
      (time) => [
        this.#propose(byAda, time, 'reset_clock', { time: RESET_TIME, reason: 'the clock of the validator was ahead' }),
      ],
      () => [this.#vote(secondRotated, 'approve', 'reset_clock')],
      () => [this.#act(ada, 'freeze', { reason: 'until everybody has looked' })],
      (time) => [this.#propose(byAda, time, 'unfreeze', {})],
      // While it is frozen, one administrator takes back what is Green, and two go back to block 3.
      () => {
        this.#beforeRecall = chain.blocks.length - 1;
        return [
          this.#act(ada, 'recall_environment', {
            env_id: 'maze',
            green_version: 2,
            state_hash: hashOf('maze, second content'),
            reason: 'it leaks its test set',
            superseded_by: { env_id: 'maze', version: 1 },
            emergency: true,
          }),
        ];
      },
      (time) => [this.#propose(byAda, time, 'rollback', this.#backTo(3, null))],
      () => [this.#vote(secondRotated, 'approve', 'rollback')],
      () => [this.#vote(secondRotated, 'approve', 'unfreeze')],
      // An environment that went comes again, and another gets its next version: no number is given twice.
      () => [
        this.#act(bo, 'create_environment', { env_id: 'pole', state_hash: hashOf('pole, anew'), metadata: {} }),
        this.#act(bo, 'update_environment', {
          env_id: 'maze',
          base_version: 2,
          state_hash: hashOf('maze, third content'),
          metadata: {},
          note: 'its test set is its own again',
        }),
      ],
      // Forward again, for two environments: what was recalled stays so.
      (time) => [this.#propose(byAda, time, 'rollback', this.#backTo(this.#beforeRecall, ['both', 'maze']))],
      () => [this.#vote(secondRotated, 'approve', 'rollback')],
      // One decision over several operations: a new environment, who must agree to its promotions, and the first of them.
      (time) => [
        this.#propose(byAda, time, 'batch', {
          operations: [
            { action: 'create_environment', payload: { env_id: 'rope', state_hash: hashOf('rope'), metadata: {} } },
            {
              action: 'set_policy',
              payload: {
                action: 'promote_environment',
                env_id: 'rope',
                policy: { mode: 'multisig', role: 'administrator', threshold: { count: 2 } },
              },
            },
            {
              action: 'promote_environment',
              payload: {
                env_id: 'rope',
                state_hash: hashOf('rope'),
                metadata: {},
                blue_version: 1,
                green_version: null,
              },
            },
          ],
        }),
        this.#vote(bo, 'comment', 'batch', { text: 'the rope holds: “ten of ten” runs' }),
      ],
      // What is said of it is said while it is open, and when it has ended.
      () => [
        this.#vote(secondRotated, 'approve', 'batch', { reason: 'both have tried it' }),
        this.#vote(bo, 'comment', 'batch', { text: 'it is Green now' }),
        this.#vote(ada, 'comment', 'batch', { text: 'seen' }),
      ],
    ];
  }

  /** Every digest that is not a transaction's or a block's, with the text that it is over. */
  document(): JsonObject {
    return {
      possessions: this.possessions,
      proposals: this.proposals.map(({ id, content, reads }, index) => ({
        id,
        era: this.#eras[index] ?? 0,
        canonical: encodeProposal(this.#cast.chain.chain, content),
        pre_state: { canonical: encodeCanonicalText(reads), digest: content.pre_state },
      })),
      approvals: this.approvals,
    };
  }
}
