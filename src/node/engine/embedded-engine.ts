import { encodeUtf8 } from '../../base/bytes.ts';
import { decodeCanonical } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { GROUP_COMMIT_TRANSACTIONS_MAX, PENDING_TRANSACTIONS_MAX, SEAL_RETRY_MS } from '../../base/limits.ts';
import { digest } from '../../ledger/crypto/digest.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { SimulationResult } from '../../ledger/effects/simulate.ts';
import type { Rejection } from '../../ledger/rejections.ts';
import type { SubmitResult } from '../../ledger/transactions/receipt.ts';
import { isRejection, type CheckedTransaction } from '../../ledger/transactions/transaction.ts';
import { ChainHead, receiptIn } from '../chain/chain-head.ts';
import { assertNothingBeyond } from '../chain/checked-head.ts';
import type { CommittedBlock } from '../chain/committed-block.ts';
import type { MadeBlock } from '../chain/make-block.ts';
import { sealBlock, type NextKey, type SealingKey } from '../chain/seal-block.ts';
import { StageClock } from '../chain/stage-clock.ts';
import { clockError, type ClockReading, type SealingClock } from '../clock/sealing-clock.ts';
import { checkHeadRecord } from '../history/history-check.ts';
import { askPresentChain } from '../history/present-chain.ts';
import type { SignatureVerifier, SignDigest } from '../signature-verifier.ts';
import type { ChainStore } from '../storage/chain-store.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import type { Engine, EngineStats } from './engine.ts';
import type { SignedStatement, StatementToSign } from './statement.ts';
import { FinalityMeter, type MeterPoint } from '../monitoring/finality-meter.ts';
import { SealingKeys } from './sealing-keys.ts';
import { VouchedIds } from './vouched-ids.ts';
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

/** One validator that seals at once when work is pending, committing together what arrived meanwhile. */
export class EmbeddedEngine implements Engine {
  readonly #options: EmbeddedEngineOptions;
  readonly #head: ChainHead;
  readonly #stages = new StageClock();
  readonly #meter: FinalityMeter;
  readonly #keys: SealingKeys;
  readonly #ids: VouchedIds;
  /** Decided, and not yet sealed: on a full disk, say. Nothing else happens before it is. */
  #decided: MadeBlock | null = null;
  #queue: Pending[] = [];
  /** Accepted for checking and not yet answered. */
  #pending = 0;
  #blocks = 0;
  #transactions = 0;
  #isScheduled = false;
  #isClosed = false;
  #failure: EngineStats['failure'] = null;
  #retry: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
    this.#meter = new FinalityMeter(options.now);
    this.#keys = new SealingKeys(options.key);
    for (const key of options.nextKeys ?? []) this.#keys.add(key);
    const { head, ids } = this.#openHead();
    this.#head = head;
    this.#keys.at(head.state);
    this.#ids = ids;
    ids.vouch(head);
  }

  /**
   * Makes sure that the chain is the one that this machine sealed last, before a key is used on it. Where a stop came between
   * decision and seal, the block is executed again on its parent, and sealed if it is exactly what that gives.
   * @throws HISTORY_CHANGED, BLOCK_REFUSED, STORAGE_CORRUPT
   */
  #openHead(): { readonly head: ChainHead; readonly ids: VouchedIds } {
    const { store, sign, signatureVerifier } = this.#options;
    const changed = askPresentChain(store.reader, (chain) =>
      checkHeadRecord(store.headRecord(), chain, signatureVerifier.verify),
    );
    if (changed !== null) throw changed;
    assertNothingBeyond(store);
    const ids = new VouchedIds({ store, keys: this.#keys });
    const head = new ChainHead(store, ids);
    const decided = store.decided();
    if (decided === null) return { head, ids };
    const key = this.#keys.at(head.state);
    head.recheck(decided, { validatorId: this.#keys.validatorId, verify: signatureVerifier.verify });
    sealBlock({ store, block: decided, key, sign, stages: this.#stages });
    // So that the ids of the blocks before it need not be checked twice.
    ids.vouch(head);
    return { head: new ChainHead(store, ids), ids };
  }

  /** Lets a key seal that the chain may name next. */
  addKey(key: NextKey): void {
    this.#keys.add(key);
  }

  /** Signs what this node states of its own chain, with the key that seals now: nothing that could be taken for a block. */
  signStatement({ kind, era, text }: StatementToSign): SignedStatement {
    const key = this.#keys.at(this.#head.state);
    const { genesis } = this.#options.store.reader.chain();
    const signature = this.#options.sign(digest(kind, { genesis, era }, encodeUtf8(text)), key.secret);
    return { public_key: key.publicKey, signature };
  }

  dropKey(publicKey: string): void {
    this.#keys.drop(publicKey, this.#head.state);
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
      const failure = this.#noteFailure(error);
      for (const { fail } of batch) fail(failure);
    }
  }

  #noteFailure(error: unknown): unknown {
    const failure = storageError('chain.db', error);
    if (failure instanceof QuantumLockError)
      this.#failure = { ...failure.toFailure(), since: this.#failure?.since ?? this.#options.now() };
    this.#retryLater();
    return failure;
  }

  /** A block that was not decided left nothing, and the senders of its transactions were told. One that was decided is sealed as soon as it can be. */
  #retryLater(): void {
    if (this.#decided === null || this.#isClosed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      try {
        this.#finish();
      } catch (error) {
        this.#noteFailure(error);
      }
    }, SEAL_RETRY_MS);
    this.#retry.unref();
  }

  #seal(all: readonly Pending[]): void {
    this.#finish();
    const reading = this.clock();
    const batch = reading.state === 'ahead' ? all.filter((one) => waits(one, clockError(reading))) : all;
    if (batch.length === 0) return;
    const { block, refusals } = this.#head.decide(
      batch.map(({ checked }) => checked),
      {
        validatorId: this.#keys.validatorId,
        guard: this.#keys.guard,
        verify: this.#options.signatureVerifier.verify,
        timestamp: reading.timestamp,
        stages: this.#stages,
      },
    );
    this.#decided = block;
    this.#finish();
    this.#answer(batch, refusals);
  }

  /** Seals the block that was decided, and makes it the head. */
  #finish(): void {
    const block = this.#decided;
    if (block === null) return;
    const { store, sign } = this.#options;
    const { state } = this.#head;
    const key = this.#keys.at(state);
    sealBlock({ store, block, key, sign, stages: this.#stages });
    this.#decided = null;
    this.#failure = null;
    const committed = this.#head.adopt(block);
    this.#keys.retire(state, key.publicKey);
    if (this.#ids.isDue) this.#ids.vouch(this.#head);
    this.#blocks++;
    this.#transactions += block.accepted.length;
    this.#options.onBlock(committed);
  }

  #answer(batch: readonly Pending[], refusals: readonly (Rejection | null)[]): void {
    const answeredAt = performance.now();
    const { block } = this.#head;
    let logIndex = block.header.log_size - refusals.filter((refusal) => refusal === null).length;
    for (const [position, { checked, acceptedAt, settle }] of batch.entries()) {
      const refusal = refusals[position] ?? null;
      if (refusal === null) {
        this.#meter.latency((answeredAt - acceptedAt) * 1000);
        settle({ outcome: 'committed', receipt: receiptIn(block, logIndex++, checked.id) });
        continue;
      }
      const earlier = refusal.name === 'DUPLICATE' ? this.#head.earlier(checked) : null;
      if (earlier !== null) {
        settle({ outcome: 'committed', receipt: earlier });
        continue;
      }
      this.#meter.rejected(1);
      settle({ outcome: 'rejected', rejection: refusal });
    }
  }

  /** @throws CLOCK_IMPLAUSIBLE where it would not be sealed: then it is not signed either */
  simulate(unsigned: Uint8Array): SimulationResult {
    const reading = this.clock();
    const { action } = decodeCanonical(unsigned) as { readonly action?: unknown };
    if (reading.state === 'ahead' && !isUrgent(action)) throw clockError(reading);
    return this.#head.simulate(unsigned, {
      timestamp: reading.timestamp,
      verify: this.#options.signatureVerifier.verify,
      guard: this.#keys.guard,
    });
  }

  /** The state of the machine's clock, and the time that the next block would have. */
  clock(): ClockReading {
    const least = this.#head.leastTime;
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
      recent: this.#head.recentCount,
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
    clearTimeout(this.#retry);
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#ids.vouch(this.#head);
    await this.#options.pool.close();
  }
}

/** What stops everything else is never held up: it is sealed with the time that is known. */
function isUrgent(action: unknown): boolean {
  return typeof action === 'string' && findAction(action)?.isUrgent === true;
}

/** Whether it is sealed anyway; answers those that are not. */
function waits({ checked, fail }: Pending, error: QuantumLockError): boolean {
  const isHeldUp = !isUrgent(checked.transaction.action);
  if (isHeldUp) fail(error);
  return !isHeldUp;
}
