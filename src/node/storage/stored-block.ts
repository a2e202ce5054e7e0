import type { Hash } from '../../base/bytes.ts';
import type { BlockHeader } from '../../ledger/blocks/block.ts';
import type { BlockProof } from '../../ledger/blocks/block-proof.ts';
import type { StateRoots } from '../../ledger/state/ledger-state.ts';

export interface StoredBlock {
  readonly header: BlockHeader;
  readonly proof: BlockProof;
  readonly hash: Hash;
  /** Log index of its first transaction. */
  readonly firstLogIndex: number;
  readonly roots: StateRoots;
}
