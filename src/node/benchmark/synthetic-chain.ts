import { createEnvironment } from '../../ledger/actions/create-environment.ts';
import { updateEnvironment } from '../../ledger/actions/update-environment.ts';
import { createHash, randomBytes } from 'node:crypto';
import { decodeHex, type Hash, type PublicKey } from '../../base/bytes.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import { publicKeyOf, signDigest } from '../../ledger/crypto/signature.ts';
import {
  encodeTransaction,
  encodeUnsigned,
  transactionDigest,
  type UnsignedTransaction,
} from '../../ledger/transactions/transaction.ts';
import type { SealingKey } from '../chain/seal-block.ts';
import { foundChain, newChainParameters } from '../chain/found-chain.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { loadDigestSigner, loadSignatureVerifier } from '../signature-verifier.ts';

/** Who signs the transactions that are measured. */
export interface SyntheticSigner {
  readonly chain: ChainRoot;
  readonly publicKey: PublicKey;
  sign(unsigned: UnsignedTransaction): Uint8Array;
}

/** A chain made for measuring, with an administrator whose key is in memory. */
export interface SyntheticChain extends SyntheticSigner {
  readonly chainDirectory: string;
  /** Who signs. */
  administrator(): { readonly publicKey: PublicKey; readonly secret: Uint8Array };
  /** A copy: the validator wipes the one that it is given. */
  sealingKey(): SealingKey;
}

export function foundSyntheticChain(directory: string): SyntheticChain {
  const chainId = 'benchmark';
  const secret = new Uint8Array(randomBytes(32));
  const publicKey = publicKeyOf(secret);
  const validatorSecret = new Uint8Array(randomBytes(32));
  const validatorKey = publicKeyOf(validatorSecret);
  const sealingKey = (): SealingKey => ({
    validatorId: 'authority-1',
    publicKey: validatorKey,
    secret: validatorSecret.slice(),
  });
  foundChain({
    chainDirectory: directory,
    chainId,
    timestamp: Date.now(),
    nonce: 1,
    genesis: {
      members: [{ member_id: 'benchmark', name: 'Benchmark', level: 'administrator', keys: [publicKey] }],
      validators: [{ validator_id: 'authority-1', public_key: validatorKey }],
      policies: {},
      parameters: newChainParameters(true),
    },
    founder: { publicKey, secret },
    key: sealingKey(),
  });
  const chain = readChain(directory);
  const sign = loadDigestSigner();
  return {
    chainDirectory: directory,
    chain,
    publicKey,
    sealingKey,
    administrator: () => ({ publicKey, secret }),
    sign: (unsigned) =>
      encodeTransaction({
        ...unsigned,
        signature: sign(transactionDigest(unsigned, chain, encodeUnsigned(unsigned)), secret),
      }),
  };
}

export function readChain(directory: string): ChainRoot {
  const { reader, database } = ChainReader.open(directory, { pageCacheCount: 16 });
  try {
    return reader.chain();
  } finally {
    database.close();
  }
}

function hashOf(text: string): Hash {
  return `0x${createHash('sha256').update(text).digest('hex')}` as Hash;
}

/** A typical registration: about half a kilobyte. */
export function createEnvironmentTransaction(chain: SyntheticSigner, envId: string, nonce: number): Uint8Array {
  return chain.sign({
    action: createEnvironment.name,
    chain_id: chain.chain.chain_id,
    era: 0,
    nonce,
    payload: {
      env_id: envId,
      state_hash: hashOf(envId),
      metadata: { name: `Environment ${envId}`, description: 'Made to measure', max_steps: 500 },
      file_count: 14,
      size_bytes: 217_088,
    },
    recipient: 'blue_state',
    sender: 'blue_state',
    signer: chain.publicKey,
    timestamp: Date.now(),
  });
}

/** A new version of an environment that exists, in place of its newest. */
export function updateEnvironmentTransaction(
  chain: SyntheticSigner,
  envId: string,
  { nonce, baseVersion }: { readonly nonce: number; readonly baseVersion: number },
): Uint8Array {
  return chain.sign({
    action: updateEnvironment.name,
    chain_id: chain.chain.chain_id,
    era: 0,
    nonce,
    payload: {
      env_id: envId,
      base_version: baseVersion,
      state_hash: hashOf(`${envId}/${nonce}`),
      metadata: { name: `Environment ${envId}`, description: 'Made to measure', max_steps: nonce },
      file_count: 14,
      size_bytes: 217_088,
    },
    recipient: 'blue_state',
    sender: 'blue_state',
    signer: chain.publicKey,
    timestamp: Date.now(),
  });
}

/** Native ECDSA verifications a second on one core, by the library that the validator uses. */
export function measureVerifyRate(durationMs: number): number {
  const { verify } = loadSignatureVerifier();
  const secret = new Uint8Array(randomBytes(32));
  const publicKey = decodeHex(publicKeyOf(secret));
  const samples = Array.from({ length: 64 }, () => {
    const digest = new Uint8Array(randomBytes(32));
    return { digest, signature: decodeHex(signDigest(digest, secret)) };
  });
  let count = 0;
  const begin = performance.now();
  while (performance.now() - begin < durationMs) {
    for (const { digest, signature } of samples)
      if (!verify(signature, digest, publicKey)) throw new Error('a good signature did not verify');
    count += samples.length;
  }
  return (count / (performance.now() - begin)) * 1000;
}
