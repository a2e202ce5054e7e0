import { QuantumLockError } from '../../base/errors.ts';
import { loadKeychain, tryKeychain } from './keychain.ts';

/** Tries the keychain in a process that may be killed. Prints `ok`, or why not; never a secret. */
async function probe(): Promise<string> {
  try {
    return (await tryKeychain(await loadKeychain())) ?? 'ok';
  } catch (error) {
    if (error instanceof QuantumLockError) return error.message;
    throw error;
  }
}

console.log(await probe());
