import { encodeHash, encodeUtf8, type Hash } from '../../src/base/bytes.ts';
import { checkpointNoteKey, checkpointOrigin, encodeCheckpoint } from '../../src/ledger/checkpoints/checkpoint.ts';
import { encodeTransparentTransaction } from '../../src/ledger/checkpoints/cose-receipt.ts';
import { keyForSize, type CheckpointKeySpan } from '../../src/ledger/proofs/checkpoint-key-span.ts';
import { noteKeyId, type SignedNote } from '../../src/ledger/checkpoints/signed-note.ts';
import { encodeTlogProof } from '../../src/ledger/checkpoints/tlog-proof.ts';
import { inclusionPath, readFrontier } from '../../src/ledger/log/log.ts';
import { listCheckpointKeys } from '../../src/ledger/state/readers.ts';
import type { ChainBuilder } from './chain-builder.ts';
import type { CheckpointSigner } from './checkpoint-signer.ts';

/** What others read of a chain that was built for tests, signed with the keys that its state names. */
export interface BuiltCheckpoints {
  readonly keys: readonly CheckpointKeySpan[];
  /** The log of that size, signed with the key of that size. */
  checkpointOf(size: number): SignedNote;
  tlogProofOf(index: number, size: number): string;
  receiptOf(index: number, size: number): Uint8Array;
}

export function checkpointsOf(chain: ChainBuilder, signers: readonly CheckpointSigner[]): BuiltCheckpoints {
  const sizeAfter = (id: Hash): number => {
    const block = chain.blocks.find(({ checked }) => checked.some((one) => encodeHash(one.id) === id));
    if (block === undefined) throw new Error(`no block has the transaction ${id}`);
    return block.header.log_size;
  };
  const keys = listCheckpointKeys(chain.state).map(({ public_key, added_by, retired_by }) => ({
    public_key,
    from_size: sizeAfter(added_by),
    until_size: retired_by === null ? null : sizeAfter(retired_by),
  }));
  const signerOf = (size: number): CheckpointSigner => {
    const signer = signers.find(({ publicKey }) => publicKey === keyForSize(keys, size)?.public_key);
    if (signer === undefined) throw new Error(`no key signs a log of ${size}`);
    return signer;
  };
  const rootOf = (size: number): Hash => encodeHash(readFrontier(chain.log, size).root());
  const pathOf = (index: number, size: number): Hash[] => inclusionPath(chain.log, index, size).map(encodeHash);
  const leaves = chain.blocks.flatMap(({ checked }) => checked);
  const leafAt = (index: number): (typeof leaves)[number] => {
    const leaf = leaves[index];
    if (leaf === undefined) throw new Error(`there is no transaction ${index}`);
    return leaf;
  };
  const checkpointOf = (size: number): SignedNote => {
    const signer = signerOf(size);
    const key = checkpointNoteKey(chain.root, signer.publicKey);
    const text = encodeCheckpoint({ origin: checkpointOrigin(chain.root), size, root: rootOf(size) });
    return {
      text,
      signatures: [{ name: key.name, keyId: noteKeyId(key), signature: signer.sign(encodeUtf8(text)) }],
    };
  };
  return {
    keys,
    checkpointOf,
    tlogProofOf: (index, size) =>
      encodeTlogProof({
        transaction: leafAt(index).bytes,
        index,
        path: pathOf(index, size),
        checkpoint: checkpointOf(size),
      }),
    receiptOf(index, size) {
      const { publicKey, sign } = signerOf(size);
      const { id, bytes: transaction } = leafAt(index);
      const receipt = { size, index, path: pathOf(index, size) };
      return encodeTransparentTransaction(
        { publicKey, subject: encodeHash(id), transaction, receipt },
        { chain: chain.root, root: rootOf(size), sign },
      );
    },
  };
}
