import { decodeCanonical } from '../../base/canonical.ts';
import { encodeHash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { GROUP_COMMIT_TRANSACTIONS_MAX, PENDING_TRANSACTIONS_MAX } from '../../base/limits.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import { findSigner } from '../../ledger/authorise.ts';
import { BlockExecution } from '../../ledger/execute.ts';
import { readTransactionWindow } from '../../ledger/governance/transaction-window.ts';
import { LedgerState } from '../../ledger/ledger-state.ts';
import { leafHash, readFrontier, type LogFrontier } from '../../ledger/log.ts';
import { RecentTransactions } from '../../ledger/recent-transactions.ts';
import { isRejection, transactionDigest, type CheckedTransaction } from '../../ledger/transaction.ts';
import type { Transaction } from '../../ledger/transaction-types.ts';
import type { SignDigest } from '../signature-verifier.ts';
import type { ChainStore } from '../storage/chain-store.ts';
import { storageError } from '../storage/database.ts';
import type { CommittedBlock, Engine, EngineStats, SimulationResult, SubmitResult } from './engine.ts';
import { effectSentence, effectWarnings } from './effect-sentence.ts';
import { FinalityMeter, type MeterPoint } from './finality-meter.ts';
import { makeBlock, type Head, type SealingKey } from './sealer.ts';
import { StageClock } from './stage-clock.ts';
import { changesBetween, type StateChange } from './state-changes.ts';
import type { VerifyPool } from './verify-pool.ts';

export interface EmbeddedEngineOptions {
  readonly store: ChainStore;
  readonly pool: VerifyPool;
  readonly key: SealingKey;
  readonly sign: SignDigest;
  readonly signatureVerifier: 'native' | 'noble';
  readonly now: () => number;
  readonly onBlock: (block: CommittedBlock) => void;
}

interface Pending {
  readonly checked: CheckedTransaction;
  readonly acceptedAt: number;
  readonly settle: (result: SubmitResult) => void;
  readonly fail: (error: unknown) => void;
}

const EVENT_ENVIRONMENTS_MAX = 100;

/** One validator that seals at once when work is pending, committing together what arrived meanwhile. */
export class EmbeddedEngine implements Engine {
  readonly #options: EmbeddedEngineOptions;
  readonly #chainId: string;
  readonly #state: LedgerState;
  readonly #recent = new RecentTransactions();
  readonly #stages = new StageClock();
  readonly #meter: FinalityMeter;
  #head: Head;
  #frontier: LogFrontier;
  #queue: Pending[] = [];
  /** Accepted for checking and not yet answered. */
  #pending = 0;
  #blocks = 0;
  #transactions = 0;
  #isScheduled = false;
  #isClosed = false;
  #failure: EngineStats['failure'] = null;
  #idle: (() => void)[] = [];

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
    this.#meter = new FinalityMeter(options.now);
    const { reader } = options.store;
    this.#chainId = reader.chainId();
    const head = reader.head();
    this.#head = head;
    this.#state = new LedgerState(reader.state, head.roots);
    this.#frontier = readFrontier(reader.log, head.header.log_size);
    this.#recall();
  }

  /** How far back, and ahead, lie the transactions that must be remembered. */
  get #reachMs(): number {
    return readTransactionWindow(this.#state).reachMs;
  }

  /** Rebuilds the replay window from the blocks that it can reach. */
  #recall(): void {
    const { reader } = this.#options.store;
    const oldest = this.#head.header.timestamp - 2 * this.#reachMs;
    for (let height = this.#head.header.index; height >= 0; height--) {
      const block = reader.block(height);
      if (block.header.timestamp < oldest) break;
      for (const [offset, { id, timestamp }] of reader.ids(height).entries())
        this.#recent.add(id, timestamp, block.firstLogIndex + offset);
    }
  }

  async submit(transactions: readonly Uint8Array[]): Promise<SubmitResult[]> {
    if (this.#isClosed) throw new QuantumLockError('NODE_STOPPED', 'the node is shutting down');
    if (this.#pending + transactions.length > PENDING_TRANSACTIONS_MAX) {
      throw new QuantumLockError(
        'NODE_BUSY',
        `${this.#pending} transactions are waiting; at most ${PENDING_TRANSACTIONS_MAX}`,
      );
    }
    const acceptedAt = performance.now();
    this.#pending += transactions.length;
    try {
      const verified = await this.#options.pool.verify(transactions);
      return await Promise.all(
        verified.map(async (checked): Promise<SubmitResult> => {
          if (isRejection(checked)) {
            this.#meter.rejected(1);
            return { outcome: 'rejected', rejection: checked };
          }
          return new Promise((settle, fail) => {
            this.#queue.push({ checked, acceptedAt, settle, fail });
            this.#schedule();
          });
        }),
      );
    } finally {
      this.#pending -= transactions.length;
      if (this.#pending === 0) for (const resume of this.#idle.splice(0)) resume();
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // After the messages that are already here: what arrived together commits together.
    setImmediate(() => {
      this.#isScheduled = false;
      this.#sealPending();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #sealPending(): void {
    const batch = this.#queue.splice(0, GROUP_COMMIT_TRANSACTIONS_MAX);
    if (batch.length === 0) return;
    try {
      this.#seal(batch);
    } catch (error) {
      const failure = storageError('chain.db', error);
      if (failure instanceof QuantumLockError) {
        const { code, message, advice } = failure;
        this.#failure = { code, message, advice, since: this.#failure?.since ?? this.#options.now() };
      }
      for (const { fail } of batch) fail(failure);
    }
  }

  #seal(batch: readonly Pending[]): void {
    const { store, key, now } = this.#options;
    const { block, refusals } = makeBlock({
      store,
      key,
      sign: this.#options.sign,
      state: this.#state,
      frontier: this.#frontier,
      recent: this.#recent,
      chainId: this.#chainId,
      parent: this.#head,
      timestamp: Math.max(now(), this.#head.header.timestamp),
      candidates: batch.map(({ checked }) => checked),
      stages: this.#stages,
    });
    if (block !== null) {
      this.#failure = null;
      block.execution.adopt(block.roots);
      for (const [offset, { checked }] of block.accepted.entries())
        this.#recent.add(checked.id, checked.transaction.timestamp, this.#frontier.size + offset);
      this.#frontier = block.frontier;
      this.#head = block;
      this.#recent.expire(block.header.timestamp, 2 * this.#reachMs);
      this.#blocks++;
      this.#transactions += block.accepted.length;
      this.#meter.block(block.accepted.length);
    }
    this.#answer(batch, refusals);
    if (block !== null) this.#options.onBlock(this.#describe(block.hash, block.header, block.execution));
  }

  #answer(batch: readonly Pending[], refusals: readonly (SubmitRefusal | null)[]): void {
    const answeredAt = performance.now();
    const { header, hash } = this.#head;
    let logIndex = this.#frontier.size - refusals.filter((refusal) => refusal === null).length;
    for (const [position, { checked, acceptedAt, settle }] of batch.entries()) {
      const refusal = refusals[position] ?? null;
      if (refusal === null) {
        this.#meter.latency((answeredAt - acceptedAt) * 1000);
        settle({
          outcome: 'committed',
          receipt: {
            id: encodeHash(checked.id),
            log_index: logIndex++,
            block_index: header.index,
            block_hash: hash as never,
            block_time: header.timestamp,
          },
        });
        continue;
      }
      const earlier =
        refusal.name === 'DUPLICATE' ? this.#recent.find(checked.id, checked.transaction.timestamp) : undefined;
      if (earlier !== undefined) {
        settle({ outcome: 'committed', receipt: this.#receiptOf(earlier, checked) });
        continue;
      }
      this.#meter.rejected(1);
      settle({ outcome: 'rejected', rejection: refusal });
    }
  }

  /** The receipt that a transaction got when it was first sent. */
  #receiptOf(
    logIndex: number,
    checked: CheckedTransaction,
  ): Extract<SubmitResult, { outcome: 'committed' }>['receipt'] {
    const { reader } = this.#options.store;
    const block = reader.block(reader.heightOfLogIndex(logIndex));
    return {
      id: encodeHash(checked.id),
      log_index: logIndex,
      block_index: block.header.index,
      block_hash: block.hash,
      block_time: block.header.timestamp,
    };
  }

  #describe(hash: string, header: Head['header'], execution: BlockExecution): CommittedBlock {
    const envIds = [...(execution.writes.get('environments')?.keys() ?? [])].slice(0, EVENT_ENVIRONMENTS_MAX);
    const actions = [...new Set(execution.accepted.map(({ checked }) => checked.transaction.action))];
    return {
      index: header.index,
      hash,
      timestamp: header.timestamp,
      validator: header.validator,
      transaction_count: execution.accepted.length,
      env_ids: envIds,
      actions,
      log_size: header.log_size,
    };
  }

  simulate(unsigned: Uint8Array): SimulationResult {
    const transaction = decodeCanonical(unsigned) as unknown as Transaction;
    const payloadRefusal = findAction(transaction.action)?.checkPayload(transaction.payload) ?? null;
    if (payloadRefusal !== null) return { outcome: 'rejected', rejection: payloadRefusal };
    const execution = new BlockExecution(this.#state, {
      index: this.#head.header.index + 1,
      timestamp: Math.max(this.#options.now(), this.#head.header.timestamp),
      seen: this.#recent,
    });
    const refusal = execution.add({
      transaction,
      id: transactionDigest(this.#chainId, unsigned),
      leaf: leafHash(unsigned),
      bytes: unsigned,
    });
    if (refusal !== null) return { outcome: 'rejected', rejection: refusal };
    const changes: StateChange[] = [];
    for (const [namespace, writes] of execution.writes) {
      for (const [key, after] of writes)
        changes.push(...changesBetween({ namespace, key }, this.#state.get(namespace, key), after));
    }
    const { action, payload, signer } = transaction;
    const member = findSigner(this.#state, signer);
    return {
      outcome: 'applied',
      sentence: effectSentence(this.#state, action, payload),
      changes,
      warnings: effectWarnings(this.#state, action, payload, { memberId: 'code' in member ? '' : member.member_id }),
    };
  }

  stats(): EngineStats {
    return {
      pending: this.#pending,
      stagesUs: this.#stages.totals(),
      verifyUs: this.#options.pool.cpuUs,
      blocks: this.#blocks,
      transactions: this.#transactions,
      recent: this.#recent.count,
      signatureVerifier: this.#options.signatureVerifier,
      summary: this.#meter.summary(),
      failure: this.#failure,
    };
  }

  metrics(minutes: number): MeterPoint[] {
    return this.#meter.points(minutes);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    await this.#options.pool.close();
  }
}

type SubmitRefusal = Extract<SubmitResult, { outcome: 'rejected' }>['rejection'];
