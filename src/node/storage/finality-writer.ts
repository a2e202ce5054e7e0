import type Database from 'better-sqlite3';
import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { encodeProof, type BlockProof } from '../../ledger/blocks/block-proof.ts';
import type { BlockHeader } from '../../ledger/blocks/block.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import { GrownFilesWatch, type GrownFiles } from '../history/grown-files.ts';
import { HeadRecordWriter } from '../history/head-record.ts';
import type { ChainReader } from './chain-reader.ts';
import { CHAIN_DATABASE } from './chain-schema.ts';

/** A look costs three reads of files; blocks may come by the hundred a second. */
const GROWN_FRESH_MS = 10_000;

interface NamedBlock {
  readonly header: BlockHeader;
  readonly hash: Hash;
}

/**
 * Says of a block that is on disk that it is final, and puts its proof to it: together where one validator seals, one after the other
 * where several agree. A proof is in `head.record` before it is anywhere else.
 */
export class FinalityWriter {
  readonly #database: Database.Database;
  readonly #reader: ChainReader;
  readonly #unprovedMax: number;
  readonly #record: HeadRecordWriter;
  readonly #setSeal: Database.Statement<[string, number]>;
  readonly #setFinal: Database.Statement<[number]>;
  readonly #setProof: Database.Statement<[string, number]>;
  readonly #growing: GrownFilesWatch;
  #grown: GrownFiles;
  #measuredAt: number;
  #height: number;

  /** `unprovedMax`: so many final blocks may wait for their proof. */
  constructor(
    database: Database.Database,
    opened: { readonly reader: ChainReader; readonly chainDirectory: string; readonly unprovedMax: number },
  ) {
    this.#database = database;
    this.#reader = opened.reader;
    this.#unprovedMax = opened.unprovedMax;
    this.#record = new HeadRecordWriter(opened.chainDirectory);
    this.#setSeal = database.prepare(
      'UPDATE blocks SET final = 1, proof = ? WHERE height = ? AND final = 0 AND proof IS NULL',
    );
    this.#setFinal = database.prepare('UPDATE blocks SET final = 1 WHERE height = ? AND final = 0 AND proof IS NULL');
    this.#setProof = database.prepare('UPDATE blocks SET proof = ? WHERE height = ? AND final = 1 AND proof IS NULL');
    this.#growing = new GrownFilesWatch(opened.chainDirectory);
    this.#grown = this.#growing.measure();
    this.#measuredAt = performance.now();
    this.#height = opened.reader.heightOrNone();
  }

  /** Index of the newest final block; −1 before the first. */
  get height(): number {
    return this.#height;
  }

  /**
   * Makes the decided block final and proves it, in one step. That is not waited for in the chain: a machine that loses power in
   * between has the decided block and the record, and makes the same seal again.
   */
  seal(block: NamedBlock, proof: BlockProof): void {
    const { index } = block.header;
    this.#recordProof(block, proof);
    this.#writeUnwaited(() =>
      assertChanged(this.#setSeal.run(encodeProof(proof), index), `block ${index} no longer waits for its seal`),
    );
    this.#height = index;
  }

  /**
   * Makes the decided block final: when this returns, that is on disk.
   * @throws PROOF_PENDING where as many wait for their proof as may, STORAGE_CORRUPT where that block is not the decided one
   */
  finalise(height: number): void {
    const proved = this.#reader.provedHeightOrNone();
    if (height - proved > this.#unprovedMax)
      throw new QuantumLockError(
        'PROOF_PENDING',
        `block ${height} cannot be final yet: block ${proved} is the newest that has its proof, and at most ${this.#unprovedMax} may wait`,
        { context: { height, proved_height: proved } },
      );
    guardStorage(CHAIN_DATABASE, () => assertChanged(this.#setFinal.run(height), `block ${height} is not decided`));
    this.#height = height;
  }

  /**
   * Puts its proof to the oldest final block that waits for one. That is not waited for in the chain, as it can be had again.
   * @throws PROOF_INVALID where it does not prove that block, NOT_FOUND where that is not final, PROOF_PENDING where an older one waits
   */
  prove(height: number, proof: BlockProof): void {
    const block = this.#reader.block(height);
    const fault = this.#reader.faultOfProof(height, proof);
    if (fault !== null)
      throw new QuantumLockError('PROOF_INVALID', `that does not prove block ${height}: ${fault}`, {
        context: { height },
      });
    // The same again, or another one: the block keeps what it has.
    if (block.proof !== null) return;
    const oldest = this.#reader.provedHeightOrNone() + 1;
    if (height !== oldest)
      throw new QuantumLockError(
        'PROOF_PENDING',
        `block ${oldest} waits for its proof, and goes before block ${height}`,
        {
          context: { height, proved_height: oldest - 1 },
        },
      );
    this.#recordProof(block, proof);
    this.#writeUnwaited(() =>
      assertChanged(this.#setProof.run(encodeProof(proof), height), `block ${height} no longer waits for its proof`),
    );
  }

  close(): void {
    this.#record.close();
  }

  #recordProof({ header, hash }: NamedBlock, proof: BlockProof): void {
    const genesis = header.index === 0 ? hash : this.#reader.block(0).hash;
    const record = { genesis, header, hash, proof, ...this.#reader.state.counts, grown: this.#measureGrown() };
    if (header.index === 0) this.#record.replace(record);
    else this.#record.write(record);
  }

  #measureGrown(): GrownFiles {
    if (performance.now() - this.#measuredAt > GROWN_FRESH_MS) {
      this.#grown = this.#growing.measure();
      this.#measuredAt = performance.now();
    }
    return this.#grown;
  }

  #writeUnwaited(write: () => void): void {
    guardStorage(CHAIN_DATABASE, () => {
      this.#database.exec('PRAGMA synchronous = NORMAL');
      try {
        write();
      } finally {
        this.#database.exec('PRAGMA synchronous = FULL');
      }
    });
  }
}

/** @throws STORAGE_CORRUPT where it was not one row */
function assertChanged({ changes }: Database.RunResult, otherwise: string): void {
  if (changes !== 1) throw new QuantumLockError('STORAGE_CORRUPT', otherwise);
}
