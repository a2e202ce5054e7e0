import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { count, hash } from '../../base/fields.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { readText, replaceFile, UNFINISHED_NAME } from '../data-directory/durable-files.ts';
import { keepFile } from '../data-directory/keep-file.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import { syncDirectory } from '../data-directory/sync-directory.ts';
import { GrownFilesWatch } from '../history/grown-files.ts';
import type { HeadCopy } from '../history/head-copies.ts';
import { HeadRecordWriter, readHeadRecord } from '../history/head-record.ts';
import { findMissing, seenHeadOf } from '../history/history-check.ts';
import { openHistory } from '../history/open-history.ts';
import { askPresentChain } from '../history/present-chain.ts';
import { removeIndex } from '../query/open-index.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { readPresentHead } from './restore-target.ts';

/**
 * What a restore is about to do to a data directory, on the disk before it does it. chain.db is put into its place in one
 * step: before that step the old chain is the one that is there, after it the new one. What belongs to the step besides is
 * done, or undone, by anyone who opens the directory next.
 */
const JOURNAL = 'restoring.json';

const journalSchema = z.strictObject({
  version: z.literal(1),
  /** Of the newest block of the chain that is to be there. */
  hash,
  pages: count,
  values: count,
  /** Directories beside the data directory, by their names: what was extracted, and where the old chain is kept. */
  scratch: z.string(),
  aside: z.string().nullable(),
});
export type RestoreJournal = z.infer<typeof journalSchema>;

/** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function writeJournal(root: string, journal: RestoreJournal): void {
  replaceFile(join(root, JOURNAL), `${JSON.stringify(journal)}\n`);
}

function readJournal(root: string): RestoreJournal | null {
  const text = readText(join(root, JOURNAL));
  if (text === null) return null;
  const parsed = journalSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new QuantumLockError('STORAGE_CORRUPT', `${join(root, JOURNAL)} is not one that this program wrote`, {
    advice: 'Look at what is next to the data directory, then move this file away.',
  });
}

export interface SettleOptions {
  readonly now: () => number;
  readonly headCopies: readonly HeadCopy[];
}

/** How a restore that was cut short ended. */
export type SettledRestore = 'none' | 'finished' | 'undone';

/**
 * Ends a restore that a stop cut short: finishes it where its chain is in place already, else undoes it. Anyone who calls this
 * holds the directory's lock.
 * @throws STORAGE_FULL, STORAGE_CORRUPT and others as they come
 */
export async function settleRestore(root: string, options: SettleOptions): Promise<SettledRestore> {
  const journal = readJournal(root);
  if (journal === null) {
    removeLeftScratch(root);
    return 'none';
  }
  const isInPlace = readPresentHead(root)?.hash === journal.hash;
  if (isInPlace) await finishRestore(root, journal, options);
  else undoRestore(root, journal);
  removeUnfinished(root);
  rmSync(join(root, JOURNAL), { force: true });
  syncDirectory(root);
  removeLeftScratch(root);
  return isInPlace ? 'finished' : 'undone';
}

/** What remembers a newer head than the restored chain has, keeps it: an administrator decides what that means. */
async function finishRestore(
  root: string,
  { pages, values }: RestoreJournal,
  { now, headCopies }: SettleOptions,
): Promise<void> {
  const { chain: chainDirectory } = dataPaths(root);
  // What the index had seen and the chain lacks is noted in signing.log: the index is made again.
  const { watch } = await openHistory({ dataDirectory: root, now, headCopies });
  const remembered = (await watch.remembered()).map(({ source, seen }) => ({ source, seen }));
  const record = readHeadRecord(chainDirectory);
  if (typeof record !== 'string') remembered.push({ source: 'head.record', seen: seenHeadOf(record) });
  const { reader, database } = ChainReader.open(chainDirectory, { pageCacheCount: 16 });
  try {
    const isComplete = askPresentChain(reader, (present) =>
      remembered.every(({ source, seen }) => findMissing(source, seen, present) === null),
    );
    if (isComplete) {
      const { genesis } = reader.chain();
      const { header, hash: headHash, proof } = reader.provedHead();
      const writer = new HeadRecordWriter(chainDirectory);
      try {
        const grown = new GrownFilesWatch(chainDirectory).measure();
        writer.replace({ genesis, header, hash: headHash, proof, pages, values, grown });
      } finally {
        writer.close();
      }
    }
  } finally {
    database.close();
  }
  removeIndex(root);
}

/** The old chain is still in place. What had been taken from beside it is put back. */
function undoRestore(root: string, { aside }: RestoreJournal): void {
  if (aside === null) return;
  const kept = join(dirname(root), aside);
  const live = join(dataPaths(root).chain, CHAIN_DATABASE);
  const copy = join(kept, 'chain', CHAIN_DATABASE);
  guardStorage(root, () => {
    if (existsSync(`${copy}-wal`) && !existsSync(`${live}-wal`)) keepFile(`${copy}-wal`, `${live}-wal`);
    syncDirectory(dataPaths(root).chain);
    // A second name of the same file is no copy.
    const isSame = existsSync(copy) && existsSync(live) && statSync(copy).ino === statSync(live).ino;
    if (isSame) rmSync(kept, { recursive: true, force: true });
  });
}

function removeUnfinished(root: string): void {
  const { chain } = dataPaths(root);
  if (!existsSync(chain)) return;
  for (const name of readdirSync(chain)) if (UNFINISHED_NAME.test(name)) rmSync(join(chain, name), { force: true });
}

const SCRATCH_ID = /^[0-9a-f]{12}$/;

/** A name beside the data directory: its content is of no use but to the restore that makes it. */
export function scratchName(root: string, id: string): string {
  return `${basename(root)}.restoring-${id}`;
}

/** What restores that were cut short left beside a data directory. */
function removeLeftScratch(root: string): void {
  const prefix = scratchName(root, '');
  guardStorage(dirname(root), () => {
    for (const name of readdirSync(dirname(root)))
      if (name.startsWith(prefix) && SCRATCH_ID.test(name.slice(prefix.length)))
        rmSync(join(dirname(root), name), { recursive: true, force: true });
  });
}
