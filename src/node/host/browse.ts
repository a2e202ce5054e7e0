import { readdirSync, realpathSync, type Dirent } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { DirectoryListing } from '../../api/views/operator.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { holdsChain } from '../data-directory.ts';

const ENTRIES_MAX = 1_000;

/** What is in a directory of this machine, for choosing one. @throws DIRECTORY_UNREADABLE */
export function browseDirectory(path: string | undefined): DirectoryListing {
  const wanted = resolve(path === undefined || path === '' ? homedir() : path);
  let entries: Dirent[];
  let directory: string;
  try {
    directory = realpathSync(wanted);
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    throw new QuantumLockError('DIRECTORY_UNREADABLE', `${wanted} cannot be listed`, { cause });
  }
  const shown = entries.filter((entry) => entry.isDirectory() || entry.isFile()).sort(byKindAndName);
  const parent = dirname(directory);
  return {
    path: directory,
    parent: parent === directory ? null : parent,
    entries: shown.slice(0, ENTRIES_MAX).map((entry) => ({
      name: entry.name,
      kind: entry.isDirectory() ? 'directory' : 'file',
      holds_chain: entry.isDirectory() && mayHoldChain(join(directory, entry.name)),
    })),
    truncated: shown.length > ENTRIES_MAX,
  };
}

/** A directory that this user may not look into is listed, and offers no chain. */
function mayHoldChain(directory: string): boolean {
  try {
    return holdsChain(directory);
  } catch {
    return false;
  }
}

function byKindAndName(left: Dirent, right: Dirent): number {
  return Number(right.isDirectory()) - Number(left.isDirectory()) || left.name.localeCompare(right.name);
}
