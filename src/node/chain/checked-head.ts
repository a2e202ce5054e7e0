import { encodeHash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { readFrontier, type LogFrontier } from '../../ledger/log/log.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
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

function corrupt(place: string, message: string): QuantumLockError {
  return new QuantumLockError('STORAGE_CORRUPT', `chain.db is damaged: ${message}`, { context: { place } });
}
