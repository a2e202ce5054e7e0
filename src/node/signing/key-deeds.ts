import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { encodeCanonicalText } from '../../base/canonical.ts';
import { encodeHash, encodeUtf8 } from '../../base/bytes.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import type { SigningReview } from '../../api/views/operator.ts';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { encodeExportedKey } from '../keys/exported-key.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import { createFile } from '../data-directory/durable-files.ts';
import { guardStorage, storageError } from '../data-directory/storage-errors.ts';
import { sha256 } from '#sha256';

/** What is done to a key of this machine on a confirmation, with nothing for the chain in it. */
export type KeyDeed = 'export_key' | 'forget_key';

/** What a person reads before it is done. */
export function describeDeed(
  deed: KeyDeed,
  { name, public_key }: KeyInfo,
): Pick<SigningReview, 'sentence' | 'warnings' | 'canonical' | 'digest' | 'fingerprint'> {
  const canonical = encodeCanonicalText({ deed, public_key });
  return {
    ...(deed === 'export_key'
      ? {
          sentence: `A copy of the key “${name}” is written to a file on this machine, encrypted under a new passphrase.`,
          warnings: ['Whoever has the file and its passphrase can sign as you. Keep them apart.'],
        }
      : {
          sentence: `The key “${name}” is removed from this machine. Without another copy it is lost for good, and nobody can sign with it again.`,
          warnings: ['This cannot be undone. Export the key first if it may be needed again.'],
        }),
    canonical,
    digest: encodeHash(sha256(encodeUtf8(canonical))),
    fingerprint: [...fingerprintWords(public_key)],
  };
}

/**
 * Writes `<data>/exports/<name>-<key id>.key.json`, for its owner alone, and returns the path.
 * @throws PASSPHRASE_WEAK, INPUT_INVALID where the file is there already, STORAGE_FAILED
 */
export async function exportKey(options: {
  readonly dataDirectory: string;
  readonly key: KeyInfo;
  readonly secret: Uint8Array;
  readonly passphrase: string;
}): Promise<string> {
  const { dataDirectory, key, secret, passphrase } = options;
  const bytes = await encodeExportedKey({ key, secret, passphrase });
  const directory = join(dataDirectory, 'exports');
  const name = key.name
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .toLowerCase();
  const path = join(directory, `${name === '' ? 'key' : name}-${key.key_id}.key.json`);
  guardStorage(directory, () => mkdirSync(directory, { recursive: true, mode: 0o700 }));
  try {
    createFile(path, bytes);
    return path;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST')
      throw new QuantumLockError('INPUT_INVALID', `${path} is there already`, {
        advice: 'It is an earlier export of this key. Move it away first.',
        cause: error,
      });
    throw storageError(path, error);
  }
}
