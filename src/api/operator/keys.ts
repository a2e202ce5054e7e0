import { z } from 'zod';
import { publicKey } from '../../base/fields.ts';
import { checkpointView } from '../chain/checkpoints.ts';
import { act, ask } from '../procedure.ts';
import { identifier, time } from '../schemas.ts';

/** The keys of this machine, and which of them acts. */

export const keyStoreKind = z.enum(['keychain', 'file']);
export type KeyStoreKind = z.infer<typeof keyStoreKind>;

export const keyName = z.string().min(1).max(100);

export const identity = z.object({
  key_id: identifier,
  name: z.string(),
  public_key: publicKey,
  /** Words for comparing by voice. */
  fingerprint: z.array(z.string()),
  store: keyStoreKind,
  created_at: time,
  /** The identity that acts now. */
  acting: z.boolean(),
  /** What the chain says of this key; null where it knows it not. */
  member: z.object({ member_id: identifier, name: z.string(), level: z.string(), status: z.string() }).nullable(),
  validator_id: identifier.nullable(),
});
export type Identity = z.infer<typeof identity>;

export const keysView = z.object({
  identities: z.array(identity),
  /** What a new key in the encrypted file needs: a new passphrase, its passphrase, or nothing more. */
  key_file: z.enum(['absent', 'locked', 'open']),
  /** The one key that signs without its passphrase or code for a while, and until when; null where each signature asks. */
  unlocked_key_id: identifier.nullable(),
  unlocked_until: time.nullable(),
});
export type KeysView = z.infer<typeof keysView>;

export const keyProcedures = {
  keys: ask.output(keysView),
  /** A key in the keychain, or in the encrypted file where that needs no passphrase; else it is a deed. */
  createKey: act.input(z.strictObject({ name: keyName, store: keyStoreKind })).output(identity),
  /**
   * Lets this node seal with a key of this machine once the chain names it: the first step of a rotation. The passphrase is
   * taken from a terminal alone; in a page, proving the key does the same.
   */
  prepareSealingKey: act
    .input(z.strictObject({ key_id: identifier, passphrase: z.string().optional() }))
    .output(z.object({ key_id: identifier })),
  /** Lets this node sign checkpoints with a key of this machine once the chain names it. The passphrase is taken from a terminal alone. */
  prepareCheckpointKey: act
    .input(z.strictObject({ key_id: identifier, passphrase: z.string().optional() }))
    .output(z.object({ key_id: identifier })),
  /** Signs the newest head as a checkpoint, and shows it to the witnesses now. */
  publishCheckpoint: act.output(z.object({ checkpoint: checkpointView.nullable() })),
  selectIdentity: act.input(z.strictObject({ key_id: identifier })).output(keysView),
  lockSession: act.output(keysView),
};
