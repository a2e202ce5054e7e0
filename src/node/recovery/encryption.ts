import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption';
import { QuantumLockError } from '../../base/errors.ts';
import { assertPassphrase } from '../keys/vault.ts';

/**
 * Backups are encrypted as whole files in the format of age (https://age-encryption.org/v1), so that any age program
 * decrypts them too: to a passphrase, or to recipients whose identities need not be on this machine.
 */
export type Encryption = { readonly passphrase: string } | { readonly recipients: readonly string[] };

/** What a backup may be encrypted to; all are tried. */
export interface BackupKeys {
  readonly passphrases: readonly string[];
  /** `AGE-SECRET-KEY-1…` */
  readonly identities: readonly string[];
}

export const NO_KEYS: BackupKeys = { passphrases: [], identities: [] };

/** Memory stays flat: age encrypts 64 KiB at a time. @throws INPUT_INVALID, PASSPHRASE_WEAK */
export async function encryptStream(
  plain: ReadableStream<Uint8Array>,
  encryption: Encryption,
): Promise<ReadableStream<Uint8Array>> {
  return encrypterOf(encryption).encrypt(plain);
}

/** Before anything is read: a recipient that is none is told at once. @throws INPUT_INVALID, PASSPHRASE_WEAK */
export function encrypterOf(encryption: Encryption): Encrypter {
  const encrypter = new Encrypter();
  if ('passphrase' in encryption) {
    assertPassphrase(encryption.passphrase);
    encrypter.setPassphrase(encryption.passphrase);
    return encrypter;
  }
  for (const recipient of encryption.recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (cause) {
      throw new QuantumLockError('INPUT_INVALID', `${JSON.stringify(recipient.slice(0, 80))} is no age recipient`, {
        cause,
        advice: 'A recipient begins with age1; `age-keygen` makes one with its identity.',
      });
    }
  }
  return encrypter;
}

/** @throws PASSPHRASE_WRONG where none of the keys opens it, BACKUP_KEY_REQUIRED where there is none, INPUT_INVALID */
export async function decryptStream(
  encrypted: ReadableStream<Uint8Array>,
  { passphrases, identities }: BackupKeys,
): Promise<ReadableStream<Uint8Array>> {
  if (passphrases.length + identities.length === 0)
    throw new QuantumLockError('BACKUP_KEY_REQUIRED', 'the backup is encrypted');
  const decrypter = new Decrypter();
  for (const passphrase of passphrases) decrypter.addPassphrase(passphrase);
  for (const identity of identities) addIdentity(decrypter, identity);
  try {
    return await decrypter.decrypt(encrypted);
  } catch (cause) {
    if (cause instanceof Error && /no identity matched/.test(cause.message))
      throw new QuantumLockError(
        'PASSPHRASE_WRONG',
        'the backup is encrypted to other keys than those that were given',
        {
          cause,
          advice: 'Give the passphrase that it was made with, or the identity of one of its recipients.',
        },
      );
    throw new QuantumLockError('BACKUP_INVALID', `the backup is damaged: its encryption cannot be read`, {
      cause,
      context: { place: 'encryption' },
    });
  }
}

/** The public side of an identity. @throws INPUT_INVALID */
export async function recipientOf(identity: string): Promise<string> {
  addIdentity(new Decrypter(), identity);
  return identityToRecipient(identity);
}

function addIdentity(decrypter: Decrypter, identity: string): void {
  try {
    decrypter.addIdentity(identity);
  } catch (cause) {
    // What it says is not repeated: it may be a secret with one wrong letter.
    throw new QuantumLockError('INPUT_INVALID', 'what was given is no age identity', {
      cause,
      advice: 'An identity begins with AGE-SECRET-KEY-1: name the file that age-keygen made.',
    });
  }
}
