import type { Command } from 'commander';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { replaceFile } from '../../node/data-directory/durable-files.ts';
import { isThere } from '../../node/data-directory/is-there.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import { encodeBackupDocument } from '../../node/recovery/backup-document.ts';
import { baseOf, type BackupBase } from '../../node/recovery/backup-base.ts';
import { manifestDigest, type BackupManifest } from '../../node/recovery/backup-format.ts';
import { NO_KEYS, type Encryption } from '../../node/recovery/encryption.ts';
import { makeBackup } from '../../node/recovery/make-backup.ts';
import { openBackup } from '../../node/recovery/open-backup.ts';
import { withScratch } from '../../node/recovery/with-scratch.ts';
import type { MadeBackup } from '../../node/recovery/write-backup.ts';
import type { CommandContext } from '../context.ts';
import { fields } from '../output.ts';
import { BACKUP, findOwnPassphrase } from '../own-passphrase.ts';
import { statementSigner } from '../statement-signer.ts';
import { readKeys, type KeyOptions } from './backup-keys.ts';
import { registerBackupPlaces } from './backup-places.ts';
import { registerBackupSchedule } from './backup-schedule.ts';
import type { RunCommand } from './command.ts';
import { sizeText } from './size-text.ts';

interface BackupOptions extends KeyOptions {
  readonly output?: string;
  readonly incrementalFrom?: string;
  readonly content: boolean;
  readonly recipient?: readonly string[];
  readonly encryptPassphraseFile?: string;
  readonly encrypt: boolean;
}

export function registerBackup(blockchain: Command, run: RunCommand): void {
  const backup = blockchain
    .command('backup')
    .description(
      'everything up to the newest block in one signed file, made beside a running node; or, with a command, where and when the node makes its own',
    )
    .option('--output <FILE>', 'a new file; one that ends in .json is a single JSON document, for small chains')
    .option('--incremental-from <FILE>', 'only what is new since that backup')
    .option('--without-content', 'leave out the files of environments')
    .option('--recipient <AGE...>', 'encrypt to these age recipients: age1…')
    .option(
      '--encrypt',
      'encrypt to a passphrase, which is asked for or read from QUANTUM_LOCK_BACKUP_PASSPHRASE',
      false,
    )
    .option('--encrypt-passphrase-file <FILE>', 'encrypt to the passphrase in a file')
    .option('--identity <FILE...>', 'age identities that open the backup of --incremental-from')
    .option('--backup-passphrase-file <FILE>', 'the passphrase that opens it')
    .action((options: BackupOptions & { withoutContent?: boolean }) =>
      run((context) => backUp(context, { ...options, content: options.withoutContent !== true })),
    );
  registerBackupPlaces(backup, run);
  registerBackupSchedule(backup, run);
  // What makes a file is none of theirs: the help of each shows the options of every command besides its own.
  for (const command of backup.commands)
    command.configureHelp({
      showGlobalOptions: true,
      visibleGlobalOptions: () => blockchain.parent?.createHelp().visibleOptions(blockchain.parent) ?? [],
    });
}

async function backUp(context: CommandContext, options: BackupOptions): Promise<void> {
  const { dataDirectory, output } = context;
  if (options.output === undefined)
    throw new QuantumLockError('USAGE', 'where is the backup to be written? Name a new file with --output');
  readNodeConfig(dataDirectory);
  const path = resolve(options.output);
  if (isThere(path))
    throw new QuantumLockError('INPUT_INVALID', `there is something at ${path} already`, {
      advice: 'Name a new file: a backup is never written over.',
    });
  const isDocument = path.endsWith('.json');
  const encryption = await encryptionOf(context, options);
  if (isDocument && encryption !== null)
    throw new QuantumLockError('USAGE', 'a JSON document is not encrypted', {
      advice: 'Name the file otherwise than .json, or leave the encryption out.',
    });
  const base = options.incrementalFrom === undefined ? null : await readBase(context, options.incrementalFrom, options);
  const begin = performance.now();
  // A document is made of a backup, which is on the way there.
  const made = await makeBackup(
    {
      dataDirectory,
      output: isDocument ? `${path}.${randomBytes(6).toString('hex')}.backup` : path,
      base,
      withContent: options.content,
      encryption,
      createdAt: Date.now(),
      software: context.version,
    },
    {
      sign: await statementSigner(context, {
        kind: 'backup',
        sentenceOf: ({ chain_id, to }: BackupManifest) =>
          `This backup holds the chain ${chain_id} up to block ${to.height}.`,
        digestOf: manifestDigest,
      }),
      report: ({ done, total }) => output.progress(`Backing up: ${done} of ${total} rows`),
    },
  );
  const { size } = isDocument ? await toDocument(made, path) : made;
  tell(context, { ...made, path, size }, { isEncrypted: encryption !== null, durationMs: performance.now() - begin });
}

async function encryptionOf(
  { output }: CommandContext,
  { recipient = [], encrypt, encryptPassphraseFile }: BackupOptions,
): Promise<Encryption | null> {
  const isToPassphrase = encrypt || encryptPassphraseFile !== undefined;
  if (recipient.length > 0 && isToPassphrase)
    throw new QuantumLockError('USAGE', 'a backup is encrypted to recipients or to a passphrase, not to both');
  if (recipient.length > 0) return { recipients: recipient };
  if (!isToPassphrase) return null;
  return { passphrase: await findOwnPassphrase(BACKUP, output, { file: encryptPassphraseFile, purpose: 'new' }) };
}

/** The backup that is gone on from. */
async function readBase(context: CommandContext, path: string, options: KeyOptions): Promise<BackupBase> {
  const keys = await readKeys(context.output, [path], options);
  return withScratch(undefined, async (scratch) => {
    const opened = await openBackup(path, { keys, scratch });
    await opened.close();
    return baseOf(opened.signed.manifest);
  });
}

async function toDocument(made: MadeBackup, path: string): Promise<{ readonly size: number }> {
  try {
    const opened = await openBackup(made.path, { keys: NO_KEYS, scratch: dirname(made.path) });
    try {
      const text = await encodeBackupDocument(opened);
      replaceFile(path, text);
      return { size: Buffer.byteLength(text) };
    } finally {
      await opened.close();
    }
  } finally {
    rmSync(made.path, { force: true });
  }
}

function tell(
  { output }: CommandContext,
  { path, backup, size, digest, manifest }: MadeBackup,
  { isEncrypted, durationMs }: { readonly isEncrypted: boolean; readonly durationMs: number },
): void {
  const { kind, from, to, base, content, chain_id, genesis } = manifest;
  const document = {
    path,
    backup,
    kind,
    base,
    chain_id,
    genesis,
    from_height: from === null ? 0 : from.height + 1,
    to_height: to.height,
    head_hash: to.hash,
    state_root: to.state_root,
    log_root: to.log_root,
    log_size: to.log_size,
    content: content === null ? null : { directories: content.directories, chunks: content.chunks, lost: content.lost },
    encrypted: isEncrypted,
    size_bytes: size,
    file_digest: path.endsWith('.json') ? null : digest,
    duration_ms: Math.round(durationMs),
  };
  if (content !== null && content.lost > 0)
    output.note(`${content.lost} pieces of content are damaged or gone, and are not in the backup: dm blobs verify`);
  output.result(document, () =>
    fields([
      ['backup', backup],
      ['file', `${path}  (${sizeText(size)}${isEncrypted ? ', encrypted' : ''})`],
      ['holds', `${kind}: blocks ${document.from_height} to ${to.height}, ${to.log_size} transactions in all`],
      ['head', to.hash],
      ['content', content === null ? 'left out' : `${content.directories} directories`],
      ['time', `${(durationMs / 1000).toFixed(1)} s`],
    ]),
  );
}
