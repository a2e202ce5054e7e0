import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { dirname, join, parse, resolve, sep } from 'node:path';
import type { DirectoryListing } from '../../api/operator/directories.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { FOLDER_ENTRIES_MAX, GRANTED_FOLDERS_MAX } from '../../base/limits.ts';
import { holdsChain } from '../data-directory/holds-chain.ts';

/**
 * The folders below which the console's page may list and read, each granted by a person where the page cannot reach: on
 * the command line, in the confirming window, or in the desktop's own dialog. They end with this process.
 */
export class GrantedFolders {
  readonly #roots = new Set<string>();

  get roots(): readonly string[] {
    return [...this.#roots];
  }

  /** Returns the folder's real path. @throws DIRECTORY_UNREADABLE, LIMIT_EXCEEDED */
  grant(path: string): string {
    const root = realDirectory(path);
    if (!this.#roots.has(root) && this.#roots.size >= GRANTED_FOLDERS_MAX)
      throw new QuantumLockError('LIMIT_EXCEEDED', `${GRANTED_FOLDERS_MAX} folders are granted already`);
    this.#roots.add(root);
    return root;
  }

  /**
   * The real path of `path`, below a granted folder. For other paths, not even their existence is revealed. @throws
   * FOLDER_NOT_GRANTED, DIRECTORY_UNREADABLE
   */
  resolve(path: string): string {
    const wanted = resolve(path);
    let real: string | null = null;
    let cause: unknown;
    try {
      real = realpathSync(wanted);
    } catch (error) {
      cause = error;
    }
    if (!this.#covers(real ?? wanted))
      throw new QuantumLockError('FOLDER_NOT_GRANTED', `this page has no permission to read ${wanted}`);
    if (real === null) throw new QuantumLockError('DIRECTORY_UNREADABLE', `${wanted} cannot be read`, { cause });
    return real;
  }

  covers(path: string): boolean {
    try {
      return this.#covers(realpathSync(resolve(path)));
    } catch {
      return false;
    }
  }

  #covers(path: string): boolean {
    return this.roots.some((root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep));
  }

  /** What is in a directory; of no directory, the granted ones. @throws FOLDER_NOT_GRANTED, DIRECTORY_UNREADABLE */
  list(path: string | undefined): DirectoryListing {
    if (path === undefined || path === '') {
      const entries = this.roots.map((name) => ({ name, kind: 'directory' as const, holds_chain: mayHoldChain(name) }));
      return { path: '', parent: null, entries, truncated: false };
    }
    const directory = this.resolve(path);
    return { ...listDirectory(directory), parent: this.#roots.has(directory) ? '' : dirname(directory) };
  }
}

/** What is in a directory of this machine, for choosing one. @throws DIRECTORY_UNREADABLE */
export function listDirectory(path: string): DirectoryListing {
  const directory = realDirectory(path);
  let entries: Dirent[];
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    throw new QuantumLockError('DIRECTORY_UNREADABLE', `${directory} cannot be listed`, { cause });
  }
  const shown = entries.filter((entry) => entry.isDirectory() || entry.isFile()).sort(byKindAndName);
  const { root } = parse(directory);
  return {
    path: directory,
    parent: directory === root ? null : dirname(directory),
    entries: shown.slice(0, FOLDER_ENTRIES_MAX).map((entry) => ({
      name: entry.name,
      kind: entry.isDirectory() ? 'directory' : 'file',
      holds_chain: entry.isDirectory() && mayHoldChain(join(directory, entry.name)),
    })),
    truncated: shown.length > FOLDER_ENTRIES_MAX,
  };
}

function realDirectory(path: string): string {
  const wanted = resolve(path);
  try {
    const directory = realpathSync(wanted);
    if (statSync(directory).isDirectory()) return directory;
  } catch (cause) {
    throw new QuantumLockError('DIRECTORY_UNREADABLE', `${wanted} cannot be listed`, { cause });
  }
  throw new QuantumLockError('DIRECTORY_UNREADABLE', `${wanted} is not a folder`);
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
