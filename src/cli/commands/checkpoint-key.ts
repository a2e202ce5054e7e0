import type { Command } from 'commander';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { checkpointNoteKey } from '../../ledger/checkpoints/checkpoint.ts';
import { encodeVerifierKey } from '../../ledger/checkpoints/signed-note.ts';
import { checkpointKeyIn } from '../../node/checkpoints/checkpoint-key.ts';
import type { KeyInfo, KeyStoreKind } from '../../node/keys/key-store.ts';
import { checkpointPossessionSubject } from '../../node/signing/subjects/checkpoint-possession.ts';
import type { CommandContext } from '../context.ts';
import { unlockStore } from '../governance/new-key.ts';
import { propose } from '../governance/propose.ts';
import { chainOf } from '../governance/same-chain.ts';
import { fields, table, time } from '../output.ts';
import type { ContractClient } from '../session.ts';
import { keyStore } from './arguments.ts';
import type { RunCommand } from './command.ts';

/** The key that signs checkpoints: it is of this machine, and the chain names it. */
export function registerCheckpointKey(checkpoint: Command, run: RunCommand): void {
  const key = checkpoint.command('key').description('the key that signs checkpoints');

  key
    .command('list')
    .description('every key that the chain names, or named, and which logs it signs')
    .action(() => run(list));

  key
    .command('create')
    .description('create a key on this machine, and let its node sign with it once the chain names it')
    .option('--name <NAME>', 'its name', 'Checkpoints')
    .option('--key-store <keychain|file>', 'where it is kept; by default the OS keychain if there is one', keyStore)
    .action((options: { name: string; keyStore?: KeyStoreKind }) => run((context) => create(context, options)));

  key
    .command('use')
    .description('let the node of this machine sign with a key that is here already, such as one that was imported')
    .argument('<KEY>', 'id, name or public key')
    .action((selector: string) =>
      run(async (context) => {
        const found = await context.keyring.find(selector);
        await context.withSession('full', (client) => prepare(context, client, found));
      }),
    );

  key
    .command('propose')
    .description('propose that the chain names a key of this machine')
    .argument('<KEY>', 'id, name or public key')
    .action((selector: string) => run((context) => proposeKey(context, selector)));
}

async function list(context: CommandContext): Promise<void> {
  await context.withSession('read', async (client) => {
    const found = await client.chain.checkpointKeys();
    context.output.result(found, () =>
      found.keys.length === 0
        ? ['The chain names no key that signs checkpoints.']
        : table(
            ['verifier key', 'status', 'since', 'signs logs from', 'to below'],
            found.keys.map((one) => [
              one.verifier_key,
              one.status,
              time(one.added_at),
              one.from_size,
              one.until_size ?? '',
            ]),
          ),
    );
  });
}

async function create(
  context: CommandContext,
  { name, keyStore: wanted }: { readonly name: string; readonly keyStore?: KeyStoreKind },
): Promise<void> {
  const store = wanted ?? ((await context.keyring.keychain()).available ? 'keychain' : 'file');
  await unlockStore(context, store);
  const key = await context.keyring.create({ name, store });
  await context.withSession('full', (client) => prepare(context, client, key));
}

/** Hands the key to the node, which needs the passphrase where it is in the encrypted file; and says what is next. */
async function prepare(context: CommandContext, client: ContractClient, key: KeyInfo): Promise<void> {
  const passphrase = key.store === 'file' ? (await context.passphrase('open')).passphrase : undefined;
  await client.operator.prepareCheckpointKey({
    key_id: key.key_id,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  const chain = await chainOf(client);
  const { publicKey } = await context.withSigner(key, checkpointKeyIn);
  const next = context.commandLine('checkpoint', 'key', 'propose', key.name);
  const shown = {
    key_id: key.key_id,
    name: key.name,
    public_key: publicKey,
    verifier_key: encodeVerifierKey(checkpointNoteKey(chain, publicKey)),
    fingerprint: fingerprintWords(publicKey),
    next,
  };
  context.output.result(shown, () =>
    fields([
      ['key', `${shown.key_id}  ${shown.name}`],
      ['checkpoint key', shown.public_key],
      ['fingerprint', shown.fingerprint.join(' ')],
      ['verifier key', shown.verifier_key],
      ['next', next],
    ]),
  );
}

async function proposeKey(context: CommandContext, selector: string): Promise<void> {
  const key = await context.keyring.find(selector);
  await context.withSession('full', async (client) => {
    const chain = await chainOf(client);
    const { publicKey } = await context.withSigner(key, checkpointKeyIn);
    const proof = await context.signHere(checkpointPossessionSubject({ key, publicKey, chain }), { chain });
    await propose(context, client, { action: 'set_checkpoint_key', payload: { public_key: publicKey, proof } });
  });
}
