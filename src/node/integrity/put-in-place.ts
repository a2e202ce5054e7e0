import { join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { syncFile } from '../data-directory/keep-file.ts';
import { guardStorage, isUnreadable } from '../data-directory/storage-errors.ts';
import { foldLog, keepChainFile, replaceChainFile } from '../storage/chain-file.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';

/**
 * Puts a made chain.db in the place of the damaged one, which is kept whole in `quarantine`, a directory of its own that is made for
 * it. A stop at any moment leaves the one or the other in its place, each whole: the last step is one rename. The caller holds the
 * data directory's lock.
 * @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_FAILED, DATA_DIR_LOCKED where another program reads and does not let go
 */
export function putInPlace(options: {
  /** The made file. */
  readonly made: string;
  readonly chainDirectory: string;
  readonly quarantine: string;
}): void {
  const { made, chainDirectory, quarantine } = options;
  guardStorage(join(chainDirectory, CHAIN_DATABASE), () => {
    settleLog(chainDirectory);
    syncFile(made);
    keepChainFile(chainDirectory, quarantine, 'second_name');
    replaceChainFile(made, chainDirectory);
  });
}

/** Where the file cannot be opened any more, its log is kept next to it. @throws DATA_DIR_LOCKED */
function settleLog(chainDirectory: string): void {
  try {
    if (foldLog(chainDirectory)) return;
  } catch (error) {
    if (isUnreadable(error)) return;
    throw error;
  }
  throw new QuantumLockError(
    'DATA_DIR_LOCKED',
    `another program reads ${join(chainDirectory, CHAIN_DATABASE)}, and does not let go`,
    { advice: 'End what reads the chain (another console, a command), then start the node again.' },
  );
}
