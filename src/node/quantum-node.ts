import { withLookalikes } from './query/environment-names.ts';
import { availableParallelism } from 'node:os';
import { QuantumLockError } from '../base/errors.ts';
import type { Metrics, Status } from '../api/chain/node.ts';
import type { Receipt, SubmitResult } from '../ledger/transactions/receipt.ts';
import { transactionId, type Transaction } from '../ledger/transactions/transaction.ts';
import type { ChainIdentity } from '../ledger/chain-identity.ts';
import { clockFileOf, machineClock } from './clock/machine-clock.ts';
import { readWithoutKeeping, type ClockReading } from './clock/sealing-clock.ts';
import { dataPaths } from './data-directory/data-paths.ts';
import { readNodeConfig } from './data-directory/node-config.ts';
import { lockDataDirectory, type DataLock } from './data-directory/data-lock.ts';
import type { SimulationResult } from '../ledger/effects/simulate.ts';
import type { EngineStats } from './engine/engine.ts';
import type { CommittedBlock } from './chain/committed-block.ts';
import type { NextKey, SealingKey } from './chain/seal-block.ts';
import { intervalsOf } from './monitoring/finality-meter.ts';
import { blockEvent, EventHub, recoveryEvents } from './monitoring/event-hub.ts';
import { contentDamaged, fileChanged, indexDiffered } from './monitoring/found-alerts.ts';
import { AlertBook } from './monitoring/alert-book.ts';
import { alertOf, type FiringAlert } from './monitoring/alert-record.ts';
import type { Facts } from './monitoring/facts.ts';
import { freeBytes } from './monitoring/free-bytes.ts';
import { healthOf } from './monitoring/health.ts';
import { ALERT_RULES } from './monitoring/rules/registry.ts';
import type { HeadCopy } from './history/head-copies.ts';
import { acceptConfig, foreignFiles } from './history/foreign-files.ts';
import { refreshHeadRecord } from './history/head-record.ts';
import type { HeadWatch } from './history/head-watch.ts';
import { openHistory } from './history/open-history.ts';
import { isHistoryFault, readHistoryState, stillUnsealed, type UnsealedBlock } from './history/history-state.ts';
import { QueryThread, type QueryRemote } from './query/query.ts';
import { StandingAlerts } from './monitoring/standing-alerts.ts';
import { ChainReader } from './storage/chain-reader.ts';
import { CHAIN_DATABASE } from './storage/chain-schema.ts';
import { storageError } from './data-directory/storage-errors.ts';
import { StorageWatch } from './monitoring/storage-watch.ts';
import { throughputPoints } from './monitoring/throughput-points.ts';
import { Validator } from './validator/validator.ts';

export interface NodeOptions {
  readonly dataDirectory: string;
  /** The key that seals blocks; null opens the chain for reading only, whatever else runs. */
  readonly key: SealingKey | null;
  /** Keys that the chain may name next for this validator. */
  readonly nextKeys?: readonly NextKey[];
  readonly now: () => number;
  /** Hears of a block that changed who seals, or with what. */
  readonly onValidators?: () => void;
  /** Where the newest head is kept besides `head.record` and `signing.log`. */
  readonly headCopies?: readonly HeadCopy[];
  /** Whether the passphrase of the encrypted keys is stored where they are. */
  readonly isPassphraseBesideKeys?: () => boolean;
  /** Keys of this machine that were tried again and again in vain. */
  readonly repeatedRefusals?: () => Facts['repeatedRefusals'];
}

/** How the node is at one moment. */
interface Look {
  readonly stats: EngineStats | null;
  readonly clock: ClockReading | null;
  readonly firing: readonly FiringAlert[];
}

/** The window of the throughput that the status reports. */
const RATE_WINDOW_MS = 60_000;

/** How much of the machine the signature checks may take: all but the validator's own thread. */
export function verifyThreadCount(): number {
  return Math.max(1, Math.min(8, availableParallelism() - 1));
}

/** A node on a data directory: the validator's thread, the query thread, and the events between them. */
export class QuantumNode {
  readonly query: QueryRemote;
  readonly events: EventHub;
  readonly #options: NodeOptions;
  readonly #lock: DataLock | null;
  readonly #queryThread: QueryThread;
  readonly #startedAt: number;
  readonly #storage: StorageWatch;
  #validator: Validator | null = null;
  #height: number;
  #chain: ChainIdentity;
  /** That the next block may have. */
  #leastTime: number;
  #failures: QuantumLockError[] = [];
  /** While the index cannot be written. */
  #indexFailure: QuantumLockError | null = null;
  #headWatch: HeadWatch | null = null;
  /** Why nothing is sealed on this chain. */
  #historyFault: QuantumLockError | null = null;
  /** What was found in chain.db that does not fit its hashes: from then on nothing is sealed behind it. */
  #damage: QuantumLockError | null = null;
  /** A block that had no seal when the chain was opened for reading. */
  #unsealed: UnsealedBlock | null = null;
  #verified: Status['verified'] = null;
  readonly #standing: StandingAlerts;
  readonly #alerts: AlertBook;

  private constructor(options: NodeOptions, lock: DataLock | null, keepsIndex: boolean) {
    this.#options = options;
    this.#lock = lock;
    this.#startedAt = options.now();
    this.#standing = new StandingAlerts(options.dataDirectory, options.now);
    this.#alerts = new AlertBook({ rules: ALERT_RULES, now: options.now });
    const paths = dataPaths(options.dataDirectory);
    this.#storage = new StorageWatch(options.dataDirectory, options.now);
    const config = readNodeConfig(options.dataDirectory);
    const { reader, database } = ChainReader.open(paths.chain, { pageCacheCount: 16 });
    try {
      this.#chain = reader.identity();
      this.#leastTime = reader.leastTime();
      this.#height = reader.height();
    } finally {
      database.close();
    }
    if (this.#chain.chain_id !== config.chain_id) {
      throw new QuantumLockError(
        'DATA_DIR_OTHER_CHAIN',
        `${paths.chain} holds chain ${this.#chain.chain_id}, but this directory belongs to ${config.chain_id}`,
      );
    }
    for (const file of foreignFiles(options.dataDirectory)) this.#standing.raise(fileChanged(file));
    this.events = new EventHub(() => this.#height);
    this.#queryThread = new QueryThread({
      chainDirectory: paths.chain,
      indexDirectory: paths.root,
      blobsDirectory: paths.blobs,
      keepsIndex,
      validatorId: this.validatorId,
      now: options.now,
      onIndexed: (height) => {
        this.#indexFailure = null;
        this.events.publish({ type: 'indexed', height });
      },
      onIndexDifference: (what) => this.#raise(indexDiffered(what)),
      onChainDamage: (error) => {
        this.#damage ??= error;
        void this.publishHealth();
      },
      onIndexFailure: (error) => {
        this.#indexFailure = error;
        void this.publishHealth();
      },
      onContentDamage: (what) => this.#raise(contentDamaged(what)),
      onFailure: (error) => this.onFailure(error),
    });
    this.query = this.#queryThread.remote;
  }

  /** @throws DATA_DIR_EMPTY, DATA_DIR_LOCKED, DATA_DIR_NEWER, DATA_DIR_OTHER_CHAIN, STORAGE_CORRUPT */
  static async open(options: NodeOptions): Promise<QuantumNode> {
    readNodeConfig(options.dataDirectory);
    const lock = options.key === null ? null : lockDataDirectory(options.dataDirectory);
    let node: QuantumNode | null = null;
    let validator: Validator | null = null;
    try {
      // The validator opens the database first: it alone may bring its schema up to date.
      const onBlock = (block: CommittedBlock): void => node?.onBlock(block);
      const onFailure = (error: QuantumLockError): void => node?.onFailure(error);
      const chainDirectory = dataPaths(options.dataDirectory).chain;
      const { watch, fault: found, isNoted } = await openHistory(options);
      let fault = found;
      if (options.key !== null && fault === null) {
        try {
          const { key, nextKeys = [] } = options;
          const starting = { chainDirectory, verifyThreads: verifyThreadCount(), onBlock, onFailure };
          validator = await Validator.start(starting, key, nextKeys);
        } catch (error) {
          // Shown, and not sealed on.
          if (!isHistoryFault(error)) throw error;
          fault = error;
        }
      }
      node = new QuantumNode(options, lock, !isNoted);
      node.#validator = validator;
      node.#headWatch = watch;
      node.#historyFault = fault;
      if (validator === null) node.#unsealed = readHistoryState(options.dataDirectory).unsealed;
      else {
        acceptConfig(options.dataDirectory);
        await watch.start();
      }
      return node;
    } catch (error) {
      // Its thread would keep the process alive, and the chain open, without the lock.
      await validator?.stop();
      lock?.release();
      throw storageError(CHAIN_DATABASE, error);
    }
  }

  /** In whose name this node seals; null where it only reads. */
  get validatorId(): string | null {
    return this.#options.key?.validatorId ?? null;
  }

  /** Lets a key seal that the chain may name next. The secret is wiped here once the validator has its copy. */
  addSealingKey(key: NextKey): Promise<void> {
    return this.#requireValidator().addKey(key);
  }

  /** As if it had never been prepared: a change to it is then not taken. */
  dropSealingKey(publicKey: string): Promise<void> {
    return this.#requireValidator().dropKey(publicKey);
  }

  /** What is signed now is signed for this. */
  get chain(): ChainIdentity {
    return this.#chain;
  }

  /** The state of the machine's clock, and the time that the next block would have. */
  async clock(): Promise<ClockReading> {
    if (this.#validator !== null) return this.#validator.clock();
    const path = clockFileOf(dataPaths(this.#options.dataDirectory).chain);
    const clock = { ...machineClock(), wall: this.#options.now };
    return readWithoutKeeping(clock, path, this.#leastTime);
  }

  get height(): number {
    return this.#height;
  }

  onBlock(block: CommittedBlock): void {
    this.#height = block.index;
    this.#chain = { ...this.#chain, era: block.next_era };
    this.#leastTime = block.next_time;
    void this.query.onBlock({ height: block.index, envIds: block.env_ids }).catch(() => undefined);
    if (block.changes_validators) this.#options.onValidators?.();
    this.events.publish(blockEvent(block));
    for (const event of recoveryEvents(block)) this.events.publish(event);
  }

  onFailure(error: QuantumLockError): void {
    this.#failures.push(error);
    void this.publishHealth();
  }

  #raise(found: Parameters<StandingAlerts['raise']>[0]): void {
    this.#standing.raise(found);
    void this.publishHealth();
  }

  async publishHealth(): Promise<void> {
    const { firing } = await this.#look();
    this.events.publish({ type: 'health', health: healthOf(firing), alerts: firing.map(alertOf) });
  }

  #requireValidator(): Validator {
    if (this.#historyFault !== null) throw this.#historyFault;
    if (this.#damage !== null) throw this.#damage;
    if (this.#validator === null) throw new QuantumLockError('NODE_STOPPED', 'the chain is open for reading only');
    return this.#validator;
  }

  /** Canonical bytes of a signed transaction. Answers once it is on disk; what is in the chain already gets its receipt again. */
  async submit(bytes: Uint8Array): Promise<SubmitResult> {
    this.#storage.assertInPlace();
    const result = await this.#requireValidator().submit(bytes);
    return result.outcome === 'committed' ||
      (result.rejection.name !== 'TIMESTAMP_STALE' && result.rejection.name !== 'WRONG_ERA')
      ? result
      : ((await this.#earlier(bytes)) ?? result);
  }

  /** Older than the replay window, or than the era: the chain itself knows whether it was accepted then. */
  async #earlier(bytes: Uint8Array): Promise<SubmitResult | null> {
    const { signature: _, ...unsigned } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Transaction;
    const receipt: Receipt | null = await this.query.receipt(transactionId(unsigned, this.#chain));
    return receipt === null ? null : { outcome: 'committed', receipt };
  }

  async submitBatch(transactions: readonly Uint8Array[]): Promise<SubmitResult[]> {
    this.#storage.assertInPlace();
    return this.#requireValidator().submitBatch(transactions);
  }

  async simulate(unsigned: Uint8Array): Promise<SimulationResult> {
    const result = await this.#requireValidator().simulate(unsigned);
    return withLookalikes(unsigned, result, (made) => this.query.lookalikes(made));
  }

  /** What the blocks hold, and in addition what this process measured since it began: what nobody measured is null. */
  async metrics(minutes: number): Promise<Metrics> {
    const now = this.#options.now();
    const { timestamp, state } = await this.clock();
    const standsStill = state === 'behind';
    // Blocks that were sealed ahead of this clock are shown where they are, not left out.
    const at = Math.max(now, standsStill ? timestamp : now);
    const span = intervalsOf(at, minutes);
    const [counted, measured] = await Promise.all([
      this.query.throughput(span),
      this.#validator === null ? [] : this.#validator.recentMetrics(minutes),
    ]);
    return {
      at,
      interval_ms: span.intervalMs,
      points: throughputPoints({ counted, span, startedAt: this.#startedAt, standsStill }),
      measured: [...measured],
    };
  }

  async stats(): Promise<EngineStats | null> {
    return this.#validator === null ? null : this.#validator.recentStats();
  }

  /** What is on this machine can be reported only while its directory exists. @throws DATA_DIR_GONE */
  assertStorage(): void {
    this.#storage.assertInPlace();
  }

  recordVerification(verified: NonNullable<Status['verified']>): void {
    this.#verified = verified;
  }

  /** Brings the alerts up to date. */
  async #look(): Promise<Look> {
    // A thread that does not answer has an alert of its own.
    const governed = await this.query.governed().catch(() => null);
    const stats = await this.stats().catch(() => null);
    const clock = stats?.clock ?? (await this.clock().catch(() => null));
    const firing = this.#alerts.look({
      startedAt: this.#startedAt,
      standing: this.#standing.list(),
      isPassphraseBesideKeys: this.#options.isPassphraseBesideKeys?.() ?? false,
      repeatedRefusals: this.#options.repeatedRefusals?.() ?? [],
      storage: this.#storage.problem(),
      freeBytes: freeBytes(this.#options.dataDirectory),
      threadFailures: this.#failures,
      indexFailure: this.#indexFailure,
      historyFault: this.#historyFault,
      chainDamage: this.#damage,
      clock,
      sealing: stats,
      verified: this.#verified,
      headCopyFailures: this.#headWatch?.failures ?? [],
      unsealed: stillUnsealed(this.#options.dataDirectory, this.#unsealed),
      lostContent: governed?.lostContent ?? null,
    });
    return { stats, clock, firing };
  }

  async status(): Promise<Status> {
    const { now } = this.#options;
    const [head, { validators }, governed, transactions, look] = await Promise.all([
      this.query.head(),
      this.query.validators(),
      this.query.governed(),
      this.query.transactionsSince(now() - RATE_WINDOW_MS),
      this.#look(),
    ]);
    const { stats, clock, firing } = look;
    const summary = stats?.summary ?? { finality_p50_us: null, finality_p99_us: null };
    return {
      ...head,
      validators: validators.map(({ validator_id, public_key, status, blocks_sealed, last_seen }) => ({
        validator_id,
        public_key,
        active: status === 'active',
        blocks_sealed,
        last_seen,
      })),
      frozen:
        governed.frozen === null
          ? null
          : { reason: governed.frozen.reason, since: governed.frozen.since, member_id: governed.frozen.member_id },
      block_time: clock?.timestamp ?? head.head_time,
      clock: clock?.state ?? 'right',
      open_proposals: governed.openProposals,
      stale_proposals: governed.staleProposals,
      health: healthOf(firing),
      alerts: firing.map(alertOf),
      pending: stats?.pending ?? 0,
      index: { unchecked_after: governed.indexUncheckedAfter, failure: failureOf(this.#indexFailure) },
      verified: this.#verified,
      ...summary,
      transactions_per_second: clock?.state === 'behind' ? null : (transactions * 1_000) / RATE_WINDOW_MS,
      signature_verifier: stats?.signatureVerifier ?? 'native',
      started_at: this.#startedAt,
      uptime_ms: this.#options.now() - this.#startedAt,
    };
  }

  /** Commits what was accepted, then closes everything. */
  async close(): Promise<void> {
    this.events.close();
    try {
      await this.#validator?.stop();
      await this.#headWatch?.stop();
      if (this.#validator !== null) refreshHeadRecord(dataPaths(this.#options.dataDirectory).chain);
    } finally {
      await this.#queryThread.stop();
      this.#lock?.release();
    }
  }
}

/** What failed, as it is reported to a page. */
function failureOf(error: QuantumLockError | null): Status['index']['failure'] {
  return error === null ? null : { code: error.code, message: error.message, advice: error.advice };
}
