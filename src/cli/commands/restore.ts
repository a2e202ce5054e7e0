import type { Command } from 'commander';
import { QuantumLockError } from '../../base/errors.ts';
import { isThere } from '../../node/data-directory/is-there.ts';
import { dataPaths } from '../../node/data-directory/data-paths.ts';
import { headCopies } from '../../node/history/places.ts';
import type { HeadCopy } from '../../node/history/head-copies.ts';
import { replayThreadCount } from '../../node/thread-counts.ts';
import { restoreBackup, type RestoredChain } from '../../node/recovery/restore.ts';
import type { CommandContext } from '../context.ts';
import { fields } from '../output.ts';
import { readKeys, type KeyOptions } from './backup-keys.ts';
import type { RunCommand } from './command.ts';

interface RestoreCommandOptions extends KeyOptions {
  readonly input: readonly string[];
}

export function registerRestore(blockchain: Command, run: RunCommand): void {
  blockchain
    .command('restore')
    .description('put a backup into the place of the chain of --data, once all of it is verified; no node runs there')
    .requiredOption('--input <FILE...>', 'a full backup, and each incremental one that continues it')
    .option('--identity <FILE...>', 'age identities that open them')
    .option('--backup-passphrase-file <FILE>', 'the passphrase that opens them')
    .action((options: RestoreCommandOptions) => run((context) => restore(context, options)));
}

async function restore(context: CommandContext, options: RestoreCommandOptions): Promise<void> {
  const { dataDirectory, output } = context;
  const keys = await readKeys(output, options.input, options);
  const restored = await restoreBackup({
    files: options.input,
    dataDirectory,
    keys,
    keyring: context.keyring,
    headCopies: await copiesOf(context),
    verifyThreads: replayThreadCount(),
    now: Date.now,
    report: ({ phase, done, total }) => output.progress(`${WORDS[phase] ?? `Verifying ${phase}`}: ${done} of ${total}`),
  });
  tell(context, restored);
}

const WORDS: Readonly<Record<string, string>> = { extract: 'Reading', content: 'Taking over content' };

/** What else remembers a head of this directory; nothing does of one that is not there yet. */
async function copiesOf({ dataDirectory, keyring }: CommandContext): Promise<readonly HeadCopy[]> {
  if (!isThere(dataPaths(dataDirectory).config)) return [];
  try {
    return await headCopies(dataDirectory, keyring);
  } catch (error) {
    // A configuration that is damaged names no folder: it is made again.
    if (error instanceof QuantumLockError && error.code === 'STORAGE_CORRUPT') return [];
    throw error;
  }
}

function tell(context: CommandContext, { extracted, setAside, fault, missingKeys, notes }: RestoredChain): void {
  const { chain, end, backups } = extracted;
  const accept = context.commandLine('blockchain', 'accept-history', '--head', end.hash, '--reason', 'REASON');
  const document = {
    chain_id: chain.chain_id,
    genesis: chain.genesis,
    height: end.height,
    head_hash: end.hash,
    state_root: end.state_root,
    log_root: end.log_root,
    log_size: end.log_size,
    backups: backups.map(({ backup, path, signer }) => ({ backup, path, signed_by: signer })),
    set_aside: setAside,
    fault: fault === null ? null : { code: fault.code, message: fault.message, accept_with: accept },
    missing_keys: missingKeys,
    content_lost: notes,
  };
  context.output.result(document, () => [
    ...fields([
      ['restored', `${chain.chain_id} up to block ${end.height}  ${end.hash}`],
      ['data', context.dataDirectory],
      ['signed by', backups.map(({ signer }) => `${signer.kind} ${signer.id}`).join(', ')],
      ['set aside', setAside ?? 'there was no chain'],
    ]),
    ...notes.map(({ place, message }) => `${place}: ${message}`),
    ...missingKeys.map(
      ({ of, public_key }) => `The key of ${of} is not on this machine: ${public_key}. Bring it: dm key import`,
    ),
    ...(fault === null
      ? [
          'Blocks that were sealed after the backup are not in it. Make sure that no other node still runs on this chain.',
        ]
      : [
          `Nothing is sealed on it yet: ${fault.message}.`,
          `An administrator accepts the chain as it is now: ${accept}`,
        ]),
  ]);
}
