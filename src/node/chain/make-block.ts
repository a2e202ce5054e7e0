import { encodeHash, type Hash } from '../../base/bytes.ts';
import { GENESIS_PREVIOUS_HASH, headerHash, type BlockHeader } from '../../ledger/blocks/block.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import { BlockExecution, type BlockContext, type ExecutedTransaction } from '../../ledger/blocks/execute.ts';
import { readEra } from '../../ledger/governance/era.ts';
import { stateRoot, type LedgerState, type StateRoots } from '../../ledger/state/ledger-state.ts';
import { merkleRoot, type LogFrontier } from '../../ledger/log/log.ts';
import type { CheckedTransaction } from '../../ledger/transactions/transaction.ts';
import type { Rejection } from '../../ledger/rejections.ts';
import type { VerifySignature } from '../../ledger/crypto/signature.ts';
import type { RecentTransactions } from '../../ledger/transactions/recent-transactions.ts';
import type { ChainStore } from '../storage/chain-store.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import type { StageClock } from './stage-clock.ts';

/** A block as the one after it refers to it. */
export interface Head {
  readonly header: BlockHeader;
  readonly hash: Hash;
}

export interface MadeBlock {
  readonly header: BlockHeader;
  readonly hash: Hash;
  readonly roots: StateRoots;
  readonly execution: BlockExecution;
  readonly accepted: readonly ExecutedTransaction[];
  /** The log's right edge after the block. */
  readonly frontier: LogFrontier;
}

export interface DecideBlockOptions {
  readonly store: ChainStore;
  readonly state: LedgerState;
  readonly frontier: LogFrontier;
  readonly recent: RecentTransactions;
  readonly validatorId: string;
  readonly guard?: NonNullable<BlockContext['guard']>;
  /** For signatures that payloads carry. */
  readonly verify: VerifySignature;
  readonly chain: ChainRoot;
  readonly parent: Head | null;
  /** Unix milliseconds. */
  readonly timestamp: number;
  readonly candidates: readonly CheckedTransaction[];
  readonly stages: StageClock;
}

/**
 * Executes the candidates and decides the block of those that succeeded: when this returns, it is on disk, and waits for
 * its seal. `block` is null where none succeeded; `refusals` says why, by position of the candidates. On any failure
 * nothing is left of it.
 */
export function decideBlock(options: DecideBlockOptions): {
  readonly block: MadeBlock | null;
  readonly refusals: readonly (Rejection | null)[];
} {
  const { store, state, stages, parent, guard } = options;
  const index = parent === null ? 0 : parent.header.index + 1;
  const execution = new BlockExecution(state, {
    chain: options.chain,
    index,
    timestamp: options.timestamp,
    seen: options.recent,
    verify: options.verify,
    ...(guard === undefined ? {} : { guard }),
  });
  store.begin();
  try {
    const refusals = stages.time('execute', () => options.candidates.map((candidate) => execution.add(candidate)));
    if (execution.accepted.length === 0) {
      store.rollback();
      return { block: null, refusals };
    }
    const roots = stages.time('state', () => execution.roots());
    const { header, frontier } = stages.time('log', () => {
      const leaves = execution.accepted.map(({ checked }) => checked.leaf);
      const grown = options.frontier.copy();
      for (const leaf of leaves) grown.append(leaf);
      const era = readEra(state);
      return { header: makeHeader({ ...options, era, leaves, frontier: grown, roots }), frontier: grown };
    });
    const hash = headerHash(header, options.chain);
    stages.time('write', () => store.write({ header, hash, roots, transactions: execution.accepted }));
    stages.time('commit', () => store.commit());
    return {
      block: { header, hash, roots, execution, accepted: execution.accepted, frontier },
      refusals,
    };
  } catch (error) {
    store.rollback();
    throw storageError('chain.db', error);
  }
}

/** The header of a block whose transactions are executed. `frontier` is the log's right edge after it. */
export function makeHeader(made: {
  readonly chain: ChainRoot;
  /** That of the state before the block. */
  readonly era: number;
  readonly parent: Head | null;
  readonly timestamp: number;
  readonly validatorId: string;
  readonly leaves: readonly Uint8Array[];
  readonly frontier: LogFrontier;
  readonly roots: StateRoots;
}): BlockHeader {
  const { parent } = made;
  return {
    chain_id: made.chain.chain_id,
    era: made.era,
    index: parent === null ? 0 : parent.header.index + 1,
    log_size: made.frontier.size,
    log_root: encodeHash(made.frontier.root()),
    previous_hash: parent === null ? GENESIS_PREVIOUS_HASH : parent.hash,
    state_root: encodeHash(stateRoot(made.roots)),
    timestamp: made.timestamp,
    transactions_root: encodeHash(merkleRoot(made.leaves)),
    validator: made.validatorId,
    version: 2,
  };
}
