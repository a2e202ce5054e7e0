import { holdsChain } from '../data-directory/holds-chain.ts';
import { writeGeneratedPassphrase, readGeneratedPassphrase } from '../keys/passphrase.ts';
import { newChainId } from '../chain/found-chain.ts';
import { createChain } from './create-chain.ts';
import type { Host } from './host.ts';

/**
 * Makes a sandbox chain where the host's directory holds none yet, and opens it: with keys in the OS keychain if there
 * is one, else in the encrypted file under a generated passphrase that is stored next to them.
 */
export async function ensureSandbox(host: Host): Promise<void> {
  const { dataDirectory, keyring } = host;
  // What keeps the directory's chain from opening is reported by the host: no chain is created next to it.
  if (host.problem !== null || holdsChain(dataDirectory)) return;
  const access = await keyring.keychain();
  const passphrase = access.available
    ? null
    : (readGeneratedPassphrase(dataDirectory) ?? writeGeneratedPassphrase(dataDirectory));
  await createChain({
    dataDirectory,
    chainId: newChainId('sandbox'),
    sandbox: true,
    keyStore: access.available ? 'keychain' : 'file',
    passphrase,
    administratorName: 'Administrator',
    keyring,
    now: host.options.now,
  });
  await host.tryOpen(passphrase);
}
