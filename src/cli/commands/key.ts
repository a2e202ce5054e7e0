import { readFileSync } from 'node:fs';
import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { holdsChain, readNodeConfig, writeNodeConfig } from '../../node/data-directory.ts';
import type { KeyInfo, KeyStoreKind } from '../../node/keys/key-store.ts';
import type { CommandContext } from '../context.ts';
import { fields, table, time } from '../output.ts';
import { keyStore } from './arguments.ts';
import type { RegisterCommands } from './command.ts';

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
      ['kept in', shown.store === 'keychain' ? 'OS keychain' : 'encrypted file'],
      ['made', time(shown.created_at)],
    ]),
  );
}

/** The encrypted file opens with its passphrase; a keychain is open already. */
async function unlockStore(context: CommandContext, store: KeyStoreKind): Promise<void> {
  if (store !== 'file') return;
  const { file } = context.keyring;
  if (file.exists) await file.unlock((await context.passphrase('open')).passphrase);
  else await file.initialise((await context.passphrase('new')).passphrase);
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
            ? 'No keys. Make one: dm key create --name "Operations 1"'
            : table(
                ['key', 'name', 'kept in', 'acting', 'fingerprint'],
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
    .description('make a key')
    .requiredOption('--name <NAME>', 'whose it is')
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
    .description('take in a private key: 64 hex digits on the first line of a file')
    .requiredOption('--name <NAME>', 'whose it is')
    .requiredOption('--secret-file <FILE>', 'the file; delete it afterwards')
    .option('--key-store <keychain|file>', 'where it is kept', keyStore)
    .action((options: { name: string; secretFile: string; keyStore?: KeyStoreKind }) =>
      run(async (context) => {
        let text: string;
        try {
          text = readFileSync(options.secretFile, 'utf8');
        } catch (cause) {
          throw new QuantumLockError('INPUT_INVALID', `${options.secretFile} cannot be read`, { cause });
        }
        const store = options.keyStore ?? ((await context.keyring.keychain()).available ? 'keychain' : 'file');
        await unlockStore(context, store);
        printKey(
          context,
          await context.keyring.import({ name: options.name, store, secretHex: text.split('\n')[0] ?? '' }),
        );
      }),
    );

  key
    .command('show')
    .description('one key: never its secret')
    .argument('<KEY>', 'id, name or public key')
    .action((selector: string) => run(async (context) => printKey(context, await context.keyring.find(selector))));

  key
    .command('use')
    .description('let this key sign from now on')
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
};
