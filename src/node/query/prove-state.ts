import { encodeHash } from '../../base/bytes.ts';
import type { StateProof } from '../../ledger/proofs/state-proof.ts';
import { NAMESPACES, type Namespace } from '../../ledger/state/records.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { ProvedBlock } from '../storage/stored-block.ts';
import { proveEntry } from './prove-entry.ts';

/** Presence or absence of a key in the state of a block that has its proof. @throws STORAGE_CORRUPT */
export function proveState(
  { tree }: Pick<ChainReader, 'tree'>,
  { header, hash, proof, roots }: ProvedBlock,
  { namespace, key }: { readonly namespace: Namespace; readonly key: string },
): StateProof {
  return {
    namespace,
    ...proveEntry(tree, roots[namespace], key),
    namespace_roots: NAMESPACES.map((name) => ({ namespace: name, root: encodeHash(roots[name].hash) })),
    sealed: { header, hash, proof },
  };
}
