import { statSync } from 'node:fs';
import { defined } from '../../base/assert.ts';
import { TRUST_TEXT_LENGTH_MAX } from '../../base/limits.ts';
import { openInspection, type Inspection } from '../../node/inspection/open-inspection.ts';
import { replayThreadCount } from '../../node/thread-counts.ts';
import { NO_KEYS } from '../../node/recovery/encryption.ts';
import { readInputText } from '../../node/read-input-file.ts';
import { readKeys, type KeyOptions } from '../commands/backup-keys.ts';
import type { CommandContext } from '../context.ts';

/** What a person knows of the chain from another source than the file, and what opens the file. */
export interface OpenFileOptions extends KeyOptions {
  /** A trust file. */
  readonly trust?: string;
  /** Words or hash of the genesis. */
  readonly genesis?: string;
  /** Incremental backups that continue the file. */
  readonly more?: readonly string[];
}

/** The first file, and those that continue it. */
export function withMore(files: readonly string[]): { readonly path: string; readonly more: readonly string[] } {
  const [path, ...more] = files;
  return { path: defined(path, 'a file'), more };
}

/**
 * Lays a file out, verifies it, and compares it with what was given. A stop by the terminal leaves nothing of it. A passphrase is
 * asked for only where the file is encrypted.
 * @throws TRUST_MISMATCH, PASSPHRASE_REQUIRED and whatever opening throws
 */
export async function openFile(context: CommandContext, path: string, options: OpenFileOptions): Promise<Inspection> {
  const { trust, genesis, more = [] } = options;
  const given = trust === undefined ? genesis : readInputText(trust, TRUST_TEXT_LENGTH_MAX);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  try {
    const inspection = await openInspection({
      path,
      more,
      keys: isFile(path) ? await readKeys(context.output, [path, ...more], options) : NO_KEYS,
      verifyThreads: replayThreadCount(),
      onProgress: (done, total) =>
        context.output.progress(`Verifying: ${Math.floor((100 * done) / Math.max(1, total))} %`),
      signal: stop.signal,
    });
    try {
      if (given !== undefined) inspection.confirm(given);
      return inspection;
    } catch (error) {
      inspection.close();
      throw error;
    }
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
  }
}

/** What is not there, or is a directory, has no key: opening it says what is wrong with it. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
