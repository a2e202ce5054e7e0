import type Database from 'better-sqlite3';
import { join } from 'node:path';
import type { IntegrityReport, VerifyFinding } from '../../api/operator/integrity.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { decodeHeader, type BlockHeader } from '../../ledger/blocks/block.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { guardStorage, isDamage, isUnreadable, storageError } from '../data-directory/storage-errors.ts';
import { VerifyPool } from '../engine/verify-pool.ts';
import { readHeadRecord, type HeadRecord } from '../history/head-record.ts';
import type { RememberedHead } from '../history/head-watch.ts';
import { checkHeadRecord, findMissing } from '../history/history-check.ts';
import { askPresentChain } from '../history/present-chain.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { ChainScrub, type ScrubbedTo } from '../storage/chain-scrub.ts';
import { findingIn, findingOf, isFinding } from './finding-in.ts';
import { FittingRows, neededRows } from './fitting-rows.ts';
import { integrityPaths } from './integrity-paths.ts';
import { MisfiledRows } from './misfiled-rows.ts';
import { NO_ROWS, OwnRows, type StoredRows } from './own-rows.ts';
import { putInPlace } from './put-in-place.ts';
import { prepareRebuild, rebuildChain, type Rebuilt, type WaitingBlock } from './rebuild-chain.ts';
import { reportWords } from './report-words.ts';
import { IntegrityReports, reportIdAt, saysAllOf } from './reports.ts';
import type { RowCopy } from './row-copy.ts';
import { openSnapshots } from './snapshot-source.ts';
import type { StateSource } from './state-source.ts';

export type RepairPhase = 'look' | 'copy' | 'replay' | 'check';

export interface RepairOptions {
  readonly dataDirectory: string;
  readonly verifyThreads: number;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** What made somebody look; null where nothing did but a person's wish. */
  readonly finding: VerifyFinding | null;
  /** What other places than head.record remember of the chain. */
  readonly remembered: readonly RememberedHead[];
  /** Asked for rows that follow from no others. */
  readonly copies?: readonly RowCopy[];
  /** Hears of a repair before it is put in place; what it throws keeps it from being. */
  readonly onRepaired: (report: IntegrityReport) => void;
  readonly onProgress?: (phase: RepairPhase, done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Repairs the chain of a data directory whose lock the caller holds. Rows that follow from others are made again from those, in a new
 * file beside; it is checked against every hash, and against what this machine has seen of the chain, and then put in the place of the
 * damaged one, which is kept whole. Rows that follow from nothing are taken from `copies`, or named. Returns null where nothing is
 * damaged, or where whether the chain is the one that was here before cannot be told: that is for the history's check to say.
 * @throws STORAGE_FULL and what else the disk refuses, DATA_DIR_LOCKED, CANCELLED: then everything is as it was
 */
export async function repairChain(options: RepairOptions): Promise<IntegrityReport | null> {
  const anchor = readHeadRecord(dataPaths(options.dataDirectory).chain);
  if (typeof anchor === 'string') return null;
  const repair = new Repair(options, anchor);
  try {
    return await repair.run();
  } catch (error) {
    throw storageError(CHAIN_DATABASE, error);
  } finally {
    repair.close();
  }
}

/** Work between two looks at whether to stop. */
const SLICE_MS = 50;
const REBUILD_DIRECTORY = 'repair';

interface Looked {
  readonly rows: FittingRows;
  readonly misfiled: MisfiledRows;
  readonly waiting: WaitingBlock | null;
  /** Up to where every row fits; null where the file cannot be read. */
  readonly intact: ScrubbedTo;
  /** With what made somebody look, which comes last: it differs from run to run, as who meets damage first does. */
  readonly findings: readonly VerifyFinding[];
  /** What the look itself found, the same in every run; where that is nothing, what made somebody look. */
  readonly own: readonly VerifyFinding[];
}

class Repair {
  readonly #options: RepairOptions;
  readonly #anchor: HeadRecord;
  readonly #began = performance.now();
  readonly #chainDirectory: string;
  readonly #verifier = loadSignatureVerifier();
  /** The damaged file; null where it cannot be opened any more. */
  readonly #opened: { readonly reader: ChainReader; readonly database: Database.Database } | null;

  constructor(options: RepairOptions, anchor: HeadRecord) {
    this.#options = options;
    this.#anchor = anchor;
    this.#chainDirectory = dataPaths(options.dataDirectory).chain;
    this.#opened = openDamaged(this.#chainDirectory);
  }

  close(): void {
    this.#opened?.database.close();
  }

  async run(): Promise<IntegrityReport | null> {
    const looked = await this.#look();
    const { rows, misfiled, waiting } = looked;
    if (looked.findings.length === 0) return null;
    if (rows.missing.length > 0)
      return this.#reported(looked, { outcome: 'needs_copy', needs: neededRows(rows.missing) });
    if (this.#isLonger() || !misfiled.areExplainedBy(rows)) return this.#reported(looked, { outcome: 'refused' });
    const made = await this.#make(looked, waiting);
    if (made === null) return this.#reported(looked, { outcome: 'refused' });
    const id = reportIdAt(this.#options.now());
    const sources = rows.sources;
    const quarantine = join('quarantine', id.replace('damage-', ''));
    const report = this.#reported(
      looked,
      {
        outcome: sources.length === 0 ? 'repaired' : 'filled',
        started_from: made.from?.kind ?? null,
        intact_height: made.from?.height ?? -1,
        blocks: made.rebuilt.blocks,
        transactions: made.rebuilt.transactions,
        copy: sources.length === 0 ? null : sources.join(', '),
        quarantine: join(quarantine, CHAIN_DATABASE),
      },
      id,
    );
    // On record before it happens: no stop leaves a repaired chain of which nobody is told.
    this.#options.onRepaired(report);
    this.#opened?.database.close();
    putInPlace({
      made: made.path,
      chainDirectory: this.#chainDirectory,
      quarantine: join(this.#options.dataDirectory, quarantine),
    });
    prepareRebuild(this.#rebuildDirectory);
    return report;
  }

  get #rebuildDirectory(): string {
    return join(this.#chainDirectory, REBUILD_DIRECTORY);
  }

  #progress(phase: RepairPhase, done: number, total: number): void {
    this.#options.onProgress?.(phase, done, total);
  }

  readonly #assertGoingOn = (): void => {
    if (this.#options.signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'the repair was stopped');
  };

  /** What of the file fits, and what does not. */
  async #look(): Promise<Looked> {
    const { copies = [], finding } = this.#options;
    const own = this.#opened === null ? NO_ROWS : new OwnRows(this.#opened.database);
    const scrubbed = await this.#scrub();
    const waiting = this.#waiting(own);
    const { index, log_size } = this.#anchor.header;
    const waits = waiting === null ? null : decodeHeader(waiting.header);
    const misfiled = new MisfiledRows(own, {
      height: (waits?.index ?? index) + 1,
      logSize: waits?.log_size ?? log_size,
    });
    const rows = new FittingRows({
      own,
      anchor: this.#anchor,
      copies: [misfiled, ...copies],
      verifier: this.#verifier,
    });
    await rows.check({
      onProgress: (done, total) => this.#progress('look', total + done, 2 * total),
      assertGoingOn: this.#assertGoingOn,
    });
    const named = rows.damaged
      .map(findingOf)
      .toSorted((one, other) => one.place.localeCompare(other.place, 'en', { numeric: true }));
    const found = [...(scrubbed.finding === null ? [] : [scrubbed.finding]), ...named];
    const findings = onePerPlace([...found, ...(finding === null ? [] : [finding])]);
    // Every row fits its hash, and yet something was found: nothing of the state is taken over as it is.
    const isHidden = found.length === 0;
    const intact = isHidden ? NOTHING : scrubbed.reached;
    return { rows, misfiled, waiting, intact, findings, own: isHidden ? findings : found };
  }

  async #scrub(): Promise<{ readonly reached: ScrubbedTo; readonly finding: VerifyFinding | null }> {
    if (this.#opened === null)
      return {
        reached: NOTHING,
        finding: { place: CHAIN_DATABASE, message: 'cannot be opened as a database any more' },
      };
    const { reader, database } = this.#opened;
    let scrub: ChainScrub | null = null;
    try {
      scrub = new ChainScrub(reader, database);
      await scrubAll(scrub, {
        onProgress: (done) => this.#progress('look', done, 2 * (this.#anchor.header.index + 1)),
        assertGoingOn: this.#assertGoingOn,
      });
      return { reached: scrub.reached, finding: null };
    } catch (error) {
      const failure = storageError(CHAIN_DATABASE, error);
      if (!(failure instanceof QuantumLockError) || !isFinding(failure)) throw failure;
      return { reached: scrub?.reached ?? NOTHING, finding: findingIn(failure) };
    }
  }

  /** The block that was decided behind the newest sealed one, where one stands there that follows it. */
  #waiting(own: StoredRows): WaitingBlock | null {
    const { header: newest, hash } = this.#anchor;
    const text = own.header(newest.index + 1);
    if (text === null || own.proof(newest.index + 1) !== null) return null;
    const header = headerOrNull(text);
    if (header?.previous_hash !== hash || header.index !== newest.index + 1) return null;
    const size = header.log_size - newest.log_size;
    if (size < 1 || size > WAITING_TRANSACTIONS_MAX) return null;
    const transactions = Array.from({ length: size }, (_, offset) => own.transaction(newest.log_size + offset));
    const whole = transactions.filter((bytes) => bytes !== null);
    return whole.length === size ? { header: text, transactions: whole } : null;
  }

  /** A sealed block follows the newest that this machine sealed: it is not this program's to take it away. */
  #isLonger(): boolean {
    const own = this.#opened === null ? NO_ROWS : new OwnRows(this.#opened.database);
    const next = this.#anchor.header.index + 1;
    const header = headerOrNull(own.header(next) ?? '');
    return header?.previous_hash === this.#anchor.hash && own.proof(next) !== null;
  }

  /** The made file, checked against everything; null where no way makes the chain that was here before. */
  async #make(
    { rows, intact }: Looked,
    waiting: WaitingBlock | null,
  ): Promise<{ readonly path: string; readonly from: StateSource | null; readonly rebuilt: Rebuilt } | null> {
    const { verifyThreads } = this.#options;
    const { chain_id } = decodeHeader(rows.header(0));
    const pool = new VerifyPool({ chain: { chain_id, genesis: rows.genesis }, threads: verifyThreads });
    const sources = this.#sources(intact, rows);
    try {
      for (const from of [...sources, null]) {
        prepareRebuild(this.#rebuildDirectory);
        const rebuilt = await this.#tryFrom(from, { rows, waiting, pool });
        if (rebuilt !== null) return { path: join(this.#rebuildDirectory, CHAIN_DATABASE), from, rebuilt };
      }
      return null;
    } catch (error) {
      // What was made so far takes room that may be needed.
      prepareRebuild(this.#rebuildDirectory);
      throw error;
    } finally {
      await pool.close();
      for (const source of sources) if ('close' in source) source.close();
    }
  }

  /** The nearest to the newest block first. */
  #sources(intact: ScrubbedTo, rows: FittingRows): readonly (StateSource | (StateSource & { close(): void }))[] {
    const opened = this.#opened;
    const snapshots = openSnapshots(integrityPaths(this.#options.dataDirectory).snapshots, {
      genesis: rows.genesis,
      above: intact.height,
      below: rows.height,
    });
    if (opened === null || intact.height < 0) return snapshots;
    const own: StateSource = {
      ...intact,
      kind: 'own_rows',
      path: join(this.#chainDirectory, CHAIN_DATABASE),
      rootsAt: (height) => opened.reader.uncheckedBlock(height).roots,
    };
    return [...snapshots, own];
  }

  /** Null where what is made from there is not the chain. */
  async #tryFrom(
    from: StateSource | null,
    given: { readonly rows: FittingRows; readonly waiting: WaitingBlock | null; readonly pool: VerifyPool },
  ): Promise<Rebuilt | null> {
    try {
      const rebuilt = await rebuildChain({
        ...given,
        from,
        directory: this.#rebuildDirectory,
        verifier: this.#verifier,
        onProgress: (phase, done, total) => this.#progress(phase, done, total),
        assertGoingOn: this.#assertGoingOn,
      });
      return (await this.#isChainOfHere()) ? rebuilt : null;
    } catch (error) {
      const failure = storageError(CHAIN_DATABASE, error);
      if (failure instanceof QuantumLockError && isFinding(failure)) return null;
      throw failure;
    }
  }

  /** Reads all of what was made, as it is on the disk now. @throws STORAGE_CORRUPT */
  async #isChainOfHere(): Promise<boolean> {
    const { reader, database } = ChainReader.open(this.#rebuildDirectory, { pageCacheCount: 2_000 });
    try {
      const total = this.#anchor.header.index + 1;
      await scrubAll(new ChainScrub(reader, database), {
        onProgress: (done) => this.#progress('check', done, total),
        assertGoingOn: this.#assertGoingOn,
      });
      const { remembered } = this.#options;
      return askPresentChain(
        reader,
        (present) =>
          checkHeadRecord(this.#anchor, present, this.#verifier.verify) === null &&
          remembered.every(({ source, seen }) => findMissing(source, seen, present) === null),
      );
    } finally {
      database.close();
    }
  }

  /** Writes it down, unless the newest one says all of it already, whatever made somebody look: then that one is returned. */
  #reported(
    { findings, own, intact }: Looked,
    told: Pick<IntegrityReport, 'outcome'> & Partial<IntegrityReport>,
    id = reportIdAt(this.#options.now()),
  ): IntegrityReport {
    const parts = {
      report_id: id,
      time: this.#options.now(),
      findings: [...findings],
      intact_height: intact.height,
      started_from: null,
      blocks: 0,
      transactions: 0,
      needs: [],
      copy: null,
      quarantine: null,
      duration_ms: Math.round(performance.now() - this.#began),
      ...told,
    };
    const report: IntegrityReport = { ...parts, words: reportWords(parts) };
    const reports = new IntegrityReports(this.#options.dataDirectory);
    const [newest] = reports.list();
    if (newest !== undefined && saysAllOf(newest, { ...report, findings: [...own] })) return newest;
    reports.write(report);
    return report;
  }
}

const NOTHING: ScrubbedTo = { height: -1, pages: 0, values: 0 };
/** More than any block has. */
const WAITING_TRANSACTIONS_MAX = 10_000;

function onePerPlace(findings: readonly VerifyFinding[]): readonly VerifyFinding[] {
  return findings.filter(({ place }, at) => findings.findIndex((other) => other.place === place) === at);
}

/** Null where it is no database of ours any more. */
function openDamaged(chainDirectory: string): ReturnType<typeof ChainReader.open> | null {
  try {
    return ChainReader.open(chainDirectory, { pageCacheCount: 2_000 });
  } catch (error) {
    if (isUnreadable(error) || isDamage(error)) return null;
    throw error;
  }
}

async function scrubAll(
  scrub: ChainScrub,
  { onProgress, assertGoingOn }: { readonly onProgress: (done: number) => void; readonly assertGoingOn: () => void },
): Promise<void> {
  while (guardStorage(CHAIN_DATABASE, () => scrub.advance(SLICE_MS))) {
    assertGoingOn();
    onProgress(scrub.reached.height + 1);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function headerOrNull(text: string): BlockHeader | null {
  try {
    return decodeHeader(text);
  } catch {
    // Damaged: it is no header that follows anything.
    return null;
  }
}
