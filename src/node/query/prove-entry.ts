import { decodeUtf8, encodeHash } from '../../base/bytes.ts';
import type { StateEntryProof } from '../../ledger/proofs/state-proof.ts';
import { LEAF } from '../../ledger/state/page.ts';
import { statePath, type StateTree, type TreeRoot } from '../../ledger/state/tree.ts';
import { sha256 } from '#sha256';

/** That a key has a value, or none, under a root. @throws STORAGE_CORRUPT */
export function proveEntry(tree: StateTree, root: TreeRoot, key: string): StateEntryProof {
  const { end, siblings } = tree.descend(root, statePath(key));
  const stored = end.kind === LEAF ? tree.leaf(end) : undefined;
  const isPresent = stored?.key === key;
  return {
    key,
    value: stored !== undefined && isPresent ? decodeUtf8(stored.value) : null,
    siblings: siblings.map(encodeHash).reverse(),
    other_leaf:
      stored !== undefined && !isPresent
        ? { path: encodeHash(statePath(stored.key)), value_hash: encodeHash(sha256(stored.value)) }
        : null,
  };
}
