import { encodeHash, encodeUtf8, type Hash } from '../../../src/base/bytes.ts';
import { checkpointNoteKey, checkpointOrigin, encodeCheckpoint } from '../../../src/ledger/checkpoints/checkpoint.ts';
import { encodeTransparentTransaction } from '../../../src/ledger/checkpoints/cose-receipt.ts';
import {
  encodeNote,
  noteKeyId,
  type NoteSignature,
  type SignedNote,
} from '../../../src/ledger/checkpoints/signed-note.ts';
import { encodeTlogProof } from '../../../src/ledger/checkpoints/tlog-proof.ts';
import { inclusionPath, readFrontier } from '../../../src/ledger/log/log.ts';
import type { TrustedKeys } from '../../../src/ledger/proofs/report.ts';
import type { Transaction } from '../../../src/ledger/transactions/transaction.ts';
import { GovernedWorld, heads, laterHeads, setCheckpointKey } from './governance-world.ts';
import { create } from './world.ts';

/** A chain whose log is signed with one key up to a size, and with another from then on. */
export interface CheckpointsWorld {
  readonly world: GovernedWorld;
  /** From which size each key signs. */
  readonly sizes: readonly [number, number];
  readonly trusted: TrustedKeys;
  /** The log of that size as a checkpoint, signed with the key of that size. */
  note(size: number): SignedNote;
  tlogProof(index: number, size: number): string;
  receipt(index: number, size: number): Uint8Array;
}

export function checkpointsWorld(): CheckpointsWorld {
  const world = GovernedWorld.governed();
  const sizeNow = (): number => world.head.header.log_size;
  world.append(
    world.time,
    ['a', 'b', 'c', 'd', 'e'].map((id) => create(id)),
  );
  world.decide('set_checkpoint_key', setCheckpointKey(heads));
  const first = sizeNow();
  world.append(
    world.time,
    ['f', 'g', 'h', 'i'].map((id) => create(id)),
  );
  world.decide('set_checkpoint_key', setCheckpointKey(laterHeads));
  const second = sizeNow();
  world.append(world.time, [create('j')]);

  const chain = world.root;
  const signerOf = (size: number): typeof heads => (size < second ? heads : laterHeads);
  const rootOf = (size: number): Hash => encodeHash(readFrontier(world.log, size).root());
  const note = (size: number): SignedNote => {
    const signer = signerOf(size);
    const key = checkpointNoteKey(chain, signer.publicKey);
    const text = encodeCheckpoint({ origin: checkpointOrigin(chain), size, root: rootOf(size) });
    const signature: NoteSignature = {
      name: key.name,
      keyId: noteKeyId(key),
      signature: signer.sign(encodeUtf8(text)),
    };
    return { text, signatures: [signature] };
  };
  const textAt = (index: number): string => world.proveTransaction(index, world.head.header.index).transaction;
  const bytesAt = (index: number): Uint8Array => encodeUtf8(textAt(index));
  const pathOf = (index: number, size: number): Hash[] => inclusionPath(world.log, index, size).map(encodeHash);
  return {
    world,
    sizes: [first, second],
    trusted: {
      ...world.trusted,
      checkpointKeys: [
        { public_key: laterHeads.publicKey, from_size: second, until_size: null },
        { public_key: heads.publicKey, from_size: first, until_size: second },
      ],
    },
    note,
    tlogProof: (index, size) =>
      encodeTlogProof({
        transaction: bytesAt(index),
        index,
        path: pathOf(index, size),
        checkpoint: note(size),
      }),
    receipt(index, size) {
      const signer = signerOf(size);
      return encodeTransparentTransaction(
        {
          publicKey: signer.publicKey,
          subject: world.idOf(JSON.parse(textAt(index)) as Transaction) as Hash,
          transaction: bytesAt(index),
          receipt: { size, index, path: pathOf(index, size) },
        },
        { chain, root: rootOf(size), sign: signer.sign },
      );
    },
  };
}

export const noteText = (note: SignedNote): string => encodeNote(note);
