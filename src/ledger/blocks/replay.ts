import { encodeHash, type Hash } from '../../base/bytes.ts';
import { BLOCK_TRANSACTIONS_MAX } from '../../base/limits.ts';
import { checkSuccession, headerHash, type BlockHeader } from './block.ts';
import { checkProof, type BlockProof } from './block-proof.ts';
import { NO_GENESIS } from '../chain-identity.ts';
import { BlockExecution } from './execute.ts';
import { leastTime, readEra } from '../governance/era.ts';
import { readTransactionWindow } from '../governance/transaction-window.ts';
import { LedgerState, EMPTY_ROOTS, stateRoot, type StateRoots } from '../state/ledger-state.ts';
import { LogFrontier, merkleRoot } from '../log/log.ts';
import { PackedPastBlocks } from '../state/past-blocks.ts';
import { RecentTransactions } from '../transactions/recent-transactions.ts';
import type { VerifySignature } from '../crypto/signature.ts';
import type { StateStore } from '../state/tree.ts';
import { isRejection, type CheckedTransaction } from '../transactions/transaction.ts';
import { reject, type Rejection } from '../rejections.ts';
import { readValidator } from '../state/readers.ts';

/** A block as a replay takes it: header, seal, and its transactions already checked by themselves. */
export interface ReplayBlock {
  readonly header: BlockHeader;
  /**
   * Null for a block that is decided and not yet sealed, which is not part of the chain: only its content is checked.
   */
  readonly proof: BlockProof | null;
  readonly transactions: readonly (CheckedTransaction | Rejection)[];
}

/** What a chain is after a block, each part checked against that block's header: where a replay may begin instead of at genesis. */
export interface ReplayStart {
  /** Hash of block 0. */
  readonly genesis: Hash;
  readonly head: { readonly header: BlockHeader; readonly hash: Hash };
  readonly roots: StateRoots;
  readonly frontier: LogFrontier;
  readonly recent: RecentTransactions;
  /** Every block up to that one. */
  readonly past: PackedPastBlocks;
}

export interface ReplayOptions {
  readonly store: StateStore;
  readonly verify: VerifySignature;
  /** Called with each transaction's leaf as it enters the log. */
  readonly onLeaf?: (leaf: Uint8Array, logIndex: number) => void;
  /** Genesis where it is left out. */
  readonly start?: ReplayStart;
}

/**
 * Rebuilds a chain from genesis and holds every header against what its transactions give: links, time, seal by a
 * validator of the state before, transactions, log and state. This is what "the chain verifies" means.
 */
export class ChainReplay {
  readonly #options: ReplayOptions;
  readonly #state: LedgerState;
  readonly #frontier: LogFrontier;
  readonly #recent: RecentTransactions;
  readonly #past: PackedPastBlocks;
  /** Hash of block 0, once it was applied. */
  #genesis: Hash;
  #head: { readonly header: BlockHeader; readonly hash: Hash } | null;

  constructor(options: ReplayOptions) {
    const { start, store } = options;
    this.#options = options;
    this.#past = start?.past ?? new PackedPastBlocks();
    this.#state = new LedgerState(store, start?.roots ?? EMPTY_ROOTS, this.#past);
    this.#frontier = start?.frontier ?? new LogFrontier();
    this.#recent = start?.recent ?? new RecentTransactions();
    this.#genesis = start?.genesis ?? NO_GENESIS;
    this.#head = start?.head ?? null;
  }

  get head(): { readonly header: BlockHeader; readonly hash: Hash } | null {
    return this.#head;
  }

  get roots(): StateRoots {
    return this.#state.roots;
  }

  get state(): LedgerState {
    return this.#state;
  }

  /** Applies the next block. Returns what is wrong with it; after a fault the replay cannot continue. */
  apply(block: ReplayBlock): string | null {
    const { header } = block;
    const disorder = checkSuccession(header, this.#head);
    if (disorder !== null) return disorder;
    if (header.era !== readEra(this.#state)) return `era ${header.era} is not that of the state`;
    if (header.timestamp < leastTime(this.#state, this.#head?.header ?? null)) return 'time runs backwards';
    if (block.transactions.length > BLOCK_TRANSACTIONS_MAX)
      return `a block holds at most ${BLOCK_TRANSACTIONS_MAX} transactions`;
    const chain = { chain_id: header.chain_id, genesis: this.#genesis };
    const hash = headerHash(header, chain);
    const execution = new BlockExecution(this.#state, {
      chain,
      index: header.index,
      timestamp: header.timestamp,
      seen: this.#recent,
      verify: this.#options.verify,
    });
    for (const [position, checked] of block.transactions.entries()) {
      const refusal = isRejection(checked)
        ? checked
        : checked.transaction.chain_id !== header.chain_id
          ? reject('WRONG_CHAIN')
          : execution.add(checked);
      if (refusal !== null) return `transaction ${this.#frontier.size + position}: ${refusal.message}`;
    }
    if (header.index > 0) {
      // The seal is by a validator of the state before the block; genesis founds the set that seals it.
      const fault = this.#checkProof(block);
      if (fault !== null) return fault;
    }
    const leaves = execution.accepted.map(({ checked }) => checked.leaf);
    if (encodeHash(merkleRoot(leaves)) !== header.transactions_root)
      return 'transactions_root is not the root of the transactions';
    for (const { checked } of execution.accepted) {
      this.#recent.add(checked.id, checked.transaction.timestamp, this.#frontier.size);
      this.#options.onLeaf?.(checked.leaf, this.#frontier.size);
      this.#frontier.append(checked.leaf);
    }
    if (this.#frontier.size !== header.log_size)
      return `log_size is ${header.log_size}, the log has ${this.#frontier.size}`;
    if (encodeHash(this.#frontier.root()) !== header.log_root) return 'log_root is not the root of the log';
    const roots = execution.roots();
    if (encodeHash(stateRoot(roots)) !== header.state_root) return 'state_root is not the root of the state';
    execution.adopt(roots);
    if (header.index === 0) {
      const fault = this.#checkProof(block);
      if (fault !== null) return fault;
    }
    this.#recent.expire(header.timestamp, 2 * readTransactionWindow(this.#state).reachMs);
    this.#past.append({ hash, environments: roots.environments });
    if (header.index === 0) this.#genesis = hash;
    this.#head = { header, hash };
    return null;
  }

  #checkProof({ header, proof }: ReplayBlock): string | null {
    if (proof === null) return null;
    return checkProof(
      { header, proof },
      {
        chain: { genesis: this.#genesis },
        keysOf: (validatorId) => {
          const validator = readValidator(this.#state, validatorId);
          // Keys are in this namespace too: only under its own id does a validator prove a block.
          return validator?.validator_id === validatorId && validator.status === 'active' ? [validator.public_key] : [];
        },
        verify: this.#options.verify,
      },
    );
  }
}
