import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ignore, { type Ignore } from 'ignore';

import { QuantumLockError } from '../../base/errors.ts';
import { IGNORE_FILE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { systemCodeOf } from '../../base/errors.ts';

/** In the order in which they count: what a later one says of a path holds. Both are part of the environment themselves. */
const RULE_FILES = ['.gitignore', '.quantumlockignore'] as const;

/**
 * Which entries of a directory are left out, by the rules in the directory itself and those above it up to the root: the
 * syntax is Git's, and of two directories the deeper one decides. Nothing outside the root counts, so that a directory has the
 * same state hash on every machine.
 */
export class IgnoreRules {
  readonly #above: IgnoreRules | null;
  readonly #directory: string;
  readonly #own: Ignore | null;

  private constructor(above: IgnoreRules | null, directory: string, own: Ignore | null) {
    this.#above = above;
    this.#directory = directory;
    this.#own = own;
  }

  /** The rules that hold in a directory below those of `above`; its path is relative to the root, which is empty. */
  static of(root: string, directory: string, above: IgnoreRules | null): IgnoreRules {
    const texts = RULE_FILES.flatMap((name) => readRules(join(root, directory, name)) ?? []);
    if (texts.length === 0 && above !== null) return above;
    return new IgnoreRules(
      above,
      directory,
      texts.length === 0 ? null : texts.reduce((all, text) => all.add(text), ignore()),
    );
  }

  /** `path` is relative to the root. */
  isIgnored(path: string, isDirectory: boolean): boolean {
    const within = this.#directory === '' ? path : path.slice(this.#directory.length + 1);
    const verdict = this.#own?.test(isDirectory ? `${within}/` : within);
    if (verdict?.ignored === true) return true;
    if (verdict?.unignored === true) return false;
    return this.#above?.isIgnored(path, isDirectory) ?? false;
  }
}

/** The text of a file of rules; null where there is none. A link or a pipe of that name is for the walk to refuse. */
function readRules(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const code = systemCodeOf(cause);
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENXIO') return null;
    throw new QuantumLockError('DIRECTORY_UNREADABLE', `${path} cannot be read: ${code ?? 'unknown'}`, { cause });
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return null;
    if (stats.size > IGNORE_FILE_SIZE_BYTES_MAX)
      throw new QuantumLockError('LIMIT_EXCEEDED', `${path} has more than ${IGNORE_FILE_SIZE_BYTES_MAX} bytes`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
