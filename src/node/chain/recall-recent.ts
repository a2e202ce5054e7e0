import { concatBytes, encodeHash, equalBytes, type Hash } from '../../base/bytes.ts';
import { readEra } from '../../ledger/governance/era.ts';
import { readTransactionWindow } from '../../ledger/governance/transaction-window.ts';
import type { BlockHeader } from '../../ledger/blocks/block.ts';
import type { LedgerState } from '../../ledger/state/ledger-state.ts';
import { RecentTransactions } from '../../ledger/transactions/recent-transactions.ts';
import { decodeIdEntries, encodeIdEntries, type IdEntry } from '../storage/block-rows.ts';
import { misfit } from '../storage/block-check.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { IdsRun } from '../storage/ids-record.ts';
import { decodeStoredText } from '../storage/stored-transaction.ts';
import type { StoredBlock } from '../storage/stored-block.ts';
import { sha256 } from '#sha256';

/** A block whose row of ids is known to be that of its transactions. */
export interface CheckedIds {
  readonly header: BlockHeader;
  readonly hash: Hash;
  readonly firstLogIndex: number;
  /** Of its row: 32 bytes. */
  readonly rowHash: Uint8Array;
}

/** What is known of stored ids from earlier checks, and is told of new ones. */
export interface KnownIds {
  /** The run whose newest block is at that height, as this node vouched for it. */
  runUpTo(height: number): IdsRun | undefined;
  /** Oldest first. */
  noteChecked(blocks: readonly CheckedIds[]): void;
}

export const NOTHING_KNOWN: KnownIds = { runUpTo: () => undefined, noteChecked: () => undefined };

/** The oldest block time that a transaction of the next block could have been in before, Unix milliseconds. */
export function oldestRemembered(state: LedgerState, { timestamp }: Pick<BlockHeader, 'timestamp'>): number {
  return timestamp - 2 * readTransactionWindow(state).reachMs;
}

/**
 * The replay window: the ids of every block that it reaches, each linked to the head by its hash. Stored rows are taken where this node has
 * vouched that they are those of exactly these blocks; all others are made from the transactions, which must make their block's root.
 * @throws STORAGE_CORRUPT
 */
export function recallRecent(
  reader: ChainReader,
  { state, head, known }: { readonly state: LedgerState; readonly head: StoredBlock; readonly known: KnownIds },
): RecentTransactions {
  return reader.atOneMoment(() => {
    const recent = new RecentTransactions();
    const oldest = oldestRemembered(state, head.header);
    const era = readEra(state);
    // What was signed in another era is refused for that.
    const isBefore = (block: { readonly timestamp: number; readonly era: number }): boolean =>
      block.timestamp < oldest || block.era !== era;
    const checked: CheckedIds[] = [];
    let hash = head.hash;
    for (let height = head.header.index; height >= 0;) {
      const run = known.runUpTo(height);
      const isVouched = run?.last_hash === hash;
      if (isVouched && isBefore({ timestamp: run.last_timestamp, era: run.era })) break;
      const rows = isVouched ? rowsOf(reader, run) : null;
      if (isVouched && rows !== null) {
        rememberRows(recent, rows, run.first_log_index);
        hash = run.previous_hash;
        height = run.first_height - 1;
        continue;
      }
      const block = reader.block(height);
      if (block.hash !== hash) throw misfit(`block ${height}`, 'is not the one that the block after it follows');
      if (isBefore(block.header)) break;
      const entries = checkIds(reader, block);
      remember(recent, entries, block.firstLogIndex);
      checked.push(checkedIds(block, entries));
      hash = block.header.previous_hash;
      height -= 1;
    }
    // A run may reach further back than the window.
    recent.expire(head.header.timestamp, 2 * readTransactionWindow(state).reachMs);
    known.noteChecked(checked.toReversed());
    return recent;
  });
}

export function checkedIds(
  block: Pick<StoredBlock, 'header' | 'hash' | 'firstLogIndex'>,
  entries: readonly IdEntry[],
): CheckedIds {
  const { header, hash, firstLogIndex } = block;
  return { header, hash, firstLogIndex, rowHash: sha256(encodeIdEntries(entries)) };
}

/** Of blocks that follow each other, at least one. */
export function runOf(blocks: readonly [CheckedIds, ...CheckedIds[]]): IdsRun {
  const [first] = blocks;
  const last = blocks.at(-1) ?? first;
  return {
    entries_hash: hashOfRows(blocks.map(({ rowHash }) => rowHash)),
    era: last.header.era,
    first_height: first.header.index,
    first_log_index: first.firstLogIndex,
    last_hash: last.hash,
    last_height: last.header.index,
    last_timestamp: last.header.timestamp,
    previous_hash: first.header.previous_hash,
  };
}

function hashOfRows(rowHashes: readonly Uint8Array[]): Hash {
  return encodeHash(sha256(concatBytes(...rowHashes)));
}

/** Null where they are not the rows that the run was of: what is wrong with them is found by looking at each. */
function rowsOf(reader: ChainReader, run: IdsRun): readonly Uint8Array[] | null {
  const rows: Uint8Array[] = [];
  for (let height = run.first_height; height <= run.last_height; height++) {
    const row = reader.idBytes(height);
    if (row === undefined) return null;
    rows.push(row);
  }
  return hashOfRows(rows.map((row) => sha256(row))) === run.entries_hash ? rows : null;
}

function rememberRows(recent: RecentTransactions, rows: readonly Uint8Array[], firstLogIndex: number): void {
  let logIndex = firstLogIndex;
  for (const row of rows) {
    const entries = decodeIdEntries(row);
    remember(recent, entries, logIndex);
    logIndex += entries.length;
  }
}

function remember(recent: RecentTransactions, entries: readonly IdEntry[], firstLogIndex: number): void {
  for (const [offset, { id, timestamp }] of entries.entries()) recent.add(id, timestamp, firstLogIndex + offset);
}

/** Returns a block's ids after each was checked against its transaction. @throws STORAGE_CORRUPT */
function checkIds(reader: ChainReader, block: StoredBlock): readonly IdEntry[] {
  const { header, firstLogIndex } = block;
  const all = reader.transactionsOf(block, firstLogIndex, header.log_size);
  const entries = reader.ids(header.index);
  const fit = all.every((bytes, offset) => {
    const { text, transaction } = decodeStoredText(bytes, firstLogIndex + offset);
    const entry = entries[offset];
    return entry?.timestamp === transaction.timestamp && equalBytes(entry.id, reader.digestOfText(text, transaction));
  });
  if (!fit || entries.length !== all.length)
    throw misfit(`block ${header.index}`, 'has other transaction ids than its transactions give');
  return entries;
}
