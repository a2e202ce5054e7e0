import { anchorNow, clockFileOf, keepAnchor, machineClock } from '../clock/machine-clock.ts';
import { randomInt } from 'node:crypto';
import { QuantumLockError } from '../../base/errors.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { newNodeConfig, writeNodeConfig } from '../data-directory/node-config.ts';
import { prepareDataDirectory } from '../data-directory/prepare-data-directory.ts';
import { removeFoundingMark, setFoundingMark } from '../data-directory/chain-traces.ts';
import { lockDataDirectory } from '../data-directory/data-lock.ts';
import { assertChainId, foundChain, newChainParameters } from '../chain/found-chain.ts';
import type { KeyInfo, KeyStoreKind } from '../keys/key-store.ts';
import type { Keyring } from '../keys/keyring.ts';

export interface CreateChainOptions {
  readonly dataDirectory: string;
  readonly chainId: string;
  /** Three local administrators instead of one, to try everything alone. */
  readonly sandbox: boolean;
  readonly keyStore: KeyStoreKind;
  /** Needed for the encrypted file. */
  readonly passphrase: string | null;
  readonly administratorName: string;
  readonly keyring: Keyring;
  readonly now: () => number;
}

export interface CreatedChain {
  readonly chain_id: string;
  readonly administrators: readonly KeyInfo[];
  readonly validator: KeyInfo;
}

const SANDBOX_ADMINISTRATORS = ['Operations 1', 'Operations 2', 'Security lead'] as const;
const VALIDATOR_ID = 'authority-1';

/** A person's name as a member id. */
export function memberIdOf(name: string): string {
  const id = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 64);
  return id === '' ? 'administrator-1' : id;
}

/**
 * Makes keys, genesis and configuration of a new chain. The chain is moved to its place last: until then the
 * directory holds none, and the same call can be made again.
 * @throws INPUT_INVALID, DATA_DIR_NOT_EMPTY, CHAIN_MISSING, DATA_DIR_LOCKED, PASSPHRASE_REQUIRED, PASSPHRASE_WEAK, KEYCHAIN_UNAVAILABLE
 */
export async function createChain(options: CreateChainOptions): Promise<CreatedChain> {
  const { keyring, dataDirectory } = options;
  assertChainId(options.chainId);
  if (options.now() < 0)
    throw new QuantumLockError(
      'CLOCK_IMPLAUSIBLE',
      'the clock of this machine is before 1970: no block can have that time',
      {
        advice: 'Correct the clock of this machine.',
      },
    );
  prepareDataDirectory(dataDirectory);
  const lock = lockDataDirectory(dataDirectory);
  try {
    setFoundingMark(dataDirectory);
    if (options.keyStore === 'file') await openKeyFile(keyring, options.passphrase);
    const names = options.sandbox ? SANDBOX_ADMINISTRATORS : [options.administratorName];
    const administrators: KeyInfo[] = [];
    for (const name of names) administrators.push(await makeKey(keyring, name, options.keyStore));
    const validator = await makeKey(keyring, `Validator ${VALIDATOR_ID}`, options.keyStore);
    await writeChain(options, administrators, validator);
    removeFoundingMark(dataDirectory);
    return { chain_id: options.chainId, administrators, validator };
  } finally {
    lock.release();
  }
}

/** Unlocks the encrypted file, or makes it. @throws PASSPHRASE_REQUIRED, PASSPHRASE_WEAK, PASSPHRASE_WRONG */
export async function openKeyFile(keyring: Keyring, passphrase: string | null): Promise<void> {
  if (passphrase === null)
    throw new QuantumLockError('PASSPHRASE_REQUIRED', 'the encrypted key file needs a passphrase');
  if (keyring.file.exists) await keyring.file.unlock(passphrase);
  else await keyring.file.initialise(passphrase);
}

/** The key of an interrupted try is taken up again. */
async function makeKey(keyring: Keyring, name: string, store: KeyStoreKind): Promise<KeyInfo> {
  const known = (await keyring.list()).find((key) => key.name === name && key.store === store);
  return known ?? keyring.create({ name, store });
}

async function writeChain(
  options: CreateChainOptions,
  administrators: readonly KeyInfo[],
  validator: KeyInfo,
): Promise<void> {
  const [founder] = administrators;
  if (founder === undefined) throw new QuantumLockError('INPUT_INVALID', 'a chain needs an administrator');
  const founderSecret = await options.keyring.sealingSecret(founder.key_id);
  const validatorSecret = await options.keyring.sealingSecret(validator.key_id);
  try {
    writeNodeConfig(
      options.dataDirectory,
      newNodeConfig({
        chain_id: options.chainId,
        validator: { validator_id: VALIDATOR_ID, key_id: validator.key_id },
        acting_key_id: founder.key_id,
      }),
    );
    const { chain } = dataPaths(options.dataDirectory);
    foundChain({
      chainDirectory: chain,
      chainId: options.chainId,
      timestamp: options.now(),
      nonce: randomInt(2 ** 47),
      genesis: {
        members: administrators.map((key) => ({
          member_id: memberIdOf(key.name),
          name: key.name,
          level: 'administrator',
          keys: [key.public_key],
        })),
        validators: [{ validator_id: VALIDATOR_ID, public_key: validator.public_key }],
        policies: {},
        parameters: newChainParameters(options.sandbox),
      },
      founder: { publicKey: founder.public_key, secret: founderSecret },
      key: { validatorId: VALIDATOR_ID, publicKey: validator.public_key, secret: validatorSecret },
    });
    // What the next command holds its clock against.
    keepAnchor(clockFileOf(chain), anchorNow({ ...machineClock(), wall: options.now }));
  } finally {
    founderSecret.fill(0);
    validatorSecret.fill(0);
  }
}
