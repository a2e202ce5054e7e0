import { resolve, sep } from 'node:path';
import type { DeedInput } from '../../api/operator/deeds.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { EXPORTED_KEY_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { assertHoldsChain } from '../data-directory/holds-chain.ts';
import { isExportedKey, takeKey } from '../keys/exported-key.ts';
import { readRegularFile } from '../read-input-file.ts';
import { assertKeyName, type KeyStoreKind } from '../keys/key-store.ts';
import { readGeneratedPassphrase } from '../keys/passphrase.ts';
import { homeDirectory } from '../data-directory/user-directories.ts';
import type { SecretName, Secrets } from './asked-secrets.ts';
import { acknowledgeReport, reportOf } from '../integrity/report-views.ts';
import { repairing } from './integrity-work.ts';
import { createChain, openKeyFile, type CreateChainOptions } from './create-chain.ts';
import { backupDeed } from './backups/backup-deeds.ts';
import type { Host } from './host.ts';
import type { AskedDeed } from './host-deeds.ts';

/** @throws the errors of what could not be done; nothing about folders that the page may not read */
export async function askedDeed(host: Host, input: DeedInput): Promise<AskedDeed> {
  switch (input.deed) {
    case 'grant_folder':
      return grantFolder(host, resolve(input.path));
    case 'open_chain':
      return openAnotherChain(host, resolve(input.path));
    case 'unlock_keys':
      return unlockKeys(host);
    case 'create_chain':
      return foundChainInFile(host, input);
    case 'create_key':
      return createFileKey(host, input.name);
    case 'import_key':
      return importKey(host, input);
    case 'repair_chain':
      return repairFromCopy(host, resolve(input.path));
    case 'acknowledge_report':
      return acknowledgeDamage(host, input.report_id);
    case 'restore_backup':
    case 'rehearse_backup':
    case 'add_backup_destination':
    case 'remove_backup_destination':
    case 'set_backup_schedule':
      return backupDeed(host, input);
  }
}

function grantFolder(host: Host, path: string): AskedDeed {
  const home = resolve(homeDirectory());
  const isWide = home === path || home.startsWith(path.endsWith(sep) ? path : path + sep);
  return {
    described: {
      kind: 'grant_folder',
      sentence: `Lets the console's page list and read everything in ${path}, until the console ends.`,
      warnings: isWide
        ? ['Your home folder is in it: everything that you keep there can be read, including keys of other programs.']
        : [],
      asks: [],
    },
    perform: async () => {
      host.folders.grant(path);
      return null;
    },
  };
}

function openAnotherChain(host: Host, path: string): AskedDeed {
  // Where the page may look anyway, nobody is asked for what cannot be done.
  if (host.folders.covers(path)) assertHoldsChain(path);
  return {
    described: {
      kind: 'open_chain',
      sentence: `Closes what is open now (${host.dataDirectory}), and opens the chain in ${path}.`,
      warnings: ['From then on, blocks are sealed and signatures are given for that chain.'],
      asks: [],
    },
    perform: async () => {
      await openChain(host, path);
      return null;
    },
  };
}

export async function openChain(host: Host, path: string): Promise<void> {
  assertHoldsChain(path);
  await host.switchTo(path);
  await host.tryOpen(null);
}

function unlockKeys(host: Host): AskedDeed {
  const directory = host.dataDirectory;
  assertHoldsChain(directory);
  return {
    described: {
      kind: 'unlock_keys',
      sentence: `Opens the encrypted key file of ${directory}, so that the validator seals blocks with its key.`,
      warnings: [],
      asks: ['passphrase'],
    },
    perform: async ({ passphrase }) => {
      assertSame(host, directory);
      await host.tryOpen(given(passphrase));
      const { problem } = host;
      if (problem?.code === 'PASSPHRASE_WRONG') throw new QuantumLockError('PASSPHRASE_WRONG', problem.message);
      return null;
    },
  };
}

function foundChainInFile(host: Host, input: Extract<DeedInput, { deed: 'create_chain' }>): AskedDeed {
  const directory = host.dataDirectory;
  return {
    described: {
      kind: 'create_chain',
      sentence: `Creates the ${input.sandbox ? 'sandbox chain' : 'chain'} ${input.chain_id} in ${directory}, with its keys in an encrypted file.`,
      warnings: [],
      asks: asksForStore(host, 'file'),
    },
    perform: async (secrets) => {
      assertSame(host, directory);
      const passphrase = passphraseOf(host, secrets);
      await foundChain(host, input, { keyStore: 'file', passphrase });
      return null;
    },
  };
}

/** Founds a chain in the host's directory, and opens it. @throws DATA_DIR_NOT_EMPTY and what else founding throws */
export async function foundChain(
  host: Host,
  {
    chain_id,
    sandbox,
    administrator_name = 'Administrator',
  }: { readonly chain_id: string; readonly sandbox: boolean; readonly administrator_name?: string | undefined },
  { keyStore, passphrase }: Pick<CreateChainOptions, 'keyStore' | 'passphrase'>,
): Promise<void> {
  await createChain({
    dataDirectory: host.dataDirectory,
    chainId: chain_id,
    sandbox,
    keyStore,
    passphrase,
    administratorName: administrator_name,
    keyring: host.keyring,
    now: host.options.now,
  });
  await host.tryOpen(passphrase);
}

function createFileKey(host: Host, name: string): AskedDeed {
  assertKeyName(name);
  const directory = host.dataDirectory;
  return {
    described: {
      kind: 'create_key',
      sentence: `Creates the key “${name}” in the encrypted key file of ${directory}.`,
      warnings: [],
      asks: asksForStore(host, 'file'),
    },
    perform: async (secrets) => {
      assertSame(host, directory);
      return withKeyFile(host, { store: 'file', secrets }, async () => {
        const { key_id } = await host.keyring.create({ name, store: 'file' });
        return key_id;
      });
    },
  };
}

async function importKey(host: Host, input: Extract<DeedInput, { deed: 'import_key' }>): Promise<AskedDeed> {
  const { name, store } = input;
  assertKeyName(name);
  const directory = host.dataDirectory;
  const path = host.folders.resolve(input.path);
  const bytes = await readRegularFile(path, EXPORTED_KEY_SIZE_BYTES_MAX);
  const place = store === 'keychain' ? 'OS keychain' : 'encrypted key file';
  return {
    described: {
      kind: 'import_key',
      sentence: `Imports the private key in ${path} into the ${place} of this machine, as “${name}”.`,
      warnings: ['Anyone who has the file has the key. Delete the file afterwards.'],
      asks: [...(isExportedKey(bytes) ? (['export_passphrase'] as const) : []), ...asksForStore(host, store)],
    },
    perform: async (secrets) => {
      assertSame(host, directory);
      const { secretHex } = await takeKey(bytes, secrets.export_passphrase);
      return withKeyFile(host, { store, secrets }, async () => {
        const { key_id } = await host.keyring.import({ name, store, secretHex });
        return key_id;
      });
    },
  };
}

/** What has to be given for a key that comes into a store. */
function asksForStore({ keyring: { file }, dataDirectory }: Host, store: KeyStoreKind): readonly SecretName[] {
  if (store === 'keychain' || readGeneratedPassphrase(dataDirectory) !== null) return [];
  return [file.exists ? 'passphrase' : 'new_passphrase'];
}

function passphraseOf({ dataDirectory }: Host, { passphrase, new_passphrase: chosen }: Secrets): string | null {
  return readGeneratedPassphrase(dataDirectory) ?? passphrase ?? chosen ?? null;
}

/** Where the encrypted file is locked, it is opened for this one key and locked again. */
export async function withKeyFile<T>(
  host: Host,
  { store, secrets = {} }: { readonly store: KeyStoreKind; readonly secrets?: Secrets },
  add: () => Promise<T>,
): Promise<T> {
  const { file } = host.keyring;
  if (store === 'keychain' || file.unlocked) return add();
  try {
    await openKeyFile(host.keyring, passphraseOf(host, secrets));
    return await add();
  } finally {
    file.lock();
  }
}

function given(passphrase: string | undefined): string {
  if (passphrase !== undefined) return passphrase;
  throw new QuantumLockError('PASSPHRASE_REQUIRED', 'a passphrase is missing');
}

/** What was read was about that directory. @throws SIGNING_EXPIRED */
function assertSame(host: Host, directory: string): void {
  if (host.dataDirectory !== directory)
    throw new QuantumLockError('SIGNING_EXPIRED', 'another chain was opened meanwhile');
}

function repairFromCopy(host: Host, path: string): AskedDeed {
  const directory = host.dataDirectory;
  return {
    described: {
      kind: 'repair_chain',
      sentence: `Closes the chain in ${directory}, takes the rows that it lacks from ${path} where they fit its hashes, and opens it again.`,
      warnings: ['Nothing is sealed meanwhile. The damaged file is kept in quarantine.'],
      asks: [],
    },
    perform: async () => {
      assertSame(host, directory);
      const { job } = host.jobs.start(repairing(host, path));
      for await (const event of job.follow(undefined)) {
        if (event.type !== 'done' || event.report?.outcome === 'filled' || event.report?.outcome === 'repaired')
          continue;
        throw new QuantumLockError('STORAGE_CORRUPT', event.report?.words.join(' ') ?? 'nothing was repaired');
      }
      return null;
    },
  };
}

function acknowledgeDamage(host: Host, reportId: string): AskedDeed {
  const directory = host.dataDirectory;
  const { words } = reportOf(directory, reportId);
  return {
    described: {
      kind: 'acknowledge_report',
      sentence: `Says that the report ${reportId} was read, and ends its alert: ${words[0] ?? ''}`,
      warnings: [],
      asks: [],
    },
    perform: async () => {
      assertSame(host, directory);
      acknowledgeReport(directory, reportId, host.options.now);
      return null;
    },
  };
}
