import { assert } from '../../base/assert.ts';
import { encodeHash } from '../../base/bytes.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { BlockContext } from '../../ledger/blocks/execute.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import type { VerifySignature } from '../../ledger/crypto/signature.ts';
import { simulate, type SimulationResult } from '../../ledger/effects/simulate.ts';
import { leastTime, readEra } from '../../ledger/governance/era.ts';
import { readTransactionWindow } from '../../ledger/governance/transaction-window.ts';
import type { LogFrontier } from '../../ledger/log/log.ts';
import type { Rejection } from '../../ledger/rejections.ts';
import { LedgerState } from '../../ledger/state/ledger-state.ts';
import { isRecordKey } from '../../ledger/state/records.ts';
import type { Receipt } from '../../ledger/transactions/receipt.ts';
import type { RecentTransactions } from '../../ledger/transactions/recent-transactions.ts';
import type { CheckedTransaction } from '../../ledger/transactions/transaction.ts';
import type { ChainStore, DecidedBlock } from '../storage/chain-store.ts';
import type { StoredBlock } from '../storage/stored-block.ts';
import { readCheckedFrontier } from './checked-head.ts';
import type { CommittedBlock } from './committed-block.ts';
import { decideBlock, type Head, type MadeBlock } from './make-block.ts';
import { recoveryDeedsOf } from './recovery-deeds.ts';
import { checkedIds, NOTHING_KNOWN, oldestRemembered, recallRecent, type KnownIds } from './recall-recent.ts';
import { recheckDecided } from './recheck-decided.ts';
import type { StageClock } from './stage-clock.ts';
import { storedPast } from '../storage/stored-past.ts';

const EVENT_ENVIRONMENTS_MAX = 100;

/** What a maker of blocks requires of each. */
export interface Making {
  readonly verify: VerifySignature;
  /** What must hold after every transaction, besides the ledger's rules. */
  readonly guard?: NonNullable<BlockContext['guard']>;
}

/**
 * The newest final block of a chain, and everything that the next one is built on: the state, the log's edge, the transactions that
 * must not come again. The component that orders transactions (an engine, a restore, a replica) decides blocks on it, makes them final in
 * its own way, and adopts them; it knows of none of them, nor of when a block gets its proof.
 */
export class ChainHead {
  readonly chain: ChainRoot;
  readonly state: LedgerState;
  readonly #store: ChainStore;
  readonly #recent: RecentTransactions;
  readonly #knownIds: KnownIds;
  #block: Head & Pick<StoredBlock, 'roots'>;
  #frontier: LogFrontier;

  /** Reads the newest final block, and holds what it reads against it. @throws STORAGE_CORRUPT */
  constructor(store: ChainStore, knownIds: KnownIds = NOTHING_KNOWN) {
    this.#store = store;
    this.#knownIds = knownIds;
    const { reader } = store;
    const head = reader.head();
    this.chain = reader.chain();
    this.state = new LedgerState(
      reader.state,
      head.roots,
      storedPast(reader, () => this.#block.header.index),
    );
    this.#block = head;
    this.#frontier = readCheckedFrontier(reader, head);
    this.#recent = recallRecent(reader, { state: this.state, head, known: knownIds });
  }

  get block(): Head {
    return this.#block;
  }

  /** The least time of the next block, Unix milliseconds. */
  get leastTime(): number {
    return leastTime(this.state, this.#block.header);
  }

  /** No transaction of the next block can have been in a block of before, Unix milliseconds. */
  get oldestRemembered(): number {
    return oldestRemembered(this.state, this.#block.header);
  }

  /** Transactions that are remembered, so that they do not come again. */
  get recentCount(): number {
    return this.#recent.count;
  }

  /**
   * Executes the candidates and decides the block of those that succeed: it is on disk then, and waits to be final. `refusals`
   * by position of the candidates.
   */
  decide(
    candidates: readonly CheckedTransaction[],
    making: Making & { readonly validatorId: string; readonly timestamp: number; readonly stages: StageClock },
  ): { readonly block: MadeBlock | null; readonly refusals: readonly (Rejection | null)[] } {
    return decideBlock({
      ...making,
      candidates,
      store: this.#store,
      state: this.state,
      frontier: this.#frontier,
      recent: this.#recent,
      chain: this.chain,
      parent: this.#block,
    });
  }

  /** Executes a block that was found decided, and holds all of it against what that gives. @throws BLOCK_REFUSED */
  recheck(
    decided: DecidedBlock,
    { verify, validatorId }: Pick<Making, 'verify'> & { readonly validatorId: string },
  ): void {
    recheckDecided({
      store: this.#store,
      decided,
      parent: this.#block,
      frontier: this.#frontier,
      recent: this.#recent,
      chain: this.chain,
      validatorId,
      verify,
    });
  }

  /** Makes a block that was decided here, and is final, the head. Returns it as those who follow hear of it. */
  adopt(block: MadeBlock): CommittedBlock {
    const { header, hash, roots, execution, accepted, frontier } = block;
    assert(header.index === this.#store.finalHeight, 'a block is final when it becomes the head');
    execution.adopt(roots);
    const firstLogIndex = this.#frontier.size;
    const ids = accepted.map(({ checked: { id, transaction } }) => ({ id, timestamp: transaction.timestamp }));
    for (const [offset, { id, timestamp }] of ids.entries()) this.#recent.add(id, timestamp, firstLogIndex + offset);
    this.#knownIds.noteChecked([checkedIds({ header, hash, firstLogIndex }, ids)]);
    this.#frontier = frontier;
    this.#block = block;
    this.#recent.expire(header.timestamp, 2 * readTransactionWindow(this.state).reachMs);
    const environments = [...(execution.writes.get('environments')?.keys() ?? [])].filter((key) => isRecordKey(key));
    const actions = [...new Set(accepted.map(({ checked }) => checked.transaction.action))];
    return {
      index: header.index,
      hash,
      timestamp: header.timestamp,
      validator: header.validator,
      transaction_count: accepted.length,
      env_ids: environments.slice(0, EVENT_ENVIRONMENTS_MAX),
      actions,
      changes_governance: actions.some((action) => findAction(action)?.kind !== 'environment'),
      changes_validators: execution.writes.has('validators'),
      recovery: recoveryDeedsOf(execution),
      log_size: header.log_size,
      next_era: readEra(this.state),
      next_time: this.leastTime,
    };
  }

  /** What the transaction got when it was first sent; null where it is not remembered. */
  earlier({ id, transaction: { timestamp } }: CheckedTransaction): Receipt | null {
    const logIndex = this.#recent.find(id, timestamp);
    if (logIndex === undefined) return null;
    const { reader } = this.#store;
    return receiptIn(reader.block(reader.heightOfLogIndex(logIndex)), logIndex, id);
  }

  /** Executes an unsigned transaction's bytes on a copy of the state; changes nothing. */
  simulate(unsigned: Uint8Array, making: Making & { readonly timestamp: number }): SimulationResult {
    return simulate(unsigned, {
      state: this.state,
      context: { ...making, chain: this.chain, index: this.#block.header.index + 1, seen: this.#recent },
    });
  }
}

/** The receipt of a transaction that is in a block. */
export function receiptIn({ header, hash }: Head, logIndex: number, id: Uint8Array): Receipt {
  return {
    id: encodeHash(id),
    log_index: logIndex,
    block_index: header.index,
    block_hash: hash,
    block_time: header.timestamp,
  };
}
