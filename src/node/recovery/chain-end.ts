import type Database from 'better-sqlite3';
import { decodeHeader } from '../../ledger/blocks/block.ts';
import { BlockExecution } from '../../ledger/blocks/execute.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import type { PastBlocks } from '../../ledger/state/access.ts';
import { LedgerState, type StateRoots } from '../../ledger/state/ledger-state.ts';
import { checkTransaction, isRejection } from '../../ledger/transactions/transaction.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { ReplayedRows } from '../chain/replayed-rows.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { StoredBlock } from '../storage/stored-block.ts';
import { storedPast } from '../storage/stored-past.ts';
import { TILE_LEVELS, TILE_WIDTH, tileId } from '../storage/log-rows.ts';
import type { ChainEnd } from './backup-format.ts';
import type { ChainTable } from './tables.ts';

/**
 * What the chain has up to its newest block that has its proof. The rows below that never change again, so they can be read afterwards
 * in as many steps as one likes, while blocks are sealed behind them.
 * @throws STORAGE_CORRUPT
 */
export function readChainEnd(reader: ChainReader, database: Database.Database): ChainEnd {
  // One snapshot: a block may be sealed between two reads.
  database.exec('BEGIN');
  try {
    const head = reader.provedHead();
    const counts = provedCounts(reader, head);
    const { index: height, log_root, log_size, state_root, timestamp } = head.header;
    return { height, hash: head.hash, timestamp, state_root, log_size, log_root, ...counts };
  } finally {
    database.exec('COMMIT');
  }
}

interface StateCounts {
  readonly pages: number;
  readonly values: number;
}

function provedCounts(reader: ChainReader, head: StoredBlock): StateCounts {
  const { pages, values } = reader.state.latestCounts();
  const appended = rowsBehind(reader, head);
  return { pages: pages - appended.pages, values: values - appended.values };
}

/**
 * Blocks that are decided and have no proof yet have their rows in the state already, as the last ones; how many is written
 * down nowhere. So they are executed again, in memory, to count them.
 */
function rowsBehind(reader: ChainReader, head: StoredBlock): StateCounts {
  const chain = reader.chain();
  const { pages, values } = reader.state.latestCounts();
  const rows = new ReplayedRows(reader.state, { page: pages + 1, value: values + 1 });
  const past = storedPast(reader, () => head.header.index);
  let { roots } = head;
  let logSize = head.header.log_size;
  for (let index = head.header.index + 1; ; index++) {
    const row = reader.blockRow(index);
    if (row === undefined) return rows.counts;
    const header = decodeHeader(row.header);
    const transactions = reader.transactionBytesBetween(logSize, header.log_size);
    roots = execute({ rows, roots, past, chain, index, timestamp: header.timestamp, transactions });
    logSize = header.log_size;
  }
}

interface BlockToCount {
  readonly rows: ReplayedRows;
  readonly roots: StateRoots;
  /** As far back as an execution may go. */
  readonly past: PastBlocks;
  readonly chain: ChainRoot;
  readonly index: number;
  readonly timestamp: number;
  readonly transactions: readonly Uint8Array[];
}

function execute({ rows, roots, past, chain, index, timestamp, transactions }: BlockToCount): StateRoots {
  // It was checked when it was decided: this only counts.
  const verify = (): boolean => true;
  const seen = { find: () => undefined };
  const execution = new BlockExecution(new LedgerState(rows, roots, past), { chain, index, timestamp, seen, verify });
  for (const bytes of transactions) {
    const checked = checkTransaction(bytes, chain, verify);
    const refusal = isRejection(checked) ? checked : execution.add(checked);
    if (refusal === null) continue;
    throw new QuantumLockError(
      'STORAGE_CORRUPT',
      `block ${index} has no proof and cannot get one: ${refusal.message}`,
      {
        context: { place: `block ${index}` },
        advice: 'Start the node once: it looks at that block, and seals it or says what is wrong with it.',
      },
    );
  }
  return execution.roots();
}

/** Rows of one table, by the keys that bound them: from `begin`, below `end`. */
export interface RowRange {
  readonly table: ChainTable;
  readonly begin: number;
  readonly end: number;
}

/** Every row that a chain has up to `to` and not yet up to `from`, table by table. */
export function rowRanges(from: ChainEnd | null, to: ChainEnd): readonly RowRange[] {
  const heights = { begin: from === null ? 0 : from.height + 1, end: to.height + 1 };
  const ranges: RowRange[] = [
    { table: 'blocks', ...heights },
    { table: 'block_ids', ...heights },
    { table: 'transactions', begin: from?.log_size ?? 0, end: to.log_size },
    ...tileRanges(from?.log_size ?? 0, to.log_size),
    { table: 'state_pages', begin: (from?.pages ?? 0) + 1, end: to.pages + 1 },
    { table: 'state_values', begin: (from?.values ?? 0) + 1, end: to.values + 1 },
  ];
  return ranges.filter(({ begin, end }) => begin < end);
}

/** The full tiles of a log of `to` transactions that one of `from` has not. */
function tileRanges(from: number, to: number): readonly RowRange[] {
  const ranges: RowRange[] = [];
  for (let level = 0, [before, after] = [from, to]; level < TILE_LEVELS; level++) {
    before = Math.floor(before / TILE_WIDTH);
    after = Math.floor(after / TILE_WIDTH);
    ranges.push({ table: 'log_tiles', begin: tileId(level, before), end: tileId(level, after) });
  }
  return ranges;
}
