import type { Hash } from '../../base/bytes.ts';
import type { BlockHeader } from '../../ledger/blocks/block.ts';
import type { BlockProof } from '../../ledger/blocks/block-proof.ts';
import type { StateRoots } from '../../ledger/state/ledger-state.ts';

/** A block of the chain: a final one. */
export interface StoredBlock {
  readonly header: BlockHeader;
  /** Null where it has not arrived yet: such a block is read and built on, and convinces nobody. */
  readonly proof: BlockProof | null;
  readonly hash: Hash;
  /** Log index of its first transaction. */
  readonly firstLogIndex: number;
  readonly roots: StateRoots;
}

/** A block that anybody can be convinced of. */
export interface ProvedBlock extends StoredBlock {
  readonly proof: BlockProof;
}
