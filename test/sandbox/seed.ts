import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import { newNodeConfig, writeNodeConfig } from '../../src/node/data-directory/node-config.ts';
import { foundChain, newChainParameters } from '../../src/node/chain/found-chain.ts';
import { Host } from '../../src/node/host/host.ts';
import { NO_SURFACE } from '../../src/node/host/surface.ts';
import type { KeyInfo } from '../../src/node/keys/key-store.ts';
import { openKeyring, type Keyring } from '../../src/node/keys/keyring.ts';
import { readGeneratedPassphrase, writeGeneratedPassphrase } from '../../src/node/keys/passphrase.ts';
import { writeCartpole, writeMaze } from './contents.ts';
import { seedOperations, type Operation } from './environments.ts';
import { keyOf, PEOPLE, secretHexOf, secretOf, signedBy, VALIDATOR_ID, VALIDATOR_KEY_NAME } from './people.ts';

export const CHAIN_ID = 'sandbox-of-tests';
/** Transactions that go to the node at once. */
const BATCH_SIZE = 500;

/** What a machine has before a test: a data directory with a chain, and the home of its person. */
export interface Machine {
  readonly dataDirectory: string;
  readonly home: string;
}

export function machineIn(directory: string): Machine {
  return { dataDirectory: join(directory, 'data'), home: join(directory, 'home') };
}

/** A machine of its own, as the seeded one was left. Its chain must be closed. */
export function copyMachine(seeded: Machine, directory: string): Machine {
  const copy = machineIn(directory);
  cpSync(seeded.dataDirectory, copy.dataDirectory, { recursive: true });
  cpSync(seeded.home, copy.home, { recursive: true });
  return copy;
}

/** A machine with the chain of `PEOPLE` as it is founded, closed. */
export async function foundMachine(directory: string): Promise<Machine> {
  const machine = machineIn(directory);
  writeHome(machine.home);
  mkdirSync(machine.dataDirectory, { recursive: true, mode: 0o700 });
  await writeKeys(machine.dataDirectory);
  found(machine.dataDirectory);
  return machine;
}

/**
 * Founds the chain of `PEOPLE` and commits its environments, through a real node, and closes it. Operations 1 and 2 have their keys on
 * this machine, in the encrypted file; the others sign elsewhere. `more`: batches of what comes after, on what was before.
 */
export async function seedMachine(directory: string, more: Iterable<readonly Operation[]> = []): Promise<Machine> {
  const machine = await foundMachine(directory);
  const host = await openHost(machine.dataDirectory);
  try {
    const contents = [];
    for (const version of [1, 2] as const) {
      const maze = join(directory, `maze-${version}`);
      writeMaze(maze, version);
      contents.push((await host.blobs.storeDirectory(maze)).state_hash);
    }
    const [first, second] = contents;
    if (first === undefined || second === undefined) throw new Error('nothing was stored');
    for (const batch of seedOperations({ first, second })) await commit(host, batch);
    for (const batch of more) await commit(host, batch);
    await indexed(host);
  } finally {
    await host.close();
  }
  return machine;
}

function writeHome(home: string): void {
  writeCartpole(join(home, 'cartpole'));
  mkdirSync(join(home, 'chains'));
  writeFileSync(join(home, 'notes.txt'), `${secretHexOf('notes.txt')}\n`, { mode: 0o600 });
}

/** The keys of this machine, by whose they are. */
const HELD = [
  ['operations-1', 'Operations 1'],
  ['operations-2', 'Operations 2'],
  [VALIDATOR_ID, VALIDATOR_KEY_NAME],
] as const;

async function writeKeys(dataDirectory: string): Promise<void> {
  // Deriving a file's key takes half a second, as it should: here it is made cheap, and stays so.
  const keyring = openKeyring(dataDirectory, { clock: Date.now, kdf: { n: 2, r: 8, p: 1 } });
  await keyring.file.initialise(writeGeneratedPassphrase(dataDirectory));
  for (const [id, name] of HELD) await keyring.import({ name, store: 'file', secretHex: secretHexOf(id) });
  const [acting, validator] = await Promise.all([keyring.find('Operations 1'), keyring.find(VALIDATOR_KEY_NAME)]);
  keyring.close();
  writeNodeConfig(
    dataDirectory,
    newNodeConfig({
      chain_id: CHAIN_ID,
      validator: { validator_id: VALIDATOR_ID, key_id: validator.key_id },
      acting_key_id: acting.key_id,
    }),
  );
}

/** A key that is made from its name comes to the machine, as if a person had taken it in. */
export async function importKey(dataDirectory: string, name: string, secretName = name): Promise<KeyInfo> {
  const keyring = await unlocked(dataDirectory);
  try {
    return await keyring.import({ name, store: 'file', secretHex: secretHexOf(secretName) });
  } finally {
    keyring.close();
  }
}

export async function removeKey(dataDirectory: string, name: string): Promise<void> {
  const keyring = await unlocked(dataDirectory);
  try {
    await keyring.remove((await keyring.find(name)).key_id);
  } finally {
    keyring.close();
  }
}

/** The machine has the keys that it had at first, and no others. */
export async function restoreKeys(dataDirectory: string): Promise<void> {
  const keyring = await unlocked(dataDirectory);
  try {
    const keys = await keyring.list();
    const isHeld = (key: KeyInfo): boolean => HELD.some(([, name]) => name === key.name);
    for (const key of keys) if (!isHeld(key)) await keyring.remove(key.key_id);
    for (const [id, name] of HELD) {
      if (!keys.some((key) => key.name === name))
        await keyring.import({ name, store: 'file', secretHex: secretHexOf(id) });
    }
  } finally {
    keyring.close();
  }
}

async function unlocked(dataDirectory: string): Promise<Keyring> {
  const keyring = openKeyring(dataDirectory, { clock: Date.now });
  await keyring.file.unlock(readGeneratedPassphrase(dataDirectory) ?? '');
  return keyring;
}

function found(dataDirectory: string): void {
  foundChain({
    chainDirectory: dataPaths(dataDirectory).chain,
    chainId: CHAIN_ID,
    timestamp: Date.now(),
    nonce: 1,
    genesis: {
      members: PEOPLE.map((member) => ({ ...member, keys: [keyOf(member.member_id)] })),
      validators: [{ validator_id: VALIDATOR_ID, public_key: keyOf(VALIDATOR_ID) }],
      policies: {},
      parameters: newChainParameters(true),
    },
    founder: { publicKey: keyOf('operations-1'), secret: secretOf('operations-1') },
    key: { validatorId: VALIDATOR_ID, publicKey: keyOf(VALIDATOR_ID), secret: secretOf(VALIDATOR_ID) },
  });
}

export async function openHost(dataDirectory: string): Promise<Host> {
  const host = await Host.open({
    dataDirectory,
    surface: NO_SURFACE,
    version: 'test',
    mode: 'full',
    passphrase: null,
    now: Date.now,
    log: () => undefined,
    openDoor: null,
  });
  if (host.problem !== null) throw new Error(host.problem.message);
  return host;
}

async function commit({ node }: Host, operations: readonly Operation[]): Promise<void> {
  for (let from = 0; from < operations.length; from += BATCH_SIZE) {
    const batch = operations.slice(from, from + BATCH_SIZE);
    const results = await node.submitBatch(
      batch.map(({ person, ...operation }) => signedBy(person, { chain: node.chain, ...operation })),
    );
    for (const result of results) {
      if (result.outcome !== 'committed') throw new Error(`refused: ${JSON.stringify(result)}`);
    }
  }
}

/** Until the index has all of it: then a copy of the machine has nothing to catch up with. */
export async function indexed({ node }: Host): Promise<void> {
  const leaving = new AbortController();
  for await (const _ of node.events.subscribe(leaving.signal)) {
    if ((await node.status()).indexed_height === node.height) return leaving.abort();
  }
}
