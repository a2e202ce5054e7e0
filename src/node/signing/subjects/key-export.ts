import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { QuantumLockError, systemCodeOf } from '../../../base/errors.ts';
import { encodeExportedKey } from '../../keys/exported-key.ts';
import type { KeyInfo } from '../../keys/key-store.ts';
import { createFile } from '../../data-directory/durable-files.ts';
import { guardStorage, storageError } from '../../data-directory/storage-errors.ts';
import { shownOfKeyOperation } from './key-operation.ts';
import type { SigningSubject } from './subject.ts';

/** Writes the encrypted key to a new file, for its owner alone, and returns its path. */
export type WriteExport = (bytes: Uint8Array) => string;

/** A copy of a key of this machine, encrypted under a passphrase of its own. */
export function keyExportSubject(key: KeyInfo, write: WriteExport): SigningSubject {
  return {
    key,
    shown: shownOfKeyOperation(key, {
      kind: 'export_key',
      asks_export_passphrase: true,
      words: { ask: 'Export', button: 'Export', is_dangerous: false },
      sentence: `A copy of the key “${key.name}” is written to a file on this machine, encrypted under a new passphrase.`,
      warnings: ['Anyone who has the file and its passphrase can sign as you. Store them separately.'],
    }),
    perform: async ({ signer, record, confirmation: { exportPassphrase } }) => {
      record();
      if (exportPassphrase === undefined)
        throw new QuantumLockError('PASSPHRASE_REQUIRED', 'an exported key is encrypted with its own passphrase');
      const secret = signer.copySecret();
      try {
        const path = write(await encodeExportedKey({ key, secret, passphrase: exportPassphrase }));
        return { outcome: 'done', path, title: 'Exported', text: 'The encrypted key is in' };
      } finally {
        secret.fill(0);
      }
    },
  };
}

/**
 * Writes to `<data>/exports/<name>-<key id>.key.json`.
 * @throws INPUT_INVALID where the file is there already, STORAGE_FAILED
 */
export function exportTo(dataDirectory: string, { name, key_id }: KeyInfo): WriteExport {
  const directory = join(dataDirectory, 'exports');
  const fileName = name
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .toLowerCase();
  const path = join(directory, `${fileName === '' ? 'key' : fileName}-${key_id}.key.json`);
  return (bytes) => {
    guardStorage(directory, () => mkdirSync(directory, { recursive: true, mode: 0o700 }));
    try {
      createFile(path, bytes);
      return path;
    } catch (error) {
      if (systemCodeOf(error) === 'EEXIST')
        throw new QuantumLockError('INPUT_INVALID', `${path} already exists`, {
          advice: 'It is an earlier export of this key. Move it away first.',
          cause: error,
        });
      throw storageError(path, error);
    }
  };
}
