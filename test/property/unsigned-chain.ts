import type { Signature } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/canonical.ts';
import { BlockExecution } from '../../src/ledger/blocks/execute.ts';
import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import { identityIn } from '../../src/ledger/governance/era.ts';
import { readTransactionWindow } from '../../src/ledger/governance/transaction-window.ts';
import { EMPTY_ROOTS, LedgerState } from '../../src/ledger/state/ledger-state.ts';
import type { PastBlock, StateWrites } from '../../src/ledger/state/access.ts';
import { MemoryStateStore } from '../../src/ledger/state/memory-store.ts';
import { RecentTransactions } from '../../src/ledger/transactions/recent-transactions.ts';
import type { Rejection } from '../../src/ledger/rejections.ts';
import {
  checkTransaction,
  encodeTransaction,
  isRejection,
  type CheckedTransaction,
  type Transaction,
} from '../../src/ledger/transactions/transaction.ts';
import type { Zone } from '../../src/ledger/governance/action.ts';
import { hashOf, type Signer, UNFOUNDED, unsignedOf } from '../vectors/chain-builder.ts';

/** Well-formed, and never looked at: signatures of transactions have tests of their own. */
const SIGNATURE = `0x${'11'.repeat(64)}` as Signature;

export interface Sent {
  readonly transaction: Transaction;
  /** Null where its content was refused before there was anything to execute. */
  readonly checked: CheckedTransaction | null;
  readonly refusal: Rejection | null;
}

/** A chain without seals and without signatures of its transactions: ten times as fast, for what is only about the rules. */
export class UnsignedChain {
  /** The blocks so far. They have no headers: each has a hash that was made up for it. */
  readonly past: PastBlock[] = [];
  readonly state = new LedgerState(new MemoryStateStore(), EMPTY_ROOTS, { at: (height) => this.past[height] });
  readonly #recent = new RecentTransactions();
  #nonce = 0;
  #index = 0;
  #execution: BlockExecution | null = null;
  #time = 0;

  get index(): number {
    return this.#index;
  }

  /** What signatures for the block that is being made are for. */
  get identity(): ChainIdentity {
    return identityIn(this.state, UNFOUNDED);
  }

  /** Transactions of the block that is being made. */
  get position(): number {
    return this.#execution?.accepted.length ?? 0;
  }

  /** What the block that is being made has written so far. */
  get writes(): StateWrites {
    return this.#execution?.writes ?? new Map();
  }

  /** The next block, at this time. */
  begin(time: number): void {
    this.#time = time;
    this.#execution = new BlockExecution(this.state, {
      chain: UNFOUNDED,
      index: this.#index,
      timestamp: time,
      seen: this.#recent,
    });
  }

  send(
    signer: Signer,
    {
      action,
      payload,
      zones,
      era = this.identity.era,
    }: {
      readonly action: string;
      readonly payload: JsonObject;
      readonly zones?: readonly [Zone, Zone];
      readonly era?: number;
    },
  ): Sent {
    if (this.#execution === null) throw new Error('there is no block');
    this.#nonce += 1;
    const draft = { chain: { ...UNFOUNDED, era }, action, payload, signer, timestamp: this.#time, nonce: this.#nonce };
    const unsigned = unsignedOf(zones === undefined ? draft : { ...draft, zones });
    const transaction = { ...unsigned, signature: SIGNATURE };
    const checked = checkTransaction(encodeTransaction(transaction), UNFOUNDED, () => true);
    if (isRejection(checked)) return { transaction, checked: null, refusal: checked };
    return { transaction, checked, refusal: this.#execution.add(checked) };
  }

  /** Takes over the block, where it holds anything. */
  commit(): void {
    const execution = this.#execution;
    this.#execution = null;
    if (execution === null || execution.accepted.length === 0) return;
    for (const { checked } of execution.accepted) this.#recent.add(checked.id, checked.transaction.timestamp, 0);
    const roots = execution.roots();
    execution.adopt(roots);
    this.past.push({ hash: hashOf(`block ${this.#index}`), environments: roots.environments });
    this.#recent.expire(this.#time, 2 * readTransactionWindow(this.state).reachMs);
    this.#index += 1;
  }
}
