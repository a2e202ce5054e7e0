import { QuantumLockError } from '../base/errors.ts';
import { findPassphrase, PASSPHRASE_VARIABLE } from '../node/keys/passphrase.ts';
import type { Output } from './output.ts';

/** What has a passphrase of its own, another one than that of the keys in the data directory, and how it is spoken of. */
export interface PassphraseOwner {
  /** Of the environment. */
  readonly variable: string;
  /** "exported key" */
  readonly name: string;
  /** Where none was given. */
  readonly refusal: string;
  /** The ways to give one, before the variable: "at the prompt, in a file". */
  readonly ways: string;
}

export const EXPORTED_KEY: PassphraseOwner = {
  variable: 'QUANTUM_LOCK_EXPORT_PASSPHRASE',
  name: 'exported key',
  refusal: 'an exported key has its own passphrase',
  ways: 'at the prompt, with --export-passphrase-file',
};

export const BACKUP: PassphraseOwner = {
  variable: 'QUANTUM_LOCK_BACKUP_PASSPHRASE',
  name: 'backup',
  refusal: 'a backup has a passphrase of its own',
  ways: 'at the prompt, in a file',
};

/** Whether the environment gives it. */
export function isInEnvironment({ variable }: PassphraseOwner): boolean {
  return (process.env[variable] ?? '') !== '';
}

/**
 * From the named file, from its variable, or from the terminal.
 * @throws PASSPHRASE_REQUIRED, CANCELLED, INPUT_INVALID
 */
export async function findOwnPassphrase(
  owner: PassphraseOwner,
  { note }: Pick<Output, 'note'>,
  { file, purpose }: { readonly file: string | undefined; readonly purpose: 'open' | 'new' },
): Promise<string> {
  const { variable, name, refusal, ways } = owner;
  if (file === undefined && !isInEnvironment(owner) && process.stdin.isTTY === true)
    note(purpose === 'new' ? `A passphrase for the ${name}:` : `The passphrase of the ${name}:`);
  const found = await findPassphrase({
    dataDir: null,
    file,
    environment: { [PASSPHRASE_VARIABLE]: process.env[variable] },
    input: process.stdin,
    output: process.stderr,
    purpose,
  }).catch((error: unknown) => {
    if (!(error instanceof QuantumLockError) || error.code !== 'PASSPHRASE_REQUIRED' || file !== undefined) throw error;
    throw new QuantumLockError('PASSPHRASE_REQUIRED', refusal, {
      advice: `Give it ${ways}, or in ${variable}.`,
      cause: error,
    });
  });
  return found.passphrase;
}
