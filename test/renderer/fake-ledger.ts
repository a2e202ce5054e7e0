import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import { verifyWithNoble } from '../../src/ledger/crypto/signature.ts';
import type { Hash, PublicKey } from '../../src/base/bytes.ts';
import type { Json, JsonObject } from '../../src/base/canonical.ts';
import type { StateChange } from '../../src/api/chain/submission.ts';
import type { ActionContext } from '../../src/ledger/governance/action.ts';
import type { GovernedState, ListedNamespace } from '../../src/ledger/state/access.ts';
import type { GenesisPayload } from '../../src/ledger/actions/genesis.ts';
import { findAction } from '../../src/ledger/actions/registry.ts';
import { authorise } from '../../src/ledger/transactions/authorise.ts';
import { findSigner } from '../../src/ledger/governance/signer.ts';
import { isFrozen } from '../../src/ledger/governance/freeze-state.ts';
import { reject, type Rejection } from '../../src/ledger/rejections.ts';
import { applyWrites, StateOverlay } from '../../src/ledger/state/overlay.ts';
import type { Namespace } from '../../src/ledger/state/records.ts';
import type { FakeEnvironment } from './fake-environments.ts';

/** What one transaction says, and who signs it. */
export interface FakeTransaction {
  readonly action: string;
  readonly payload: JsonObject;
  readonly signer: PublicKey;
  readonly transactionId: Hash;
}

interface Applied {
  readonly memberId: string;
  readonly changes: readonly StateChange[];
}

/**
 * The ledger's own rules over invented environments, so that what a test shows as refused, approved or executed is what
 * the ledger would say. No blocks, no signatures: those are invented.
 */
export class FakeLedger implements GovernedState {
  readonly chain: ChainIdentity;
  /** The block time of whatever is executed next. */
  now: number;
  readonly #environments: Map<string, FakeEnvironment>;
  readonly #values = new Map<Namespace, Map<string, Json>>();

  constructor(options: {
    readonly chain: ChainIdentity;
    readonly foundedAt: number;
    readonly environments: Map<string, FakeEnvironment>;
    readonly genesis: GenesisPayload;
    readonly founder: PublicKey;
    readonly transactionId: Hash;
  }) {
    this.chain = options.chain;
    this.now = options.foundedAt;
    this.#environments = options.environments;
    const [founder] = options.genesis.members;
    const refusal = findAction('genesis')?.apply(
      this.#context(this, founder?.member_id ?? '', options.transactionId),
      options.genesis,
      options.founder,
    );
    if (refusal !== null) throw new Error(`the chain cannot be founded: ${refusal?.message ?? 'no genesis'}`);
  }

  get(namespace: Namespace, key: string): Json | undefined {
    if (namespace === 'environments') return this.#environments.get(key);
    return this.#values.get(namespace)?.get(key);
  }

  put(namespace: Namespace, key: string, value: Json): void {
    if (namespace === 'environments') {
      this.#environments.set(key, value as unknown as FakeEnvironment);
      return;
    }
    const values = this.#values.get(namespace) ?? new Map<string, Json>();
    this.#values.set(namespace, values.set(key, value));
  }

  remove(namespace: Namespace, key: string): void {
    if (namespace === 'environments') this.#environments.delete(key);
    else this.#values.get(namespace)?.delete(key);
  }

  /** There are no blocks to go back to. */
  past(): undefined {
    return undefined;
  }

  environmentsThen(): ReadonlyMap<string, Json | undefined> {
    return new Map();
  }

  list(namespace: ListedNamespace | 'proposals'): ReadonlyMap<string, Json> {
    return new Map(this.#values.get(namespace));
  }

  /** What the transaction would do, on a copy. */
  simulate(transaction: FakeTransaction): Applied | Rejection {
    const overlay = new StateOverlay(this);
    const memberId = this.#apply(overlay, transaction);
    return typeof memberId === 'string' ? { memberId, changes: this.changesOf(overlay) } : memberId;
  }

  /** Executes it; a refusal leaves no trace. */
  execute(transaction: FakeTransaction): Applied | Rejection {
    const overlay = new StateOverlay(this);
    const memberId = this.#apply(overlay, transaction);
    if (typeof memberId !== 'string') return memberId;
    const changes = this.changesOf(overlay);
    applyWrites(this, overlay.writes());
    return { memberId, changes };
  }

  /** Every value that is another one above than it is here. */
  changesOf(above: StateOverlay): StateChange[] {
    return [...above.writes()].flatMap(([namespace, writes]) =>
      [...writes].map(([key, after]) => {
        const before = this.get(namespace, key);
        return {
          namespace,
          key,
          path: '',
          ...(after === undefined ? {} : { after }),
          ...(before === undefined ? {} : { before }),
        };
      }),
    );
  }

  context(memberId: string, transactionId: Hash): ActionContext<GovernedState> {
    return this.#context(new StateOverlay(this), memberId, transactionId);
  }

  #apply(state: GovernedState, { action: name, payload, signer, transactionId }: FakeTransaction): string | Rejection {
    const action = findAction(name);
    if (action === undefined) return reject('ACTION_UNKNOWN', name);
    const member = findSigner(state, signer);
    if ('code' in member) return member;
    const refusal =
      action.checkPayload(payload) ??
      authorise(state, { member, publicKey: signer }, action.operations(payload)) ??
      (action.isHeldByFreeze(payload) && isFrozen(state) ? reject('CHAIN_FROZEN') : null) ??
      action.apply(this.#context(state, member.member_id, transactionId), payload, signer);
    return refusal ?? member.member_id;
  }

  #context(state: GovernedState, memberId: string, transactionId: Hash): ActionContext<GovernedState> {
    return {
      chain: this.chain,
      state,
      timestamp: this.now,
      signedAt: this.now,
      transactionId,
      actor: { memberId, approvers: [] },
      verify: verifyWithNoble,
    };
  }
}
