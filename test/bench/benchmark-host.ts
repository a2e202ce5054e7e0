import { createChain } from '../../src/node/host/create-chain.ts';
import { Host } from '../../src/node/host/host.ts';
import { NO_SURFACE } from '../../src/node/host/surface.ts';
import { openKeyring } from '../../src/node/keys/keyring.ts';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import { readNodeConfig } from '../../src/node/data-directory/node-config.ts';
import { readChain, type SyntheticSigner } from '../../src/node/benchmark/synthetic-chain.ts';
import { encodeTransaction, signTransaction } from '../../src/ledger/transactions/transaction.ts';

const PASSPHRASE = 'for measuring only';

export interface BenchmarkHost {
  readonly host: Host;
  /** An administrator of the chain, who may do anything by itself. */
  readonly signer: SyntheticSigner;
  readonly secret: Uint8Array;
}

/** A real host on a new sandbox chain in a directory that is not there yet. */
export async function benchmarkHost(dataDirectory: string): Promise<BenchmarkHost> {
  const keyring = openKeyring(dataDirectory, { clock: Date.now });
  await createChain({
    dataDirectory,
    chainId: 'benchmark',
    sandbox: true,
    keyStore: 'file',
    passphrase: PASSPHRASE,
    administratorName: 'Benchmark',
    keyring,
    now: Date.now,
  });
  const key = await keyring.find(readNodeConfig(dataDirectory).acting_key_id);
  const secret = await keyring.sealingSecret(key.key_id);
  const chain = readChain(dataPaths(dataDirectory).chain);
  const signer: SyntheticSigner = {
    chain,
    publicKey: key.public_key,
    sign: (unsigned) => encodeTransaction(signTransaction(unsigned, chain, secret)),
  };
  const host = await Host.open({
    dataDirectory,
    surface: NO_SURFACE,
    version: '0',
    mode: 'full',
    passphrase: PASSPHRASE,
    now: Date.now,
    log: console.error,
    openDoor: null,
  });
  return { host, signer, secret };
}
