import { encodeHash, type Hash } from '../../base/bytes.ts';
import { decodeCanonical } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { GROUP_COMMIT_TRANSACTIONS_MAX, PENDING_TRANSACTIONS_MAX } from '../../base/limits.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import type { BlockExecution } from '../../ledger/blocks/execute.ts';
import { leastTime, readEra } from '../../ledger/governance/era.ts';
import { readTransactionWindow } from '../../ledger/governance/transaction-window.ts';
import { LedgerState } from '../../ledger/state/ledger-state.ts';
import type { LogFrontier } from '../../ledger/log/log.ts';
import type { RecentTransactions } from '../../ledger/transactions/recent-transactions.ts';
import { isRecordKey } from '../../ledger/state/records.ts';
import { isRejection, type CheckedTransaction } from '../../ledger/transactions/transaction.ts';
import type { SignatureVerifier, SignDigest } from '../signature-verifier.ts';
import { checkHeadRecord } from '../history/history-check.ts';
import { presentChain } from '../history/present-chain.ts';
import type { ChainStore } from '../storage/chain-store.ts';
import { storageError } from '../storage/database.ts';
import { simulate, type SimulationResult } from '../../ledger/effects/simulate.ts';
import type { CommittedBlock, Engine, EngineStats } from './engine.ts';
import type { SubmitResult } from '../../ledger/transactions/receipt.ts';
import { FinalityMeter, type MeterPoint } from './finality-meter.ts';
import { assertNothingBeyond, readCheckedFrontier, recallRecent } from './checked-head.ts';
import { recheckDecided } from './recheck-decided.ts';
import { decideBlock, sealBlock, type Head, type MadeBlock, type NextKey, type SealingKey } from './sealer.ts';
import { SealingKeys } from './sealing-keys.ts';
import { clockError, type ClockReading, type SealingClock } from '../clock/sealing-clock.ts';
import { StageClock } from './stage-clock.ts';
import type { VerifyPool } from './verify-pool.ts';

export interface EmbeddedEngineOptions {
  readonly store: ChainStore;
  readonly pool: VerifyPool;
  readonly key: SealingKey;
  /** Keys that the chain may name next for this validator. */
  readonly nextKeys?: readonly NextKey[];
  readonly sign: SignDigest;
  readonly signatureVerifier: SignatureVerifier;
  readonly now: () => number;
  /** Decides whether the machine's clock may be sealed; every time may where it is left out. */
  readonly clock?: SealingClock;
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
  readonly #chain: ChainRoot;
  readonly #state: LedgerState;
  readonly #recent: RecentTransactions;
  readonly #stages = new StageClock();
  readonly #meter: FinalityMeter;
  readonly #keys: SealingKeys;
  /** Decided, and not yet sealed: on a full disk, say. Nothing else happens before it is. */
  #decided: MadeBlock | null = null;
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
    this.#chain = reader.chain();
    this.#keys = new SealingKeys(options.key);
    this.#openHead();
    const head = reader.head();
    this.#head = head;
    this.#state = new LedgerState(reader.state, head.roots);
    this.#keys.at(this.#state);
    this.#frontier = readCheckedFrontier(reader, head);
    this.#recent = recallRecent(reader, this.#state, head);
  }

  /** How far back, and ahead, lie the transactions that must be remembered. */
  get #reachMs(): number {
    return readTransactionWindow(this.#state).reachMs;
  }

  /**
   * Makes sure that the chain is the one that this machine sealed last, before a key is used on it. Where a stop came between
   * decision and seal, the block is executed again on its parent, and sealed if it is exactly what that gives.
   * @throws HISTORY_CHANGED, BLOCK_REFUSED, STORAGE_CORRUPT
   */
  #openHead(): void {
    const { store, sign, nextKeys = [], signatureVerifier } = this.#options;
    const { reader } = store;
    for (const key of nextKeys) this.#keys.add(key);
    const changed = checkHeadRecord(store.headRecord(), presentChain(reader), signatureVerifier.verify);
    if (changed !== null) throw changed;
    assertNothingBeyond(store);
    const decided = store.decided();
    if (decided === null) return;
    const parent = reader.head();
    const before = new LedgerState(reader.state, parent.roots);
    const key = this.#keys.at(before);
    recheckDecided({
      store,
      decided,
      parent,
      frontier: readCheckedFrontier(reader, parent),
      recent: recallRecent(reader, before, parent),
      chain: this.#chain,
      validatorId: this.#keys.validatorId,
      verify: signatureVerifier.verify,
    });
    sealBlock({ store, block: decided, key, sign, stages: this.#stages });
  }

  /** Lets a key seal that the chain may name next. */
  addKey(key: NextKey): void {
    this.#keys.add(key);
  }

  dropKey(publicKey: string): void {
    this.#keys.drop(publicKey, this.#state);
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

  #seal(all: readonly Pending[]): void {
    const { store } = this.#options;
    this.#finish();
    const reading = this.clock();
    const batch = reading.state === 'ahead' ? all.filter((one) => waits(one, clockError(reading))) : all;
    if (batch.length === 0) return;
    const { timestamp } = reading;
    const { block, refusals } = decideBlock({
      store,
      validatorId: this.#keys.validatorId,
      guard: this.#keys.guard,
      verify: this.#options.signatureVerifier.verify,
      state: this.#state,
      frontier: this.#frontier,
      recent: this.#recent,
      chain: this.#chain,
      parent: this.#head,
      timestamp,
      candidates: batch.map(({ checked }) => checked),
      stages: this.#stages,
    });
    this.#decided = block;
    this.#finish();
    this.#answer(batch, refusals);
  }

  /** Seals the block that was decided, and makes it the head. */
  #finish(): void {
    const block = this.#decided;
    if (block === null) return;
    const { store, sign } = this.#options;
    const key = this.#keys.at(this.#state);
    sealBlock({ store, block, key, sign, stages: this.#stages });
    this.#decided = null;
    this.#failure = null;
    block.execution.adopt(block.roots);
    this.#keys.retire(this.#state, key.publicKey);
    for (const [offset, { checked }] of block.accepted.entries())
      this.#recent.add(checked.id, checked.transaction.timestamp, this.#frontier.size + offset);
    this.#frontier = block.frontier;
    this.#head = block;
    this.#recent.expire(block.header.timestamp, 2 * this.#reachMs);
    this.#blocks++;
    this.#transactions += block.accepted.length;
    this.#options.onBlock(this.#describe(block.hash, block.header, block.execution));
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

  #describe(hash: Hash, header: Head['header'], execution: BlockExecution): CommittedBlock {
    const envIds = [...(execution.writes.get('environments')?.keys() ?? [])]
      .filter((key) => isRecordKey(key))
      .slice(0, EVENT_ENVIRONMENTS_MAX);
    const actions = [...new Set(execution.accepted.map(({ checked }) => checked.transaction.action))];
    return {
      index: header.index,
      hash,
      timestamp: header.timestamp,
      validator: header.validator,
      transaction_count: execution.accepted.length,
      env_ids: envIds,
      actions,
      changes_governance: actions.some((action) => findAction(action)?.kind !== 'environment'),
      changes_validators: execution.writes.has('validators'),
      log_size: header.log_size,
      next_era: readEra(this.#state),
      next_time: leastTime(this.#state, header),
    };
  }

  /** @throws CLOCK_IMPLAUSIBLE where it would not be sealed: then it is not signed either */
  simulate(unsigned: Uint8Array): SimulationResult {
    const reading = this.clock();
    const { action } = decodeCanonical(unsigned) as { readonly action?: unknown };
    if (reading.state === 'ahead' && !isUrgent(action)) throw clockError(reading);
    return simulate(unsigned, {
      state: this.#state,
      context: {
        chain: this.#chain,
        index: this.#head.header.index + 1,
        timestamp: reading.timestamp,
        seen: this.#recent,
        verify: this.#options.signatureVerifier.verify,
        guard: this.#keys.guard,
      },
    });
  }

  /** How the machine's clock stands, and the time that the next block would have. */
  clock(): ClockReading {
    const least = leastTime(this.#state, this.#head.header);
    const { clock, now } = this.#options;
    if (clock !== undefined) return clock.read(least);
    const wall = now();
    return { timestamp: Math.max(wall, least), wall, state: 'right', offMs: 0, against: 'chain' };
  }

  stats(): EngineStats {
    return {
      clock: this.clock(),
      pending: this.#pending,
      stagesUs: this.#stages.totals(),
      verifyUs: this.#options.pool.cpuUs,
      blocks: this.#blocks,
      transactions: this.#transactions,
      recent: this.#recent.count,
      signatureVerifier: this.#options.signatureVerifier.kind,
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

/** What stops everything else is never held up: it is sealed with the time that is known. */
function isUrgent(action: unknown): boolean {
  return typeof action === 'string' && findAction(action)?.isUrgent === true;
}

/** Whether it is sealed all the same; answers those that are not. */
function waits({ checked, fail }: Pending, error: QuantumLockError): boolean {
  const isHeldUp = !isUrgent(checked.transaction.action);
  if (isHeldUp) fail(error);
  return !isHeldUp;
}

type SubmitRefusal = Extract<SubmitResult, { outcome: 'rejected' }>['rejection'];
