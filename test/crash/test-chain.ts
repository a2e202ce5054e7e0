import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';

import type { Hash, PublicKey } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/canonical.ts';
import { publicKeyOf } from '../../src/ledger/crypto/signature.ts';
import { encodeTransaction, encodeUnsigned, transactionDigest } from '../../src/ledger/transactions/transaction.ts';
import type { Zone } from '../../src/ledger/governance/action.ts';
import type { ChainRoot } from '../../src/ledger/chain-identity.ts';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import { newNodeConfig, writeNodeConfig } from '../../src/node/data-directory/node-config.ts';
import type { SealingKey } from '../../src/node/chain/seal-block.ts';
import { foundChain, newChainParameters } from '../../src/node/chain/found-chain.ts';
import { ChainReader } from '../../src/node/storage/chain-reader.ts';
import { loadDigestSigner } from '../../src/node/signature-verifier.ts';

/** A real data directory whose keys come from names, so that any process can open it and sign for it. */

const ADMINISTRATOR = secretOf('administrator');
const ENGINEER = secretOf('engineer');
const VALIDATOR = secretOf('validator');
export const VALIDATOR_ID = 'authority-1';

export const administratorKey: PublicKey = publicKeyOf(ADMINISTRATOR);
export const engineerKey: PublicKey = publicKeyOf(ENGINEER);

interface Signer {
  readonly publicKey: PublicKey;
  readonly secret: Uint8Array;
}

export function administratorSigner(): Signer {
  return { publicKey: administratorKey, secret: ADMINISTRATOR.slice() };
}

export function engineerSigner(): Signer {
  return { publicKey: engineerKey, secret: ENGINEER.slice() };
}

function secretOf(name: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`quantum-lock test key: ${name}`).digest());
}

export function hashOf(text: string): Hash {
  return `0x${createHash('sha256').update(text).digest('hex')}` as Hash;
}

/** A fresh copy at each call: the validator wipes the one that it is given. */
export function sealingKey(): SealingKey {
  return { validatorId: VALIDATOR_ID, publicKey: publicKeyOf(VALIDATOR), secret: VALIDATOR.slice() };
}

export interface TestChainOptions {
  readonly chainId?: string;
  readonly timestamp?: number;
  readonly windowMs?: number;
}

/** Founds a chain with an administrator, an engineer (blue state) and one validator, at a time in the past if asked. */
export function foundTestChain(dataDirectory: string, options: TestChainOptions = {}): void {
  const chainId = options.chainId ?? 'test-chain';
  mkdirSync(dataDirectory, { recursive: true });
  writeNodeConfig(
    dataDirectory,
    newNodeConfig({
      chain_id: chainId,
      validator: { validator_id: VALIDATOR_ID, key_id: 'key-validator' },
      acting_key_id: 'key-administrator',
    }),
  );
  const parameters = newChainParameters(false);
  foundChain({
    chainDirectory: dataPaths(dataDirectory).chain,
    chainId,
    timestamp: options.timestamp ?? FOUNDED_AT,
    nonce: 1,
    genesis: {
      members: [
        { member_id: 'administrator', name: 'Administrator', level: 'administrator', keys: [administratorKey] },
        { member_id: 'engineer', name: 'Engineer', level: 'blue_state', keys: [engineerKey] },
      ],
      validators: [{ validator_id: VALIDATOR_ID, public_key: publicKeyOf(VALIDATOR) }],
      policies: {},
      parameters: { ...parameters, transaction_window_ms: options.windowMs ?? parameters.transaction_window_ms },
    },
    founder: { publicKey: administratorKey, secret: ADMINISTRATOR.slice() },
    key: sealingKey(),
  });
  signForChainIn(dataDirectory);
}

/** So that chains that are founded alike in one process are the same chain. */
const FOUNDED_AT = Date.now();

const chains = new Map<string, ChainRoot>();

/** From now on, transactions for a chain of this name are signed for the one of this directory. */
export function signForChainIn(dataDirectory: string): ChainRoot {
  const { reader, database } = ChainReader.open(dataPaths(dataDirectory).chain, { pageCacheCount: 16 });
  try {
    const chain = reader.chain();
    chains.set(chain.chain_id, chain);
    return chain;
  } finally {
    database.close();
  }
}

/** The chain of this name that was founded last. */
export function testChain(chainId = 'test-chain'): ChainRoot {
  const chain = chains.get(chainId);
  if (chain === undefined) throw new Error(`no chain ${chainId} was founded`);
  return chain;
}

const ZONES: Readonly<Record<string, readonly [sender: Zone, recipient: Zone]>> = {
  create_environment: ['blue_state', 'blue_state'],
  update_environment: ['blue_state', 'blue_state'],
  promote_environment: ['blue_state', 'green_state'],
  checkpoint_state: ['green_state', 'green_state'],
  merge_environments: ['blue_state', 'blue_state'],
  archive_environment: ['blue_state', 'blue_state'],
  rotate_key: ['governance', 'governance'],
};

export interface SignOptions {
  readonly nonce?: number;
  readonly timestamp?: number;
  readonly chainId?: string;
  readonly chain?: ChainRoot;
  readonly era?: number;
  readonly zones?: readonly [sender: Zone, recipient: Zone];
  readonly by?: 'administrator' | 'engineer';
}

let nonces = 0;
/** Natively where it can be: a test signs many thousand. */
const signNatively = loadDigestSigner();

/** Canonical bytes of a signed transaction. */
export function signedBytes(action: string, payload: JsonObject, options: SignOptions = {}): Uint8Array {
  const chain = options.chain ?? testChain(options.chainId);
  const [sender, recipient] = options.zones ?? ZONES[action] ?? ['blue_state', 'blue_state'];
  const isEngineer = options.by === 'engineer';
  const unsigned = {
    action,
    chain_id: chain.chain_id,
    era: options.era ?? 0,
    nonce: options.nonce ?? ++nonces,
    payload,
    recipient,
    sender,
    signer: isEngineer ? engineerKey : administratorKey,
    timestamp: options.timestamp ?? Date.now(),
  };
  const digest = transactionDigest(unsigned, chain, encodeUnsigned(unsigned));
  return encodeTransaction({ ...unsigned, signature: signNatively(digest, isEngineer ? ENGINEER : ADMINISTRATOR) });
}

export function createBytes(
  envId: string,
  options: SignOptions & { readonly metadata?: JsonObject; readonly stateHash?: Hash } = {},
): Uint8Array {
  return signedBytes(
    'create_environment',
    { env_id: envId, state_hash: options.stateHash ?? hashOf(envId), metadata: options.metadata ?? { name: envId } },
    options,
  );
}

export function updateBytes(
  envId: string,
  content: string,
  options: SignOptions & { readonly metadata?: JsonObject; readonly baseVersion?: number } = {},
): Uint8Array {
  return signedBytes(
    'update_environment',
    {
      env_id: envId,
      base_version: options.baseVersion ?? 1,
      state_hash: hashOf(content),
      metadata: options.metadata ?? { content },
    },
    options,
  );
}

export function promoteBytes(
  envId: string,
  content: string,
  options: SignOptions & { readonly version?: number; readonly green?: number | null } = {},
): Uint8Array {
  const versions = { blue_version: options.version ?? 1, green_version: options.green ?? null };
  return signedBytes(
    'promote_environment',
    { env_id: envId, state_hash: hashOf(content), metadata: {}, ...versions },
    options,
  );
}
