import { defined } from '../../base/assert.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { ARGUMENT_FILE_SIZE_BYTES_MAX, TRUST_TEXT_LENGTH_MAX } from '../../base/limits.ts';
import { openInspection, type Inspection, type InspectionOptions } from '../../node/inspection/open-inspection.ts';
import { verifyThreadCount } from '../../node/quantum-node.ts';
import { readInputText } from '../../node/read-input-file.ts';
import type { CommandContext } from '../context.ts';

/** What a person knows of the chain from another source than the file, and what opens the file. */
export interface OpenFileOptions {
  /** A trust file. */
  readonly trust?: string;
  /** Words or hash of the genesis. */
  readonly genesis?: string;
  /** Incremental backups that go on from the file. */
  readonly more?: readonly string[];
  /** A file with the identity that opens an encrypted backup. */
  readonly identity?: string;
}

/** The first file, and those that go on from it. */
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
  const { trust, genesis, more = [], identity } = options;
  const given = trust === undefined ? genesis : readInputText(trust, TRUST_TEXT_LENGTH_MAX);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  try {
    const inspection = await openWithKeys(context, identity, {
      path,
      more,
      verifyThreads: verifyThreadCount(),
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

async function openWithKeys(
  context: CommandContext,
  identity: string | undefined,
  options: InspectionOptions,
): Promise<Inspection> {
  const identities = identity === undefined ? [] : identitiesIn(readInputText(identity, ARGUMENT_FILE_SIZE_BYTES_MAX));
  try {
    return await openInspection({ ...options, keys: { passphrases: [], identities } });
  } catch (error) {
    if (!(error instanceof QuantumLockError) || error.code !== 'BACKUP_KEY_REQUIRED') throw error;
    const { passphrase } = await context.passphrase('open');
    return openInspection({ ...options, keys: { passphrases: [passphrase], identities } });
  }
}

/** As age writes them: one a line, with remarks between. */
function identitiesIn(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
}
