import { existsSync } from 'node:fs';
import { QuantumLockError } from '../../base/errors.ts';
import { trustedKeys } from '../../api/trusted-keys.ts';
import type { ContentView } from '../../api/chain/content.ts';
import { compareFileEntries, type FileEntry, type FileEntryChange } from '../../ledger/log/file-tree.ts';
import { verifyStateProof } from '../../ledger/proofs/state-proof.ts';
import type { Hash } from '../../base/bytes.ts';
import { indexPathOf } from '../../node/blobs/blob-index.ts';
import { BlobReader } from '../../node/blobs/blob-reader.ts';
import { checkOut } from '../../node/blobs/checkout.ts';
import { hashDirectory } from '../../node/blobs/hash-directory.ts';
import { dataPaths } from '../../node/data-directory/data-paths.ts';
import type { CommandContext } from '../context.ts';
import { table } from '../output.ts';
import type { RegisterCommands } from './command.ts';
import { findVersion, versionIn } from './find-version.ts';
import { sizeText } from './size-text.ts';

/** Names of files in one error: the document has all. */
const FILES_TOLD_MAX = 5;

/** `env verify`, `checkout` and `diff`: what a version's files are, here and in a directory. */
export const registerEnvContent: RegisterCommands = (program, run) => {
  const env = program.commands.find((command) => command.name() === 'env') ?? program.command('env');

  env
    .command('verify')
    .description('check an environment: its proof on the chain, its stored files, and a directory against them')
    .requiredOption('--id <ENV_ID>', 'the environment')
    .option('--zone <blue|green>', 'which version', 'green')
    .option('--path <DIR>', 'a directory that should hold exactly this version')
    .action((options: VerifyOptions) => run((context) => verifyEnvironment(context, options)));

  env
    .command('checkout')
    .description("write a version's files into a directory")
    .requiredOption('--id <ENV_ID>', 'the environment')
    .requiredOption('--to <DIR>', 'a new or an empty directory')
    .option('--version <blue|green|N>', 'which version', 'green')
    .option('--replace', 'replace a directory that is not empty; the old one is kept next to it', false)
    .action((options: CheckoutOptions) => run((context) => checkOutVersion(context, options)));

  env
    .command('diff')
    .description('what differs between two versions, or between a version and a directory')
    .requiredOption('--id <ENV_ID>', 'the environment')
    .option('--from <blue|green|N>', 'the version before', 'green')
    .option('--to <blue|green|N>', 'the version after', 'blue')
    .option('--path <DIR>', 'a directory, in place of --to')
    .action((options: DiffOptions) => run((context) => compareVersions(context, options)));
};

interface VerifyOptions {
  readonly id: string;
  readonly zone: 'blue' | 'green';
  readonly path?: string;
}

interface CheckoutOptions {
  readonly id: string;
  readonly to: string;
  readonly version: string;
  readonly replace: boolean;
}

interface DiffOptions {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly path?: string;
}

async function verifyEnvironment(context: CommandContext, options: VerifyOptions): Promise<void> {
  await context.withSession('read', async (client) => {
    const record = await client.chain.environment({ env_id: options.id });
    const version = versionIn(record, options.zone);
    const { validators } = await client.chain.validators();
    const chain = await client.chain.status();
    const proof = verifyStateProof(
      await client.chain.stateProof({ namespace: 'environments', key: options.id }),
      trustedKeys(chain, validators),
    );
    const content = await client.chain.content({ state_hash: version.state_hash });
    const directory = options.path === undefined ? null : await hashDirectory(options.path);
    const isSame = directory === null || directory.state_hash === version.state_hash;
    const stored = storedEntries(context, version.state_hash);
    const changes =
      directory === null || isSame || stored === null ? [] : compareFileEntries(stored, directory.entries).changes;
    const told = directory === null ? null : { path: directory.path, state_hash: directory.state_hash, same: isSame };
    context.output.result(
      {
        env_id: options.id,
        zone: options.zone,
        version: version.version,
        state_hash: version.state_hash,
        proof,
        content,
        directory: told === null ? null : { ...told, changes: changes.map(({ path, kind }) => ({ path, kind })) },
      },
      () => [
        ...proof.steps.map(({ step, ok, detail }) => `${ok ? 'ok    ' : 'FAILED'}  ${step}: ${detail}`),
        contentLine(content),
        ...content.broken.map(({ path, problem }) => `        ${path} ${problem}`),
        ...(told === null
          ? []
          : [`${isSame ? 'ok    ' : 'FAILED'}  Directory ${told.path}: state hash ${told.state_hash}`]),
        ...changes.map(({ path, kind }) => `        ${path} ${WORDS[kind]}`),
      ],
    );
    if (!proof.ok) throw new QuantumLockError('CHAIN_INVALID', `the proof of ${options.id} does not verify`);
    const name = `${options.id} version ${version.version}`;
    if (content.state === 'lost' || content.state === 'partly')
      throw new QuantumLockError('CONTENT_LOST', lostWords(name, content), { context: { state: content.state } });
    if (!isSame)
      throw new QuantumLockError(
        'INPUT_INVALID',
        `the directory is not ${options.zone} version ${version.version} of ${options.id}${filesWords(changes.map(({ path, kind }) => ({ path, problem: WORDS[kind] })))}`,
        { advice: `Compare it: dm env diff, with --path. Or register it as a new version.` },
      );
  });
}

const WORDS: Readonly<Record<FileEntryChange['kind'], string>> = {
  added: 'is not in it',
  removed: 'is missing',
  changed: 'is different',
  mode: 'has another mode',
};

function contentLine({ state, file_count, broken }: ContentView): string {
  switch (state) {
    case 'present':
      return `ok      Stored files: all ${file_count ?? 0} are here and match their hashes`;
    case 'partly':
      return `FAILED  Stored files: ${broken.length} of ${file_count ?? 0} are missing or damaged`;
    case 'lost':
      return 'FAILED  Stored files: lost; they were stored here, and no longer are';
    case 'never':
      return 'note    Stored files: this version was never stored here';
  }
}

function lostWords(name: string, { state, broken }: ContentView): string {
  return state === 'lost' ? `the files of ${name} are lost` : `files of ${name} are lost${filesWords(broken)}`;
}

function filesWords(files: readonly { readonly path: string; readonly problem: string }[]): string {
  if (files.length === 0) return '';
  const told = files.slice(0, FILES_TOLD_MAX).map(({ path, problem }) => `${JSON.stringify(path)} ${problem}`);
  const more = files.length - FILES_TOLD_MAX;
  return `: ${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function withStore<T>(context: CommandContext, work: (store: BlobReader) => T): T {
  const store = openStore(context);
  if (store === null) throw new QuantumLockError('CONTENT_LOST', 'no content is stored in this data directory');
  return work(store);
}

function openStore(context: CommandContext): BlobReader | null {
  const { blobs } = dataPaths(context.dataDirectory);
  return existsSync(indexPathOf(blobs)) ? new BlobReader(blobs) : null;
}

/** Null where its list of files is not here, or damaged. */
function storedEntries(context: CommandContext, stateHash: Hash): readonly FileEntry[] | null {
  const store = openStore(context);
  try {
    return store?.manifest(stateHash) ?? null;
  } catch (error) {
    if (error instanceof QuantumLockError && error.code === 'BLOB_CORRUPT') return null;
    throw error;
  } finally {
    store?.close();
  }
}

async function checkOutVersion(context: CommandContext, options: CheckoutOptions): Promise<void> {
  const found = await context.withSession('read', (client) => findVersion(client, options.id, options.version));
  await withStore(context, async (store) => {
    try {
      const done = await checkOut({
        store,
        stateHash: found.state_hash,
        target: options.to,
        dataDirectory: context.dataDirectory,
        replace: options.replace,
        onProgress: (files, total) => context.output.progress(`Writing ${files} of ${total} files`),
      });
      context.output.result({ env_id: options.id, ...found, ...done }, () => [
        `Version ${found.version} of ${options.id}, ${found.state_hash}: ${done.file_count} files, ${sizeText(done.size_bytes)}, in ${done.path}`,
        ...(done.kept === null ? [] : [`The previous content is in ${done.kept}`]),
      ]);
    } finally {
      store.close();
    }
  });
}

async function compareVersions(context: CommandContext, options: DiffOptions): Promise<void> {
  const { from, to } = await context.withSession('read', async (client) => ({
    from: await findVersion(client, options.id, options.from),
    to: options.path === undefined ? await findVersion(client, options.id, options.to) : null,
  }));
  const directory = options.path === undefined ? null : await hashDirectory(options.path);
  const after = directory === null ? entriesOf(context, to?.state_hash ?? from.state_hash) : directory.entries;
  const { changes, unchanged } = compareFileEntries(entriesOf(context, from.state_hash), after);
  const sides = {
    from: { version: from.version, state_hash: from.state_hash },
    to: directory === null ? to : { path: directory.path, state_hash: directory.state_hash },
  };
  context.output.result({ env_id: options.id, ...sides, files: changes, files_unchanged: unchanged }, () =>
    changes.length === 0
      ? [`No difference: ${unchanged} files are the same.`]
      : [
          ...table(
            ['', 'file', 'before', 'after'],
            changes.map(({ kind, path, before, after: now }) => [kind, path, entryText(before), entryText(now)]),
          ),
          `${changes.length} differ, ${unchanged} are the same.`,
        ],
  );
}

function entryText(entry: FileEntry | null): string | null {
  return entry === null
    ? null
    : `${entry.content_hash.slice(0, 14)}…  ${sizeText(entry.size_bytes)}  ${entry.mode.toString(8)}`;
}

function entriesOf(context: CommandContext, stateHash: Hash): readonly FileEntry[] {
  return withStore(context, (store) => {
    try {
      const entries = store.manifest(stateHash);
      if (entries === null)
        throw new QuantumLockError('CONTENT_LOST', `the list of files of ${stateHash} is not stored here`);
      return entries;
    } finally {
      store.close();
    }
  });
}
