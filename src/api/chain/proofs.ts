import { z } from 'zod';
import { count, hash, json } from '../../base/fields.ts';
import { read } from '../procedure.ts';
import { moment, namespace, pageLimit } from '../schemas.ts';
import { blockHeader, sealProof } from './blocks.ts';

/** Values of the state, and everything needed to check a claim with no trust in the node that sent it, but in the validator keys. */

/** Everything needed to check a claim with no trust in the node that sent it, but in the validator keys. */
export const sealedHeader = z.object({ header: blockHeader, hash, proof: sealProof });

/** RFC 6962 inclusion of one transaction in the log of a sealed header. */
export const transactionProof = z.object({
  /** Canonical JSON of the signed transaction: its UTF-8 bytes are the leaf. */
  transaction: z.string(),
  log_index: count,
  log_size: count,
  path: z.array(hash).readonly(),
  sealed: sealedHeader,
});

/** Sparse-Merkle inclusion or absence of one key under the root of a namespace. */
export const stateEntryProof = z.object({
  key: z.string(),
  /** Canonical JSON of the value; null proves absence. */
  value: z.string().nullable(),
  /** Sibling hashes from the leaf's level to the root of the namespace. */
  siblings: z.array(hash).readonly(),
  /** For absence where another leaf is at the end of the path. */
  other_leaf: z.object({ path: hash, value_hash: hash }).nullable(),
});

/** The same in the state of a sealed header. */
export const stateProof = stateEntryProof.extend({
  namespace,
  /** All namespace roots, by name, in order: the leaves of `state_root`. */
  namespace_roots: z.array(z.object({ namespace: z.string(), root: hash })).readonly(),
  sealed: sealedHeader,
});

export const stateEntry = z.object({
  namespace,
  key: z.string(),
  value: json.nullable(),
  height: count,
  block_time: z.int(),
  state_root: hash,
});
export type StateEntry = z.infer<typeof stateEntry>;

export const proofProcedures = {
  state: read.input(z.strictObject({ namespace, key: z.string().max(300), at: moment })).output(stateEntry),
  stateKeys: read
    .input(z.strictObject({ namespace, at: moment, limit: pageLimit }))
    .output(z.object({ keys: z.array(z.string()), truncated: z.boolean(), height: count })),
  transactionProof: read.input(z.strictObject({ id: hash })).output(transactionProof),
  stateProof: read.input(z.strictObject({ namespace, key: z.string().max(300), at: moment })).output(stateProof),
};
