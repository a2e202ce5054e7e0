import { loadKeychain, messageOf, tryKeychain } from './keychain.ts';

/** Tries the keychain in a process that may be killed. Prints `ok`, or why not; never a secret. */
async function probe(): Promise<string> {
  try {
    return (await tryKeychain(await loadKeychain())) ?? 'ok';
  } catch (error) {
    return messageOf(error);
  }
}

console.log(await probe());
