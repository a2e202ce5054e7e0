import type { Hash } from '../../base/bytes.ts';
import { IDS_RUN_TRANSACTIONS } from '../../base/limits.ts';
import { readEra } from '../../ledger/governance/era.ts';
import type { ChainHead } from '../chain/chain-head.ts';
import { runOf, type CheckedIds, type KnownIds } from '../chain/recall-recent.ts';
import type { ChainStore } from '../storage/chain-store.ts';
import { isVouchedBy, vouchFor, type IdsRun, type VouchedRun } from '../storage/ids-record.ts';
import type { SealingKeys } from './sealing-keys.ts';

export interface VouchedIdsOptions {
  readonly store: Pick<ChainStore, 'reader' | 'idsRecord' | 'keepIdsRecord'>;
  readonly keys: SealingKeys;
}

/**
 * What this node vouches for of the stored ids, so that its next start need not hash every transaction of the replay window again: runs of
 * blocks whose rows it made or checked itself, under a MAC with the secret that it seals with. Anyone who changes a row cannot make
 * that, and then the transactions decide.
 */
export class VouchedIds implements KnownIds {
  readonly #options: VouchedIdsOptions;
  readonly #genesis: Hash;
  /** By the height that they end at. */
  readonly #vouched = new Map<number, VouchedRun>();
  /** Known to be right, and not vouched for yet. */
  #checked: CheckedIds[] = [];
  #checkedTransactions = 0;

  /** `keys`: those that this node holds; what another one says counts for nothing. */
  constructor(options: VouchedIdsOptions) {
    this.#options = options;
    const { store, keys } = options;
    this.#genesis = store.reader.chain().genesis;
    for (const stored of store.idsRecord()) {
      const key = keys.find(stored.public_key);
      if (key !== undefined && isVouchedBy(stored, this.#genesis, key))
        this.#vouched.set(stored.run.last_height, stored);
    }
  }

  runUpTo(height: number): IdsRun | undefined {
    return this.#vouched.get(height)?.run;
  }

  noteChecked(blocks: readonly CheckedIds[]): void {
    for (const block of blocks) {
      this.#checked.push(block);
      this.#checkedTransactions += transactionsOf(block);
    }
  }

  /** Whether so much was checked that a start after a kill would take long over it. */
  get isDue(): boolean {
    return this.#checkedTransactions >= IDS_RUN_TRANSACTIONS;
  }

  /** Vouches for what was checked, and keeps what the head still remembers. */
  vouch(head: ChainHead): void {
    if (this.#checked.length === 0) return;
    const key = this.#options.keys.at(head.state);
    const vouch = (run: IdsRun): unknown => this.#vouched.set(run.last_height, vouchFor(run, this.#genesis, key));
    for (const run of runsOf(this.#checked)) vouch(run);
    this.#checked = [];
    this.#checkedTransactions = 0;
    const { oldestRemembered } = head;
    const era = readEra(head.state);
    for (const [height, { run, public_key }] of this.#vouched) {
      if (run.era !== era || run.last_timestamp < oldestRemembered) this.#vouched.delete(height);
      // A key that seals from now on vouches for what the one before it did.
      else if (public_key !== key.publicKey) vouch(run);
    }
    try {
      this.#options.store.keepIdsRecord(
        [...this.#vouched.values()].toSorted((left, right) => left.run.last_height - right.run.last_height),
      );
    } catch {
      // A full or read-only disk has an alert of its own, and a start that misses this record checks the transactions.
    }
  }
}

function transactionsOf({ header, firstLogIndex }: CheckedIds): number {
  return header.log_size - firstLogIndex;
}

/** Blocks, the oldest first, in runs of which each follows on itself. */
function runsOf(blocks: readonly CheckedIds[]): IdsRun[] {
  const runs: [CheckedIds, ...CheckedIds[]][] = [];
  let count = 0;
  for (const block of blocks) {
    const run = runs.at(-1);
    if (run !== undefined && count < IDS_RUN_TRANSACTIONS && run.at(-1)?.hash === block.header.previous_hash) {
      run.push(block);
      count += transactionsOf(block);
    } else {
      runs.push([block]);
      count = transactionsOf(block);
    }
  }
  return runs.map(runOf);
}
