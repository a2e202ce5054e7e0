import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { EXPORTED_KEY_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { holdsChain } from '../../node/data-directory/holds-chain.ts';
import { readNodeConfig, writeNodeConfig } from '../../node/data-directory/node-config.ts';
import { isExportedKey, takeKey } from '../../node/keys/exported-key.ts';
import type { KeyInfo, KeyStoreKind } from '../../node/keys/key-store.ts';
import { readInputFile } from '../../node/read-input-file.ts';
import type { CommandContext } from '../context.ts';
import { unlockStore } from '../governance/new-key.ts';
import { fields, table, time } from '../output.ts';
import { EXPORTED_KEY, findOwnPassphrase } from '../own-passphrase.ts';
import { keyStore } from './arguments.ts';
import type { RegisterCommands } from './command.ts';
import { registerKeyTransfer } from './key-transfer.ts';

function view(context: CommandContext, key: KeyInfo): KeyInfo & { fingerprint: readonly string[]; acting: boolean } {
  const acting =
    holdsChain(context.dataDirectory) && readNodeConfig(context.dataDirectory).acting_key_id === key.key_id;
  return { ...key, fingerprint: fingerprintWords(key.public_key), acting };
}

function printKey(context: CommandContext, key: KeyInfo): void {
  const shown = view(context, key);
  context.output.result(shown, () =>
    fields([
      ['key', `${shown.key_id}${shown.acting ? '  (acting)' : ''}`],
      ['name', shown.name],
      ['public key', shown.public_key],
      ['fingerprint', shown.fingerprint.join(' ')],
      ['stored in', shown.store === 'keychain' ? 'OS keychain' : 'encrypted file'],
      ['made', time(shown.created_at)],
    ]),
  );
}

export const registerKey: RegisterCommands = (program, run) => {
  const key = program.command('key').description('the keys on this machine');

  key
    .command('list')
    .description('all keys')
    .action(() =>
      run(async (context) => {
        const keys = (await context.keyring.list()).map((one) => view(context, one));
        context.output.result({ keys }, () =>
          keys.length === 0
            ? ['No keys. Create one: dm key create --name "Operations 1"']
            : table(
                ['key', 'name', 'stored in', 'acting', 'fingerprint'],
                keys.map((one) => [
                  one.key_id,
                  one.name,
                  one.store,
                  one.acting ? 'yes' : '',
                  one.fingerprint.join(' '),
                ]),
              ),
        );
      }),
    );

  key
    .command('create')
    .description('create a key')
    .requiredOption('--name <NAME>', 'its name, such as that of its holder')
    .option('--key-store <keychain|file>', 'where it is kept; by default the OS keychain if there is one', keyStore)
    .action((options: { name: string; keyStore?: KeyStoreKind }) =>
      run(async (context) => {
        const store = options.keyStore ?? ((await context.keyring.keychain()).available ? 'keychain' : 'file');
        await unlockStore(context, store);
        printKey(context, await context.keyring.create({ name: options.name, store }));
      }),
    );

  key
    .command('import')
    .description('import a key: an exported key file, or 64 hex digits on the first line of a file')
    .option('--name <NAME>', 'its name, such as that of its holder; an exported key already has one')
    .requiredOption('--secret-file <FILE>', 'the file; delete it afterwards')
    .option('--export-passphrase-file <FILE>', "the exported key's passphrase, on its first line")
    .option('--key-store <keychain|file>', 'where it is kept', keyStore)
    .action((options: ImportOptions) => run((context) => importKey(context, options)));

  key
    .command('show')
    .description('one key: never its secret')
    .argument('<KEY>', 'id, name or public key')
    .action((selector: string) => run(async (context) => printKey(context, await context.keyring.find(selector))));

  key
    .command('use')
    .description('use this key to sign from now on')
    .argument('<KEY>', 'id, name or public key')
    .action((selector: string) =>
      run(async (context) => {
        const chosen = await context.keyring.find(selector);
        writeNodeConfig(context.dataDirectory, {
          ...readNodeConfig(context.dataDirectory),
          acting_key_id: chosen.key_id,
        });
        printKey(context, chosen);
      }),
    );

  registerKeyTransfer(key, run);
};

interface ImportOptions {
  readonly name?: string;
  readonly secretFile: string;
  readonly exportPassphraseFile?: string;
  readonly keyStore?: KeyStoreKind;
}

/** @throws INPUT_INVALID, LIMIT_EXCEEDED, DOCUMENT_INVALID, PASSPHRASE_WRONG */
async function importKey(context: CommandContext, options: ImportOptions): Promise<void> {
  const { keyring } = context;
  const bytes = readInputFile(options.secretFile, EXPORTED_KEY_SIZE_BYTES_MAX);
  const passphrase = isExportedKey(bytes)
    ? await findOwnPassphrase(EXPORTED_KEY, context.output, { file: options.exportPassphraseFile, purpose: 'open' })
    : undefined;
  const taken = await takeKey(bytes, passphrase);
  const name = options.name ?? taken.name;
  if (name === null)
    throw new QuantumLockError('USAGE', 'a bare private key has no name', { advice: 'Give it one with --name.' });
  const store = options.keyStore ?? ((await keyring.keychain()).available ? 'keychain' : 'file');
  await unlockStore(context, store);
  printKey(context, await keyring.import({ name, store, secretHex: taken.secretHex }));
}
