import { z } from 'zod';
import { count, ed25519Key, hash } from '../../base/fields.ts';
import { read } from '../procedure.ts';
import { time } from '../schemas.ts';

/** Checkpoints of the log, who signs them, and who has seen them. */

/** A key that signs checkpoints, or signed them, as the chain names it. */
export const checkpointKey = z.object({
  public_key: ed25519Key,
  /** As signed-note writes it: what witnesses and readers are given. */
  verifier_key: z.string(),
  status: z.enum(['active', 'retired']),
  added_at: time,
  retired_at: time.nullable(),
  /** The smallest log that it signs. */
  from_size: count,
  /** It signs no log of this size or larger; null while it is the key that signs. */
  until_size: count.nullable(),
});
export type CheckpointKeyView = z.infer<typeof checkpointKey>;

/** What a witness last said. */
export const witness = z.object({
  name: z.string(),
  /** Of the newest log that it cosigned; null where it cosigned none. */
  size: count.nullable(),
  cosigned_at: time.nullable(),
  /** Why it did not cosign the newest; null where it did, or was not asked yet. */
  problem: z.string().nullable(),
});

export const checkpointView = z.object({
  origin: z.string(),
  /** Of the newest log that was signed here; null where none was. */
  size: count.nullable(),
  root: hash.nullable(),
  signed_at: time.nullable(),
  /** Why the newest log is not signed here; null where it can be. */
  problem: z.string().nullable(),
  witnesses: z.array(witness),
  /** Of the newest log that enough witnesses cosigned; null where none was, or no policy asks for them. */
  witnessed_size: count.nullable(),
});
export type CheckpointView = z.infer<typeof checkpointView>;

/** A note, and when it was signed. */
export const signedCheckpoint = z.object({ note: z.string(), size: count, signed_at: time });

/** What the thread for reads answers. */
export const checkpointKeyProcedures = {
  /** The newest first. */
  checkpointKeys: read.output(z.object({ origin: z.string(), keys: z.array(checkpointKey) })),
};

/** What the node answers. */
export const checkpointProcedures = {
  /** The newest checkpoint, signed now where this node holds the key; `witnessed`: the newest that enough witnesses cosigned. */
  checkpoint: read.input(z.strictObject({ which: z.enum(['newest', 'witnessed']) })).output(signedCheckpoint),
  /** A C2SP tlog-proof of a transaction, under the checkpoint of that kind. */
  tlogProof: read
    .input(z.strictObject({ id: hash, which: z.enum(['newest', 'witnessed']) }))
    .output(z.object({ text: z.string() })),
  /** A transaction with its receipt (COSE_Sign1), in base64. */
  coseReceipt: read.input(z.strictObject({ id: hash })).output(z.object({ cose: z.string() })),
};
