import { GENESIS_ACTION } from '../governance/action.ts';
import { encodeHash, type Hash } from '../../base/bytes.ts';
import type { GovernedState, StateWrites } from '../state/access.ts';
import type { GenesisPayload } from '../actions/genesis.ts';
import { findAction } from '../actions/registry.ts';
import { authorise } from '../transactions/authorise.ts';
import type { ChainIdentity, ChainRoot } from '../chain-identity.ts';
import { identityIn } from '../governance/era.ts';
import { isFrozen } from '../governance/freeze-state.ts';
import { readTransactionWindow, type TransactionWindow } from '../governance/transaction-window.ts';
import type { LedgerState, StateRoots } from '../state/ledger-state.ts';
import { verifyWithNoble, type VerifySignature } from '../crypto/signature.ts';
import { findSigner } from '../governance/signer.ts';
import { StateOverlay } from '../state/overlay.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { MemberRecord } from '../state/records.ts';
import type { CheckedTransaction } from '../transactions/transaction.ts';

/** Knows which transactions are in the chain, as far back as the window reaches. */
export interface SeenTransactions {
  find(id: Uint8Array, timestamp: number): number | undefined;
}

export interface BlockContext {
  readonly chain: ChainRoot;
  /** Index of the block. */
  readonly index: number;
  /** Its time, Unix milliseconds. */
  readonly timestamp: number;
  readonly seen: SeenTransactions;
  /** For signatures that payloads carry; the reference where it is left out. */
  readonly verify?: VerifySignature;
  /** What a node that seals asks of the state after each transaction, beyond the rules of the chain. */
  readonly guard?: (state: Pick<GovernedState, 'get'>) => Rejection | null;
}

export interface ExecutedTransaction {
  readonly checked: CheckedTransaction;
  readonly id: Hash;
}

/**
 * One block being made: transactions go in one by one, each applies whole or is refused with no trace. Deterministic:
 * the same state, time and transactions give the same roots on every machine.
 */
export class BlockExecution {
  readonly #state: LedgerState;
  readonly #context: BlockContext;
  readonly #overlay: StateOverlay;
  readonly #scratch: StateOverlay;
  readonly #accepted: ExecutedTransaction[] = [];
  readonly #ids = new Set<string>();
  readonly #window: TransactionWindow;
  /** For the whole block: where one of its transactions resets the clock, the next block is of the new era. */
  readonly #identity: ChainIdentity;

  constructor(state: LedgerState, context: BlockContext) {
    this.#state = state;
    this.#context = context;
    this.#overlay = new StateOverlay(state);
    this.#scratch = new StateOverlay(this.#overlay);
    this.#window = readTransactionWindow(state);
    this.#identity = identityIn(state, context.chain);
  }

  get accepted(): readonly ExecutedTransaction[] {
    return this.#accepted;
  }

  /** What would be written, and taken out. */
  get writes(): StateWrites {
    return this.#overlay.writes();
  }

  /** Executes a transaction; null when it is now part of the block. */
  add(checked: CheckedTransaction): Rejection | null {
    const id = encodeHash(checked.id);
    const refusal = this.#admit(checked, id) ?? this.#apply(checked, id) ?? this.#guard();
    if (refusal !== null) {
      this.#scratch.clear();
      return refusal;
    }
    this.#overlay.absorb(this.#scratch);
    this.#scratch.clear();
    this.#accepted.push({ checked, id });
    this.#ids.add(id);
    return null;
  }

  #admit(checked: CheckedTransaction, id: Hash): Rejection | null {
    const { transaction } = checked;
    const { windowMs, floorAt } = this.#window;
    if (transaction.era !== this.#identity.era)
      return reject('WRONG_ERA', `signed for era ${transaction.era}; the chain is in era ${this.#identity.era}`);
    const age = this.#context.timestamp - transaction.timestamp;
    if (age > windowMs) return reject('TIMESTAMP_STALE', `${age} ms old; at most ${windowMs}`);
    if (transaction.timestamp < floorAt)
      return reject('TIMESTAMP_STALE', `from before ${floorAt}, when the window was changed`);
    if (-age > windowMs) return reject('TIMESTAMP_FUTURE', `${-age} ms ahead; at most ${windowMs}`);
    if (this.#ids.has(id) || this.#context.seen.find(checked.id, transaction.timestamp) !== undefined)
      return reject('DUPLICATE', id);
    return null;
  }

  #apply(checked: CheckedTransaction, id: Hash): Rejection | null {
    const { transaction } = checked;
    const action = findAction(transaction.action);
    if (action === undefined) return reject('ACTION_UNKNOWN', transaction.action);
    const isGenesis = transaction.action === GENESIS_ACTION;
    let member: MemberRecord | Rejection;
    if (isGenesis) {
      member = findFounder(transaction.payload as unknown as GenesisPayload, transaction.signer);
      if ('code' in member) return member;
    } else {
      member = findSigner(this.#overlay, transaction.signer);
      if ('code' in member) return member;
      const refusal = authorise(
        this.#overlay,
        { member, publicKey: transaction.signer },
        action.operations(transaction.payload),
      );
      if (refusal !== null) return refusal;
      if (action.isHeldByFreeze(transaction.payload) && isFrozen(this.#overlay)) return reject('CHAIN_FROZEN');
    }
    // Genesis is the whole of block 0, and of no other.
    const isFirstBlock = this.#context.index === 0;
    if (isGenesis !== isFirstBlock || (isFirstBlock && this.#accepted.length > 0)) return reject('GENESIS_MISPLACED');
    const context = {
      chain: this.#identity,
      state: this.#scratch,
      timestamp: this.#context.timestamp,
      signedAt: transaction.timestamp,
      transactionId: id,
      actor: { memberId: member.member_id, approvers: [] },
      verify: this.#context.verify ?? verifyWithNoble,
    };
    return action.apply(context, transaction.payload, transaction.signer);
  }

  /** Only a change of validators can keep a node from sealing. */
  #guard(): Rejection | null {
    return this.#scratch.writes().has('validators') ? (this.#context.guard?.(this.#scratch) ?? null) : null;
  }

  /** The roots after the accepted transactions. Stores new pages, but leaves the head where it is. */
  roots(): StateRoots {
    return this.#state.next(this.#overlay);
  }

  /** Makes the block's state the head. Call once its block is on disk. */
  adopt(roots: StateRoots): void {
    this.#state.adopt(roots, this.#overlay);
  }
}

/** The administrator in the genesis document who signs it. */
function findFounder(payload: GenesisPayload, signer: string): MemberRecord | Rejection {
  const founder = payload.members.find((member) => member.keys.some((key) => key === signer));
  if (founder === undefined) return reject('SIGNER_UNKNOWN', signer);
  if (founder.level !== 'administrator')
    return reject('PERMISSION_MISSING', 'genesis is signed by an administrator in it');
  return {
    member_id: founder.member_id,
    name: founder.name,
    level: founder.level,
    status: 'active',
    keys: founder.keys,
    added_at: 0,
  };
}
