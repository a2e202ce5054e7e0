import { InvalidArgumentError, type Command } from 'commander';
import { QuantumLockError } from '../../base/errors.ts';
import type { Hash } from '../../base/bytes.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { isGenesis, type ChainIdentity } from '../../ledger/chain-identity.ts';
import { encodeKeyCard, isKeySubject } from '../../ledger/documents/key-card.ts';
import type { KeySubject } from '../../ledger/governance/possession.ts';
import { holdsChain } from '../../node/data-directory/holds-chain.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import { assertChainId } from '../../node/chain/found-chain.ts';
import type { KeyInfo } from '../../node/keys/key-store.ts';
import { keyExportSubject } from '../../node/signing/subjects/key-export.ts';
import { keyRemovalSubject, type KeyNeed } from '../../node/signing/subjects/key-removal.ts';
import type { CommandContext } from '../context.ts';
import { askYes } from '../governance/ask-yes.ts';
import { writeNewFile } from '../governance/read-document.ts';
import { chainOf } from '../governance/same-chain.ts';
import { fields } from '../output.ts';
import { EXPORTED_KEY, findOwnPassphrase } from '../own-passphrase.ts';
import type { RunCommand } from './command.ts';

interface ProveOptions {
  readonly for: KeySubject;
  readonly chainId?: string;
  readonly genesis?: Hash;
  readonly era?: number;
  readonly output?: string;
}

function genesisHash(text: string): Hash {
  if (!isGenesis(text)) throw new InvalidArgumentError('0x and 64 lower-case hex digits');
  return text;
}

function eraNumber(text: string): number {
  if (!/^[0-9]{1,15}$/.test(text)) throw new InvalidArgumentError('a whole number from 0');
  return Number(text);
}

function keySubject(text: string): KeySubject {
  if (!isKeySubject(text)) throw new InvalidArgumentError('member/ID or validator/ID');
  return text;
}

/** Keys that leave a machine, and what says that one is held. */
export function registerKeyTransfer(key: Command, run: RunCommand): void {
  key
    .command('prove')
    .description('make a key card: a proof of possession of a key, for those who propose to add it; needs no chain')
    .argument('<KEY>', 'id, name or public key')
    .requiredOption('--for <SUBJECT>', 'whose key it is to be: member/ID or validator/ID', keySubject)
    .option('--chain-id <ID>', 'on which chain; without it, the one in --data')
    .option('--genesis <HASH>', 'the hash of its block 0 (dm blockchain status), with --chain-id', genesisHash)
    .option('--era <N>', 'its era, where its clock was reset', eraNumber)
    .option('--output <FILE>', 'a new file; without it the card goes to stdout')
    .action((selector: string, options: ProveOptions) => run((context) => prove(context, selector, options)));

  key
    .command('export')
    .description('a copy of a key as a file, re-encrypted with its own passphrase')
    .argument('<KEY>', 'id, name or public key')
    .requiredOption('--output <FILE>', 'a new file that only its owner can read')
    .option('--export-passphrase-file <FILE>', 'its passphrase, on the first line of a file')
    .action((selector: string, options: { output: string; exportPassphraseFile?: string }) =>
      run((context) => exportKey(context, selector, options)),
    );

  key
    .command('forget')
    .description('remove a key from this machine permanently')
    .argument('<KEY>', 'id, name or public key')
    .option('--yes', 'do not ask at the terminal', false)
    .action((selector: string, options: { yes: boolean }) => run((context) => forget(context, selector, options)));
}

async function prove(context: CommandContext, selector: string, options: ProveOptions): Promise<void> {
  const chain = await chainFor(context, options);
  const key = await context.keyring.find(selector);
  const card = await context.prove({ key, subject: options.for, chain });
  const text = encodeKeyCard(card);
  const { output } = context;
  if (options.output === undefined) {
    // The card itself, in either form: what goes to stdout is what is handed over.
    output.document(text);
    if (!output.json) output.note(`words  ${fingerprintWords(card.public_key).join(' ')}`);
    return;
  }
  writeNewFile(options.output, text);
  const fingerprint = fingerprintWords(card.public_key);
  output.result({ path: options.output, card, fingerprint }, () =>
    fields([
      ['key card', options.output],
      ['for', `${card.subject} on ${chain.chain_id}`],
      ['genesis', chain.genesis],
      ['public key', card.public_key],
      ['words', fingerprint.join(' ')],
    ]),
  );
}

/** The chain that is named, or the one of this machine. */
async function chainFor(context: CommandContext, { chainId, genesis, era }: ProveOptions): Promise<ChainIdentity> {
  if (chainId !== undefined) assertChainId(chainId);
  if (chainId !== undefined && genesis !== undefined) return { chain_id: chainId, genesis, era: era ?? 0 };
  if (holdsChain(context.dataDirectory)) {
    const here = await context.withSession('read', chainOf);
    if (chainId === undefined || chainId === here.chain_id) return here;
  }
  throw new QuantumLockError('USAGE', 'the chain is not named, or it is not the chain of the data directory', {
    advice: 'Name it with --chain-id and --genesis; its operators see both in dm blockchain status.',
  });
}

async function exportKey(
  context: CommandContext,
  selector: string,
  options: { readonly output: string; readonly exportPassphraseFile?: string },
): Promise<void> {
  const key = await context.keyring.find(selector);
  // The key first: a wrong passphrase of it is reported before another one is asked for.
  await context.openKeyFileFor(key);
  const passphrase = await findOwnPassphrase(EXPORTED_KEY, context.output, {
    file: options.exportPassphraseFile,
    purpose: 'new',
  });
  const write = (bytes: Uint8Array): string => {
    writeNewFile(options.output, bytes, { secret: true });
    return options.output;
  };
  await context.confirmHere(keyExportSubject(key, write), { exportPassphrase: passphrase });
  const fingerprint = fingerprintWords(key.public_key);
  context.output.result({ path: options.output, name: key.name, public_key: key.public_key, fingerprint }, () =>
    fields([
      ['exported', options.output],
      ['key', key.name],
      ['words', fingerprint.join(' ')],
      ['note', 'Anyone who has this file and its passphrase can sign with the key. Store them separately.'],
    ]),
  );
}

async function forget(context: CommandContext, selector: string, options: { readonly yes: boolean }): Promise<void> {
  const key = await context.keyring.find(selector);
  const removal = keyRemovalSubject(key, { keyring: context.keyring, needed: (wanted) => neededFor(context, wanted) });
  await askYes(
    context.output,
    `The key "${key.name}" is removed from this machine. Without another copy it is lost permanently.`,
    options,
  );
  await context.openKeyFileFor(key);
  await context.confirmHere(removal);
  context.output.result({ ...key, forgotten: true }, () => [
    `The key "${key.name}" (${key.key_id}) is gone from this machine.`,
  ]);
}

/** What a key is needed for here; null where it can go. */
function neededFor({ dataDirectory }: CommandContext, { key_id }: KeyInfo): KeyNeed | null {
  if (!holdsChain(dataDirectory)) return null;
  const { validator, acting_key_id } = readNodeConfig(dataDirectory);
  if (key_id === validator.key_id || key_id === validator.next_key_id)
    return {
      why: 'this node seals with it, or may soon',
      advice: `Replace it first: dm validator rotate ${validator.validator_id}`,
    };
  return key_id === acting_key_id
    ? { why: 'it is the key that signs here', advice: 'Choose another key first: dm key use KEY' }
    : null;
}
