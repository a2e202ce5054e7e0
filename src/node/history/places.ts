import { readConfigFile } from '../data-directory/node-config.ts';
import type { Keyring } from '../keys/keyring.ts';
import { requireKeychain } from '../keys/keychain.ts';
import { folderCopy, keychainCopy, type HeadCopy } from './head-copies.ts';

/** Names a folder for one start, in place of the configuration's. */
export const HEAD_FOLDER_VARIABLE = 'QUANTUM_LOCK_HEAD_FOLDER';

/**
 * Where the newest head of a data directory is kept besides the directory itself: the folder that its configuration or
 * the environment names, and the OS keychain, where the validator's key is in it. `keyring`: null where no key is asked
 * for.
 */
export async function headCopies(dataDirectory: string, keyring: Keyring | null): Promise<readonly HeadCopy[]> {
  const { head_folder: configured, validator } = readConfigFile(dataDirectory);
  const folder = process.env[HEAD_FOLDER_VARIABLE] ?? configured ?? '';
  const copies = folder === '' ? [] : [folderCopy(folder, dataDirectory)];
  const keys = keyring === null ? [] : await keyring.list();
  const isInKeychain = keys.some(({ key_id, store }) => key_id === validator.key_id && store === 'keychain');
  if (keyring === null || !isInKeychain) return copies;
  return [...copies, keychainCopy(requireKeychain(await keyring.keychain()), dataDirectory)];
}
