import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCodeOf } from '../../base/errors.ts';
import { holdLock } from '../storage/database.ts';
import { isThere } from './is-there.ts';
import { guardStorage, storageError } from './storage-errors.ts';

const PREFIX = 'quantum-lock-scratch-';
const LOCK = 'scratch.lock';
/** What `mkdtemp` puts behind the prefix. */
const SUFFIX = /^[A-Za-z0-9]{6}$/;
/** Another process that clears away may take one that is just being made. */
const TRIES_MAX = 5;

/** A place of this user's alone for what is of use for a while, and which is gone when it is closed. */
export interface ScratchDirectory {
  /** Of a directory that is not there yet, in one that nobody else may enter. */
  readonly path: string;
  close(): void;
}

/**
 * Makes one, and removes those that processes left that ended without: each is held by a lock of the operating system, which no
 * crash leaves behind. `parent`: the system's own folder for temporary files where it is left out.
 * @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED
 */
export function openScratchDirectory(parent: string = tmpdir()): ScratchDirectory {
  removeLeftOver(parent);
  for (let tries = 1; ; tries++) {
    const root = guardStorage(parent, () => mkdtempSync(join(parent, PREFIX)));
    try {
      const lock = holdLock(join(root, LOCK), 0);
      const path = join(root, 'data');
      return {
        path,
        close: () => {
          rmSync(path, { recursive: true, force: true });
          lock.close();
          rmSync(root, { recursive: true, force: true });
        },
      };
    } catch (error) {
      rmSync(root, { recursive: true, force: true });
      if (tries === TRIES_MAX) throw storageError(root, error);
    }
  }
}

function removeLeftOver(parent: string): void {
  for (const name of namesIn(parent)) {
    const root = join(parent, name);
    try {
      const stats = lstatSync(root);
      if (!stats.isDirectory() || (process.geteuid !== undefined && stats.uid !== process.geteuid())) continue;
      // One that is just being made, or somebody's own that is called so.
      if (!isThere(join(root, LOCK))) continue;
      const lock = holdLock(join(root, LOCK), 0);
      rmSync(root, { recursive: true, force: true });
      lock.close();
    } catch (error) {
      // Held by a process that lives, or not ours to remove: it stays.
      if (systemCodeOf(error) === null) throw error;
    }
  }
}

function namesIn(parent: string): readonly string[] {
  try {
    return readdirSync(parent).filter((name) => name.startsWith(PREFIX) && SUFFIX.test(name.slice(PREFIX.length)));
  } catch (error) {
    throw storageError(parent, error);
  }
}
