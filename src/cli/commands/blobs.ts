import { existsSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import type { Hash } from '../../base/bytes.ts';
import { indexPathOf, packsDirectoryOf } from '../../node/blobs/blob-index.ts';
import { BlobStore } from '../../node/blobs/blob-store.ts';
import { StoredContent } from '../../node/blobs/stored-content.ts';
import { dataPaths } from '../../node/data-directory/data-paths.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import { ChainReader } from '../../node/storage/chain-reader.ts';
import { namedVersions } from '../../node/verify/named-versions.ts';
import { verifyContent, type VerifiedContent } from '../../node/verify/verify-content.ts';
import type { CommandContext } from '../context.ts';
import { fields } from '../output.ts';
import type { RegisterCommands } from './command.ts';

/** `dm blobs`: the stored content of environments. */
export const registerBlobs: RegisterCommands = (program, run) => {
  const blobs = program.command('blobs').description("check and repair the stored content of environments' versions");

  blobs
    .command('verify')
    .description('compare every version that the chain names with the stored content')
    .action(() => run(async (context) => report(context, await check(context), [])));

  blobs
    .command('repair')
    .description('repair lost and damaged content from directories that have it, or from a backup of a data directory')
    .requiredOption(
      '--from <DIR>',
      "an environment's directory, a data directory or its blobs; may be repeated",
      (text: string, all: readonly string[] | undefined) => [...(all ?? []), text],
    )
    .action((options: { readonly from: readonly string[] }) => run((context) => repair(context, options.from)));
};

function check(context: CommandContext): Promise<VerifiedContent> {
  readNodeConfig(context.dataDirectory);
  return verifyContent(dataPaths(context.dataDirectory), {
    onProgress: (done, total) => context.output.progress(`Reading stored content: ${done} of ${total}`),
  });
}

function report(context: CommandContext, content: VerifiedContent, done: readonly string[]): void {
  const { counts, findings, notes, checked } = content;
  context.output.result({ ok: findings.length === 0, content: counts, blobs: checked, findings, notes, done }, () => [
    ...done,
    ...fields([
      ['result', findings.length === 0 ? 'everything verifies' : 'DAMAGED'],
      ['versions', counts.versions],
      ['present', counts.present],
      ['partly', counts.partly],
      ['lost', counts.lost],
      ['never here', counts.never],
      ['blobs', checked],
    ]),
    ...[...findings, ...notes].map(({ place, message }) => `${place}: ${message}`),
  ]);
  const [first] = findings;
  if (first !== undefined)
    throw new QuantumLockError('CONTENT_LOST', `${first.place}: ${first.message}`, { context: { place: first.place } });
}

async function repair(context: CommandContext, sources: readonly string[]): Promise<void> {
  readNodeConfig(context.dataDirectory);
  const { blobs, root, chain } = dataPaths(context.dataDirectory);
  const done: string[] = [];
  const aside = setAside(blobs);
  if (aside !== null)
    done.push(`The store had lost its index. The store was moved to ${aside}, and a new store was created.`);
  const store = new BlobStore({ directory: blobs, stored: new StoredContent(root) });
  try {
    const wanted = wantedHashes(chain);
    for (const source of sources) {
      const other = storeIn(resolve(source));
      if (other === null) done.push(await repairFromDirectory(store, source, wanted));
      else done.push(await repairFromStore(store, other, wanted));
    }
  } finally {
    await store.close();
  }
  report(context, await check(context), done);
}

/** Packs without an index cannot be read; nothing is deleted. */
function setAside(blobs: string): string | null {
  const isLost = existsSync(packsDirectoryOf(blobs)) && !existsSync(indexPathOf(blobs));
  if (!isLost) return null;
  const aside = `${blobs}.without-index-${Date.now()}`;
  renameSync(blobs, aside);
  return aside;
}

/** The blob store that a folder is, or holds as a data directory does; null where it is a directory of files. */
function storeIn(directory: string): string | null {
  for (const place of [directory, join(directory, 'blobs')])
    if (existsSync(indexPathOf(place)) && existsSync(packsDirectoryOf(place))) return place;
  return null;
}

function wantedHashes(chainDirectory: string): ReadonlySet<Hash> {
  const { reader, database } = ChainReader.open(chainDirectory, { pageCacheCount: 2_000 });
  try {
    return new Set([...namedVersions(reader)].map(({ stateHash }) => stateHash));
  } finally {
    database.close();
  }
}

async function repairFromDirectory(store: BlobStore, source: string, wanted: ReadonlySet<Hash>): Promise<string> {
  const { state_hash } = await store.storeDirectory(resolve(source), { thorough: true, acceptDoubtful: true });
  return wanted.has(state_hash)
    ? `${source} is ${state_hash}, which the chain names: it is stored, and its damaged parts are repaired.`
    : `${source} is ${state_hash}, which the chain does not name; chunks that it shares with other contents are repaired.`;
}

async function repairFromStore(store: BlobStore, from: string, wanted: ReadonlySet<Hash>): Promise<string> {
  let count = 0;
  for (const stateHash of wanted) {
    try {
      if (await store.importFrom(from, stateHash)) count += 1;
    } catch (error) {
      // What is damaged there too may be whole in the next source.
      if (!(error instanceof QuantumLockError) || !REFUSED_THERE.has(error.code)) throw error;
    }
  }
  return `${from} has ${count} of the ${wanted.size} contents that the chain names: copied.`;
}

const REFUSED_THERE: ReadonlySet<string> = new Set(['BLOB_CORRUPT', 'BLOB_MISSING']);
