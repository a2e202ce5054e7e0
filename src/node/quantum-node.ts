import { withLookalikes } from './query/environment-names.ts';
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
import type { NextKey } from './chain/seal-block.ts';
import { ChainFeed } from './monitoring/chain-feed.ts';
import { EventHub } from './monitoring/event-hub.ts';
import { contentDamaged, fileChanged, indexDiffered } from './monitoring/found-alerts.ts';
import { AlertBook } from './monitoring/alert-book.ts';
import { alertOf } from './monitoring/alert-record.ts';
import { freeBytes } from './monitoring/free-bytes.ts';
import { healthOf } from './monitoring/health.ts';
import { LogCheckpoints } from './checkpoints/log-checkpoints.ts';
import { ALERT_RULES } from './monitoring/rules/registry.ts';
import { acceptConfig, foreignFiles } from './history/foreign-files.ts';
import { refreshHeadRecord } from './history/head-record.ts';
import type { HeadWatch } from './history/head-watch.ts';
import { openHistory } from './history/open-history.ts';
import { isHistoryFault, readHistoryState, stillUnsealed, type UnsealedBlock } from './history/history-state.ts';
import { integrityPaths } from './integrity/integrity-paths.ts';
import { isChainDamage, openRepaired } from './integrity/open-repaired.ts';
import { SnapshotSchedule } from './integrity/snapshot-schedule.ts';
import { wipeKeys, withKeyCopies, type NodeOptions } from './node-options.ts';
import type { SignedStatement, StatementToSign } from './engine/statement.ts';
import { QueryThread, type QueryRemote } from './query/query.ts';
import { BackupFactsReader } from './recovery/backup-facts.ts';
import { settleRestore } from './recovery/restore-journal.ts';
import { StandingAlerts } from './monitoring/standing-alerts.ts';
import { chainOfDirectory } from './chain-of-directory.ts';
import { CHAIN_DATABASE } from './storage/chain-schema.ts';
import { storageError } from './data-directory/storage-errors.ts';
import { StorageWatch } from './monitoring/storage-watch.ts';
import { metricsOf } from './metrics-of.ts';
import { RATE_WINDOW_MS, statusOf, type NodeLook } from './status-of.ts';
import { verifyThreadCount } from './thread-counts.ts';
import { Validator } from './validator/validator.ts';

/** A node on a data directory: the validator's thread, the query thread, and the events between them. */
export class QuantumNode {
  readonly query: QueryRemote;
  readonly events: EventHub;
  readonly feed: ChainFeed;
  readonly backups: BackupFactsReader;
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
  readonly #snapshots: SnapshotSchedule;
  readonly checkpoints: LogCheckpoints;

  private constructor(options: NodeOptions, lock: DataLock | null, keepsIndex: boolean) {
    this.#options = options;
    this.#lock = lock;
    this.#startedAt = options.now();
    this.#standing = new StandingAlerts(options.dataDirectory, options.now);
    this.#alerts = new AlertBook({ rules: ALERT_RULES, now: options.now });
    const paths = dataPaths(options.dataDirectory);
    this.#storage = new StorageWatch(options.dataDirectory, options.now);
    this.backups = new BackupFactsReader(options.dataDirectory);
    const config = readNodeConfig(options.dataDirectory);
    this.#snapshots = new SnapshotSchedule({ ...options, every: config.snapshot_every_blocks ?? null });
    const { identity, leastTime, height } = chainOfDirectory(paths.chain, config.chain_id);
    this.#chain = identity;
    this.#leastTime = leastTime;
    this.#height = height;
    for (const file of foreignFiles(options.dataDirectory)) this.#standing.raise(fileChanged(file));
    this.events = new EventHub(() => this.#height);
    this.#queryThread = new QueryThread({
      chainDirectory: paths.chain,
      height,
      indexDirectory: paths.root,
      blobsDirectory: paths.blobs,
      keepsIndex,
      validatorId: this.validatorId,
      scrubRecord: { path: integrityPaths(options.dataDirectory).scrubRecord, isKept: lock !== null },
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
    this.feed = new ChainFeed({ height: () => this.#height, read: this.query.blockEvents });
    this.checkpoints = new LogCheckpoints({ ...options, query: this.query, onFork: (error) => this.onFailure(error) });
  }

  /**
   * Opens the chain of a data directory. With a key, a chain whose rows are damaged is repaired first, where that is possible without
   * loss; where it is not, it is shown, and nothing is sealed.
   * @throws DATA_DIR_EMPTY, DATA_DIR_LOCKED, DATA_DIR_NEWER, DATA_DIR_OTHER_CHAIN, STORAGE_CORRUPT where not even that can be
   * read, and what keeps a repair from being made: STORAGE_FULL, CANCELLED
   */
  static async open(options: NodeOptions): Promise<QuantumNode> {
    readNodeConfig(options.dataDirectory);
    if (options.key === null) return QuantumNode.#openOnce(options, { lock: null, blocked: null });
    const lock = lockDataDirectory(options.dataDirectory);
    try {
      // Each start wipes the keys that it is given, and there may be two.
      return await openRepaired(options, (blocked) => QuantumNode.#openOnce(withKeyCopies(options), { lock, blocked }));
    } catch (error) {
      lock.release();
      throw error;
    } finally {
      wipeKeys(options);
    }
  }

  /** `blocked`: why nothing is sealed on the chain, whatever it looks like. */
  static async #openOnce(
    options: NodeOptions,
    { lock, blocked }: { readonly lock: DataLock | null; readonly blocked: QuantumLockError | null },
  ): Promise<QuantumNode> {
    let node: QuantumNode | null = null;
    let validator: Validator | null = null;
    try {
      // The validator opens the database first: it alone may bring its schema up to date.
      const onBlock = (block: CommittedBlock): void => node?.onBlock(block);
      const onFailure = (error: QuantumLockError): void => node?.onFailure(error);
      const chainDirectory = dataPaths(options.dataDirectory).chain;
      if (lock !== null) await settleRestore(options.dataDirectory, { headCopies: [], ...options });
      const { watch, fault: found, isNoted } = await openHistory(options);
      let fault = found;
      if (options.key !== null && fault === null && blocked === null) {
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
      node.#damage = blocked;
      if (validator === null) node.#unsealed = readHistoryState(options.dataDirectory).unsealed;
      else {
        acceptConfig(options.dataDirectory);
        await watch.start();
      }
      return node;
    } catch (error) {
      // Their threads would keep the process alive, and the chain open, without the lock.
      await Promise.allSettled([validator?.stop(), node === null ? null : node.#queryThread.stop()]);
      throw storageError(CHAIN_DATABASE, error);
    } finally {
      wipeKeys(options);
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

  /** With the key that seals: what this node states of its own chain. @throws NODE_STOPPED, HISTORY_CHANGED where nothing is sealed here */
  async signStatement(statement: StatementToSign): Promise<SignedStatement> {
    return this.#requireValidator().signStatement(statement);
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
    this.#snapshots.onBlock(block.index);
    this.checkpoints.onBlock();
    this.#chain = { ...this.#chain, era: block.next_era };
    this.#leastTime = block.next_time;
    void this.query.onBlock({ height: block.index, envIds: block.env_ids }).catch(() => undefined);
    if (block.changes_validators) this.#options.onValidators?.();
    this.events.publishBlock(block);
    this.feed.noteBlock();
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
    const told = { health: healthOf(firing), alerts: firing.map(alertOf) };
    this.events.publish({ type: 'health', ...told });
    this.feed.noteHealth(told);
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
    // As it was within the last half second: while blocks are made, the clock itself answers after the next of them.
    const clock = (await this.stats())?.clock ?? (await this.clock());
    return metricsOf(minutes, {
      clock,
      count: (span) => this.query.throughput(span),
      measured: async () => (await this.#validator?.recentMetrics(minutes)) ?? [],
      startedAt: this.#startedAt,
      now: this.#options.now(),
    });
  }

  async stats(): Promise<EngineStats | null> {
    return this.#validator === null ? null : this.#validator.recentStats();
  }

  /** What is on this machine can be reported only while its directory exists. @throws DATA_DIR_GONE */
  assertStorage(): void {
    this.#storage.assertInPlace();
  }

  /** What was found in chain.db that does not fit its hashes, and stands: nothing is sealed behind it. */
  get damage(): QuantumLockError | null {
    return this.#damage;
  }

  recordVerification(verified: NonNullable<Status['verified']>): void {
    this.#verified = verified;
  }

  /** Brings the alerts up to date. */
  async #look(): Promise<NodeLook> {
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
      now: this.#options.now(),
      backups: this.backups.read(),
      witnesses: await this.checkpoints.factsOrError(),
    });
    return { stats, clock, firing };
  }

  /** @throws STORAGE_CORRUPT where what it tells of is damaged: then with what is known of all the damage */
  async status(): Promise<Status> {
    try {
      return await this.#status();
    } catch (error) {
      throw isChainDamage(error) && this.#damage !== null ? this.#damage : error;
    }
  }

  async #status(): Promise<Status> {
    const { now } = this.#options;
    const [head, { validators }, governed, transactions, look, checkpoint] = await Promise.all([
      this.query.head(),
      this.query.validators(),
      this.query.governed(),
      this.query.transactionsSince(now() - RATE_WINDOW_MS),
      this.#look(),
      this.checkpoints.view().catch(() => null),
    ]);
    const said = { head, validators, governed, transactions, checkpoint };
    const own = { indexFailure: this.#indexFailure, verified: this.#verified, startedAt: this.#startedAt };
    return statusOf({ ...look, ...said, ...own, now: now() });
  }

  /** Commits what was accepted, then closes everything. */
  async close(): Promise<void> {
    this.events.close();
    this.feed.close();
    await Promise.all([this.#snapshots.close(), this.checkpoints.close()]);
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
