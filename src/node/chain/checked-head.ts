import { encodeHash, equalBytes } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { readEra } from '../../ledger/governance/era.ts';
import { readTransactionWindow } from '../../ledger/governance/transaction-window.ts';
import type { LedgerState } from '../../ledger/state/ledger-state.ts';
import { readFrontier, type LogFrontier } from '../../ledger/log/log.ts';
import { RecentTransactions } from '../../ledger/transactions/recent-transactions.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { decodeStoredText } from '../storage/stored-transaction.ts';
import type { StoredBlock } from '../storage/stored-block.ts';
import type { ChainStore } from '../storage/chain-store.ts';

/**
 * What a validator builds on at its start, each part checked against the head: the reader has checked its hash, its
 * seal and its state roots; a page of the state is checked when it is read.
 */

/** The right edge of the log. @throws STORAGE_CORRUPT where it does not make the head's log root */
export function readCheckedFrontier(reader: ChainReader, { header }: StoredBlock): LogFrontier {
  const frontier = readFrontier(reader.log, header.log_size);
  if (encodeHash(frontier.root()) !== header.log_root)
    throw corrupt(`block ${header.index}`, 'the log does not have the root that the block names');
  return frontier;
}

/** Refuses rows that no block accounts for: they would be among those of the next one. @throws STORAGE_CORRUPT */
export function assertNothingBeyond(store: ChainStore): void {
  const decided = store.decided();
  const { header } = decided ?? store.reader.head();
  const record = store.headRecord();
  const { pages, values } = store.reader.state.counts;
  const isNewest = typeof record === 'object' && record.header.index === header.index;
  if (isNewest && (record.pages !== pages || record.values !== values))
    throw corrupt(
      'chain.db',
      `it has ${pages} state pages and ${values} values; after block ${header.index} there were ${record.pages} and ${record.values}`,
    );
  const stray = store.beyond(header.log_size);
  if (stray !== null) throw corrupt('chain.db', stray);
}

/**
 * The replay window, from the transactions themselves: each block that it reaches is linked to the head by its hash, and its
 * transactions make its root. @throws STORAGE_CORRUPT
 */
export function recallRecent(reader: ChainReader, state: LedgerState, head: StoredBlock): RecentTransactions {
  const recent = new RecentTransactions();
  const oldest = head.header.timestamp - 2 * readTransactionWindow(state).reachMs;
  const era = readEra(state);
  let child: StoredBlock | null = null;
  for (let height = head.header.index; height >= 0; height--) {
    const block = reader.block(height);
    // What was signed in another era is refused for that.
    if (block.header.timestamp < oldest || block.header.era !== era) break;
    if (child !== null && child.header.previous_hash !== block.hash)
      throw corrupt(`block ${height}`, 'the block after it does not follow it');
    recallBlock(reader, block, recent);
    child = block;
  }
  return recent;
}

function recallBlock(reader: ChainReader, block: StoredBlock, recent: RecentTransactions): void {
  const { header, firstLogIndex } = block;
  const all = reader.transactionsOf(block, firstLogIndex, header.log_size);
  const entries = reader.ids(header.index);
  for (const [offset, bytes] of all.entries()) {
    const { text, transaction } = decodeStoredText(bytes, firstLogIndex + offset);
    const { timestamp } = transaction;
    const id = reader.digestOfText(text, transaction);
    const entry = entries[offset];
    if (entry?.timestamp !== timestamp || !equalBytes(entry.id, id))
      throw corrupt(`block ${header.index}`, 'its transaction ids are not those of its transactions');
    recent.add(id, timestamp, firstLogIndex + offset);
  }
  if (entries.length !== all.length)
    throw corrupt(`block ${header.index}`, 'its transaction ids are not those of its transactions');
}

function corrupt(place: string, message: string): QuantumLockError {
  return new QuantumLockError('STORAGE_CORRUPT', `chain.db is damaged: ${message}`, { context: { place } });
}
