import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { lockDataDirectory } from '../data-directory/data-lock.ts';
import { claimDirectory } from '../data-directory/private-directory.ts';
import { readConfigFile } from '../data-directory/node-config.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import type { HeadCopy } from '../history/head-copies.ts';
import { readHistoryState } from '../history/history-state.ts';
import { HeadWatch } from '../history/head-watch.ts';
import { localCopies } from '../history/local-copies.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { Finding } from '../verify/verify-chain.ts';
import type { SignedCard } from './backup-card.ts';
import { extractBackup, type ExtractedBackup } from './extract-backup.ts';
import type { BackupKeys } from './encryption.ts';
import { goLive } from './go-live.ts';
import { scratchName, settleRestore } from './restore-journal.ts';
import { restoreContent } from './restore-content.ts';
import { nameRestoredKeys, type MissingKey } from './restored-keys.ts';
import { writeRestoredConfig } from './restored-config.ts';
import { assertMayRestore, readTarget } from './restore-target.ts';
import { verifyExtracted, type RecoveryProgress } from './verify-extracted.ts';

export interface RestoreOptions {
  /** A full backup, and incremental ones that continue it. */
  readonly files: readonly string[];
  /** Made where it is not there. No node runs on it. */
  readonly dataDirectory: string;
  readonly keys: BackupKeys;
  /** Of those files that lay beside one. */
  readonly cards?: readonly SignedCard[] | undefined;
  readonly keyring: Pick<Keyring, 'list'>;
  readonly headCopies: readonly HeadCopy[];
  readonly verifyThreads: number;
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly report: (progress: RecoveryProgress) => void;
}

export interface RestoredChain {
  readonly extracted: ExtractedBackup;
  /** Where what was there before is kept; null where there was nothing. */
  readonly setAside: string | null;
  /** Why nothing is sealed on it until an administrator has accepted it; null where nothing keeps it from that. */
  readonly fault: QuantumLockError | null;
  readonly missingKeys: readonly MissingKey[];
  /** Content that was lost before the backup was made. */
  readonly notes: readonly Finding[];
}

/**
 * Restores a chain into a data directory. It is laid out beside it, and verified from genesis, before anything of the
 * directory is touched; its keys, logs and content stay. Stopped at any moment, the directory has the old chain or the new.
 * @throws BACKUP_INVALID, BACKUP_BASE_MISSING, BACKUP_SIGNER_UNKNOWN, BACKUP_KEY_REQUIRED, PASSPHRASE_WRONG,
 *   DATA_DIR_LOCKED, DATA_DIR_OTHER_CHAIN, DATA_DIR_NOT_EMPTY, STORAGE_FULL, STORAGE_FAILED, CANCELLED
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoredChain> {
  const root = resolve(options.dataDirectory);
  const { now, headCopies, signal, report } = options;
  guardStorage(root, () => {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    if (readTarget(root).genesis === null) claimDirectory(root);
  });
  const lock = lockDataDirectory(root);
  const scratch = join(dirname(root), scratchName(root, randomBytes(6).toString('hex')));
  try {
    await settleRestore(root, { now, headCopies });
    const extracted = await extractBackup({
      files: options.files,
      into: scratch,
      keys: options.keys,
      cards: options.cards,
      signal,
      report: (progress) => report({ phase: 'extract', ...progress }),
    });
    assertMayRestore(root, readTarget(root), extracted.chain);
    const notes = await verifyExtracted({ directory: scratch, verifyThreads: options.verifyThreads, signal, report });
    const time = new Date(now()).toISOString().replaceAll(':', '');
    await restoreContent({
      root,
      scratch,
      aside: `${root}.blobs-before-restore-${time}`,
      signal,
      report: (done, total) => report({ phase: 'content', done, total }),
    });
    keepConfig(root, extracted);
    const setAside = await goLive({ root, scratch, end: extracted.end, now, headCopies });
    const missingKeys = await nameRestoredKeys(root, options.keyring);
    return { extracted, setAside, fault: await faultOf(root, options), missingKeys, notes };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    lock.release();
  }
}

/** Whose node it is stays as it was where that can be read. */
function keepConfig(root: string, { backups, chain }: ExtractedBackup): void {
  const node = backups.at(-1)?.manifest.node ?? {};
  try {
    if (readConfigFile(root).chain_id === chain.chain_id) return;
  } catch (error) {
    if (!(error instanceof QuantumLockError) || error.code !== 'STORAGE_CORRUPT') throw error;
  }
  writeRestoredConfig(root, node, chain.chain_id);
}

async function faultOf(root: string, { headCopies, now }: RestoreOptions): Promise<QuantumLockError | null> {
  const watch = new HeadWatch(dataPaths(root).chain, [...localCopies(root, now), ...headCopies]);
  return readHistoryState(root, await watch.remembered()).fault;
}
