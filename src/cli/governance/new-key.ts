import { QuantumLockError } from '../../base/errors.ts';
import { KEY_NAME_LENGTH_MAX } from '../../base/limits.ts';
import type { KeyInfo, KeyStoreKind } from '../../node/keys/key-store.ts';
import type { CommandContext } from '../context.ts';

/** The encrypted file opens with its passphrase, and is made where there is none; a keychain is open already. */
export async function unlockStore(context: CommandContext, store: KeyStoreKind): Promise<void> {
  if (store !== 'file') return;
  const { file } = context.keyring;
  if (file.exists) await file.unlock((await context.passphrase('open')).passphrase);
  else await file.initialise((await context.passphrase('new')).passphrase);
}

/**
 * Makes the key that is to take the place of another, in the same store and under its name with the next number, and
 * does with it what `work` says. Where the chain refuses that, the new key is of no use and goes again.
 */
export async function withSuccessor<T>(
  context: CommandContext,
  before: KeyInfo,
  work: (key: KeyInfo) => Promise<T>,
): Promise<T> {
  await unlockStore(context, before.store);
  const names = new Set((await context.keyring.list()).map(({ name }) => name));
  const key = await context.keyring.create({ name: successorName(before.name, names), store: before.store });
  try {
    return await work(key);
  } catch (error) {
    // Any other failure may have come after the chain took it.
    if (error instanceof QuantumLockError && error.code === 'TRANSACTION_REJECTED')
      await context.keyring.remove(key.key_id);
    throw error;
  }
}

/** "Operations 1 (2)", then "Operations 1 (3)". */
export function successorName(name: string, taken: ReadonlySet<string>): string {
  const { stem = name } = /^(?<stem>.*) \(\d+\)$/.exec(name)?.groups ?? {};
  for (let number = 2; ; number++) {
    const suffix = ` (${number})`;
    const next = `${stem.slice(0, KEY_NAME_LENGTH_MAX - suffix.length).trimEnd()}${suffix}`;
    if (!taken.has(next)) return next;
  }
}
