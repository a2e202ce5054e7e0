import { decodeUtf8, encodeHash } from '../../base/bytes.ts';
import type { StateProof } from '../../ledger/proofs/state-proof.ts';
import { LEAF } from '../../ledger/state/page.ts';
import { NAMESPACES, type Namespace } from '../../ledger/state/records.ts';
import { statePath } from '../../ledger/state/tree.ts';
import { sha256 } from '#sha256';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { ProvedBlock } from '../storage/stored-block.ts';

/** Presence or absence of a key in the state of a block that has its proof. @throws STORAGE_CORRUPT */
export function proveState(
  chain: ChainReader,
  { header, hash, proof, roots }: ProvedBlock,
  { namespace, key }: { readonly namespace: Namespace; readonly key: string },
): StateProof {
  const { end, siblings } = chain.tree.descend(roots[namespace], statePath(key));
  const stored = end.kind === LEAF ? chain.tree.leaf(end) : undefined;
  const isPresent = stored?.key === key;
  return {
    namespace,
    key,
    value: stored !== undefined && isPresent ? decodeUtf8(stored.value) : null,
    siblings: siblings.map(encodeHash).reverse(),
    other_leaf:
      stored !== undefined && !isPresent
        ? { path: encodeHash(statePath(stored.key)), value_hash: encodeHash(sha256(stored.value)) }
        : null,
    namespace_roots: NAMESPACES.map((name) => ({ namespace: name, root: encodeHash(roots[name].hash) })),
    sealed: { header, hash, proof },
  };
}
