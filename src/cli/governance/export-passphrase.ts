import { QuantumLockError } from '../../base/errors.ts';
import { findPassphrase } from '../../node/keys/passphrase.ts';
import type { Output } from '../output.ts';

/** The passphrase of an exported key: another one than that of the keys in the data directory. */
const EXPORT_PASSPHRASE_VARIABLE = 'QUANTUM_LOCK_EXPORT_PASSPHRASE';

/**
 * From the named file, from QUANTUM_LOCK_EXPORT_PASSPHRASE, or from the terminal.
 * @throws PASSPHRASE_REQUIRED, CANCELLED, INPUT_INVALID
 */
export async function exportPassphrase(
  { note }: Pick<Output, 'note'>,
  { file, purpose }: { readonly file: string | undefined; readonly purpose: 'open' | 'new' },
): Promise<string> {
  const variable = process.env[EXPORT_PASSPHRASE_VARIABLE];
  if (file === undefined && (variable ?? '') === '' && process.stdin.isTTY === true)
    note(purpose === 'new' ? 'A passphrase for the exported key:' : 'The passphrase of the exported key:');
  const found = await findPassphrase({
    dataDir: null,
    file,
    environment: { QUANTUM_LOCK_PASSPHRASE: variable },
    input: process.stdin,
    output: process.stderr,
    purpose,
  }).catch((error: unknown) => {
    if (!(error instanceof QuantumLockError) || error.code !== 'PASSPHRASE_REQUIRED' || file !== undefined) throw error;
    throw new QuantumLockError('PASSPHRASE_REQUIRED', 'an exported key has its own passphrase', {
      advice: `Give it at the prompt, with --export-passphrase-file, or in ${EXPORT_PASSPHRASE_VARIABLE}.`,
      cause: error,
    });
  });
  return found.passphrase;
}
