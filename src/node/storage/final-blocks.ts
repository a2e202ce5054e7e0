import type Database from 'better-sqlite3';
import { encodeHash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { decodeHeader } from '../../ledger/blocks/block.ts';
import { decodeProof } from '../../ledger/blocks/block-proof.ts';
import { misfit } from './block-check.ts';
import { decodeRoots } from './block-rows.ts';
import type { StoredBlock } from './stored-block.ts';

export interface BlockRow {
  readonly header: string;
  /** Null where it has not arrived yet. */
  readonly proof: string | null;
  /** 1 where the block is part of the chain, 0 where it is decided alone. */
  readonly final: number;
  readonly hash: Uint8Array;
  readonly first_log_index: number;
  readonly roots: Uint8Array;
}

export interface DecidedRow {
  readonly height: number;
  readonly row: BlockRow;
}

/**
 * How far a block is. *decided*: its row is on the disk. *final*: no other block can take its place, so it is part of the chain.
 * *proved*: it has its proof too.
 */
export type BlockStage = 'decided' | 'final' | 'proved';

/** How far a row says that its block is. @throws STORAGE_CORRUPT where it says what no row of ours says */
export function stageOf(height: number, { final, proof }: Pick<BlockRow, 'final' | 'proof'>): BlockStage {
  if (final === 1) return proof === null ? 'final' : 'proved';
  if (final === 0 && proof === null) return 'decided';
  throw misfit(`block ${height}`, final === 0 ? 'has a proof and is not final' : 'does not say whether it is final');
}

/** The condition that makes a row of `blocks` one of the chain. */
export const IS_FINAL_SQL = 'final = 1';

/** The rows of `blocks`, and which of them are the chain: the final ones, of which those at the end may wait for their proof. */
export class FinalBlocks {
  readonly #unprovedMax: number;
  readonly #height: Database.Statement<[], number>;
  readonly #provedHeight: Database.Statement<[], number>;
  readonly #row: Database.Statement<[number], BlockRow>;
  /** The greatest height that is known: none that is told is less, as a block that is final stays so. */
  #knownHeight = -1;

  /** `unprovedMax`: so many blocks at the end may wait for their proof. */
  constructor(database: Database.Database, unprovedMax: number) {
    this.#unprovedMax = unprovedMax;
    const newest = (where: string): Database.Statement<[], number> =>
      database.prepare<[], number>(`SELECT height FROM blocks WHERE ${where} ORDER BY height DESC LIMIT 1`).pluck();
    this.#height = newest(IS_FINAL_SQL);
    this.#provedHeight = newest('proof IS NOT NULL');
    this.#row = database.prepare(
      'SELECT header, proof, final, hash, first_log_index, roots FROM blocks WHERE height = ?',
    );
  }

  /**
   * Index of the newest final block; −1 before the first.
   * @throws STORAGE_CORRUPT where the chain is shorter than it was: an older state would be taken for the present one
   */
  height(): number {
    const height = this.#height.get() ?? -1;
    if (height < this.#knownHeight) throw misfit(`block ${this.#knownHeight}`, 'was final and is not any more');
    return (this.#knownHeight = height);
  }

  /** Somebody else has seen that block final. */
  noteFinal(height: number): void {
    this.#knownHeight = Math.max(this.#knownHeight, height);
  }

  /** Index of the newest block that has its proof; −1 before the first. */
  provedHeight(): number {
    return this.#provedHeight.get() ?? -1;
  }

  /** Of any block, decided ones too. */
  row(height: number): BlockRow | undefined {
    return this.#row.get(height);
  }

  /** The block that is decided alone: it follows the chain, and is no part of it. @throws STORAGE_CORRUPT */
  decided(): DecidedRow | null {
    const height = this.height() + 1;
    const row = this.row(height);
    // It may have become final since.
    return row === undefined || stageOf(height, row) !== 'decided' ? null : { height, row };
  }

  /** A final block as its row has it. @throws NOT_FOUND, STORAGE_CORRUPT where it cannot be decoded, or cannot stand there so */
  unchecked(height: number): StoredBlock {
    const { header, proof, hash, first_log_index, roots } = this.#finalRow(height);
    try {
      return {
        header: decodeHeader(header),
        proof: proof === null ? null : decodeProof(proof),
        hash: encodeHash(hash),
        firstLogIndex: first_log_index,
        roots: decodeRoots(roots),
      };
    } catch (cause) {
      throw misfit(`block ${height}`, `cannot be decoded: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }

  /** `isSecondLook`: what the first look missed may have come before it was asked how far the chain is. */
  #finalRow(height: number, isSecondLook = false): BlockRow {
    const row = this.row(height);
    const stage = row === undefined ? null : stageOf(height, row);
    if (row !== undefined && stage === 'proved') return row;
    const isFinal = row !== undefined && stage === 'final';
    const end = isFinal ? this.provedHeight() : this.height();
    if (height >= 0 && height <= end) {
      if (!isSecondLook) return this.#finalRow(height, true);
      throw misfit(`block ${height}`, isFinal ? 'has no proof' : row === undefined ? 'is missing' : 'is not final');
    }
    if (!isFinal)
      throw new QuantumLockError(
        'NOT_FOUND',
        row === undefined ? `there is no block ${height}` : `block ${height} is decided and not final yet`,
        { context: { height } },
      );
    if (height - end > this.#unprovedMax) throw misfit(`block ${height}`, 'is final and has no proof');
    return row;
  }
}
