import { encodeUtf8, equalBytes } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BLOCK_TRANSACTIONS_MAX } from '../../base/limits.ts';
import { encodeHeader, headerDigest } from '../../ledger/blocks/block.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import { BlockExecution } from '../../ledger/blocks/execute.ts';
import { leastTime, readEra } from '../../ledger/governance/era.ts';
import { LedgerState, type StateRoots } from '../../ledger/state/ledger-state.ts';
import type { LogFrontier } from '../../ledger/log/log.ts';
import type { RecentTransactions } from '../../ledger/transactions/recent-transactions.ts';
import type { VerifySignature } from '../../ledger/crypto/signature.ts';
import { checkTransaction, isRejection, type CheckedTransaction } from '../../ledger/transactions/transaction.ts';
import { encodeIdEntries, encodeRoots } from '../storage/block-rows.ts';
import type { ChainStore, DecidedBlock } from '../storage/chain-store.ts';
import { TileBuilder } from '../storage/log-rows.ts';
import { ReplayedRows } from './replayed-rows.ts';
import { stateAfter, storedPast } from '../storage/stored-past.ts';
import { makeHeader, type Head } from './make-block.ts';

export interface RecheckOptions {
  readonly store: ChainStore;
  readonly decided: DecidedBlock;
  /** The block before it, checked, and the state, the log's edge and the replay window after that. */
  readonly parent: Head & { readonly roots: StateRoots };
  readonly frontier: LogFrontier;
  readonly recent: RecentTransactions;
  readonly chain: ChainRoot;
  readonly validatorId: string;
  readonly verify: VerifySignature;
}

/**
 * Executes a block that was found without its seal, on its parent, and holds every row of it against what that gives, byte
 * for byte. It may have been left by a stop between decision and seal, or written by who has no key and wants one's seal.
 * @throws BLOCK_REFUSED
 */
export function recheckDecided(options: RecheckOptions): void {
  const { store, decided, parent } = options;
  const { index } = decided.header;
  const refuse = (why: string): QuantumLockError =>
    new QuantumLockError('BLOCK_REFUSED', `block ${index} has no seal and is not one that this program made: ${why}`, {
      context: { place: `block ${index}` },
    });
  const row = store.reader.blockRow(index);
  if (row === undefined) throw refuse('it is gone');
  if (decided.header.validator !== options.validatorId) throw refuse(`it is of ${decided.header.validator}`);
  const before = stateAfter(store.reader, parent);
  if (decided.header.timestamp < leastTime(before, parent.header))
    throw refuse('its time is before the block before it');
  const transactions = readTransactions(options, refuse);
  // The ids of a block's rows are not written down: they are the last ones. So it is executed once to count them.
  const last = store.reader.state.counts;
  const { replayed: counted } = execute(
    options,
    transactions,
    { page: last.pages + 1, value: last.values + 1 },
    refuse,
  );
  const first = { page: last.pages - counted.counts.pages + 1, value: last.values - counted.counts.values + 1 };
  const { replayed, roots } = execute(options, transactions, first, refuse);
  const leaves = transactions.map(({ leaf }) => leaf);
  const grown = options.frontier.copy();
  for (const leaf of leaves) grown.append(leaf);
  const era = readEra(before);
  const header = makeHeader({ ...options, era, timestamp: decided.header.timestamp, leaves, frontier: grown, roots });
  if (row.header !== encodeHeader(header)) throw refuse('its header is not what its transactions give');
  if (!equalBytes(row.hash, headerDigest(header, options.chain))) throw refuse('it is stored under another hash');
  if (!equalBytes(row.roots, encodeRoots(roots))) throw refuse('its state roots are not what its transactions give');
  if (row.first_log_index !== parent.header.log_size) throw refuse('it begins at another transaction');
  const filed = store.reader.filedAt(index);
  if (filed?.timestamp !== header.timestamp || filed.era !== era) throw refuse('it is filed under another time');
  const ids = transactions.map(({ id, transaction: { timestamp } }) => ({ id, timestamp }));
  if (!equalBytes(store.reader.idBytes(index) ?? encodeUtf8(''), encodeIdEntries(ids)))
    throw refuse('its transaction ids are not those of its transactions');
  const other = replayed.difference() ?? tileDifference(options, leaves);
  if (other !== null) throw refuse(`${other} is not what its transactions give`);
}

function readTransactions(
  { store, decided, parent, chain, verify }: RecheckOptions,
  refuse: (why: string) => QuantumLockError,
): readonly CheckedTransaction[] {
  const [begin, end] = [parent.header.log_size, decided.header.log_size];
  if (end <= begin || end - begin > BLOCK_TRANSACTIONS_MAX) throw refuse(`it has ${end - begin} transactions`);
  const all = store.reader.transactionBytesBetween(begin, end);
  if (all.length !== end - begin) throw refuse(`${all.length} of its ${end - begin} transactions are there`);
  return all.map((bytes, offset) => {
    const checked = checkTransaction(bytes, chain, verify);
    if (isRejection(checked)) throw refuse(`transaction ${begin + offset}: ${checked.message}`);
    return checked;
  });
}

function execute(
  { store, chain, decided, parent, recent, verify }: RecheckOptions,
  transactions: readonly CheckedTransaction[],
  first: { readonly page: number; readonly value: number },
  refuse: (why: string) => QuantumLockError,
): { readonly replayed: ReplayedRows; readonly roots: StateRoots } {
  const replayed = new ReplayedRows(store.reader.state, first);
  const { index, timestamp } = decided.header;
  const past = storedPast(store.reader, () => parent.header.index);
  const execution = new BlockExecution(new LedgerState(replayed, parent.roots, past), {
    chain,
    index,
    timestamp,
    seen: recent,
    verify,
  });
  for (const [offset, transaction] of transactions.entries()) {
    const refusal = execution.add(transaction);
    if (refusal !== null) throw refuse(`transaction ${parent.header.log_size + offset}: ${refusal.message}`);
  }
  return { replayed, roots: execution.roots() };
}

function tileDifference({ store, parent }: RecheckOptions, leaves: readonly Uint8Array[]): string | null {
  const tiles = TileBuilder.at(store.reader.log, parent.header.log_size);
  for (const { id, hashes, root } of tiles.append(leaves)) {
    const stored = store.reader.log.tile(id);
    if (stored === undefined || !equalBytes(stored.hashes, hashes) || !equalBytes(stored.root, root))
      return `log tile ${id}`;
  }
  return null;
}
