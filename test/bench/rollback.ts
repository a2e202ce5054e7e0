import { join } from 'node:path';
import { encodeHash } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/canonical.ts';
import { preStateDigest } from '../../src/ledger/governance/proposal.ts';
import type { EnvironmentRecord } from '../../src/ledger/state/records.ts';
import { submitAll } from '../../src/node/benchmark/benchmark.ts';
import {
  createEnvironmentTransaction,
  foundSyntheticChain,
  updateEnvironmentTransaction,
  type SyntheticChain,
} from '../../src/node/benchmark/synthetic-chain.ts';
import { verifyThreadCount } from '../../src/node/thread-counts.ts';
import { ChainReader } from '../../src/node/storage/chain-reader.ts';
import { Validator } from '../../src/node/validator/validator.ts';
import { median, type Figure } from './figures.ts';

const ROUNDS = 5;
const SIGN_AT_ONCE = 10_000;
const LIFETIME_MS = 60 * 60_000;

export interface RollbackSizes {
  /** Environments of the chain that stays small. */
  readonly small: number;
  /** Environments of the chain that is given, `env-0` and so on. */
  readonly large: number;
  /** Environments that change, and are rolled back. */
  readonly changed: number;
}

/**
 * A rollback over as many changed environments in a large state as in a small one: from the transaction's submission to its
 * sealed block. It costs what differs, not what there is.
 */
export async function measureRollback(
  directory: string,
  large: SyntheticChain,
  sizes: RollbackSizes,
): Promise<readonly Figure[]> {
  // In a directory of its own: beside each chain stands which head this machine has seen of it.
  const small = foundSyntheticChain(join(directory, 'rollback', 'chain'));
  const [smallValidator, largeValidator] = [await start(small), await start(large)];
  try {
    const nonces = { next: 2_000_000_000 };
    await submitCreations(small, smallValidator, sizes.small);
    const costs = { small: [] as number[], large: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      costs.small.push(await roundTrip({ chain: small, validator: smallValidator, count: sizes.small }, sizes, nonces));
      costs.large.push(await roundTrip({ chain: large, validator: largeValidator, count: sizes.large }, sizes, nonces));
    }
    const ratios = costs.large.map((cost, round) => cost / (costs.small[round] ?? Number.NaN));
    const of = (count: number): string =>
      `${sizes.changed.toLocaleString('en')} of ${count.toLocaleString('en')} environments`;
    return [
      { name: of(sizes.small), value: median(costs.small), unit: 'ms' },
      { name: of(sizes.large), value: median(costs.large), unit: 'ms', bound: { at: 'most', value: 500 } },
      { name: 'the larger against the smaller', value: median(ratios), unit: '×', bound: { at: 'most', value: 3 } },
    ];
  } finally {
    await smallValidator.stop();
    await largeValidator.stop();
  }
}

/** Gives a chain that nobody runs so many environments, `env-0` and so on. */
export async function registerEnvironments(chain: SyntheticChain, count: number): Promise<void> {
  const validator = await start(chain);
  try {
    await submitCreations(chain, validator, count);
  } finally {
    await validator.stop();
  }
}

async function submitCreations(chain: SyntheticChain, validator: Validator, count: number): Promise<void> {
  for (let begin = 0; begin < count; begin += SIGN_AT_ONCE) {
    const size = Math.min(SIGN_AT_ONCE, count - begin);
    const load = Array.from({ length: size }, (_, index) =>
      createEnvironmentTransaction(chain, `env-${begin + index}`, begin + index),
    );
    await submitAll(validator, load);
  }
}

interface Measured {
  readonly chain: SyntheticChain;
  readonly validator: Validator;
  readonly count: number;
}

/** Changes environments all over the state, and goes back to the block before; milliseconds of the latter. */
async function roundTrip(
  { chain, validator, count }: Measured,
  { changed }: RollbackSizes,
  nonces: { next: number },
): Promise<number> {
  const { payload, versions } = readTarget(chain, count, changed);
  await submitAll(
    validator,
    versions.map(([envId, baseVersion]) =>
      updateEnvironmentTransaction(chain, envId, { nonce: nonces.next++, baseVersion }),
    ),
  );
  const now = Date.now();
  const transaction = chain.sign({
    action: 'propose',
    chain_id: chain.chain.chain_id,
    era: 0,
    nonce: nonces.next++,
    payload: {
      action: 'rollback',
      payload,
      expires_at: now + LIFETIME_MS,
      pre_state: preStateDigest({ ...chain.chain, era: 0 }, []),
    },
    recipient: 'governance',
    sender: 'governance',
    signer: chain.publicKey,
    timestamp: now,
  });
  const begin = performance.now();
  await submitAll(validator, [transaction]);
  return performance.now() - begin;
}

/** The newest block, as a rollback names it, and the Blue versions there of environments spread over the state. */
function readTarget(
  { chainDirectory }: SyntheticChain,
  count: number,
  changed: number,
): { readonly payload: JsonObject; readonly versions: readonly (readonly [envId: string, version: number])[] } {
  const { reader, database } = ChainReader.open(chainDirectory, { pageCacheCount: 1_024 });
  try {
    const { header, hash, roots } = reader.head();
    const versions = Array.from({ length: changed }, (_, index) => {
      const envId = `env-${Math.floor((index * count) / changed)}`;
      const text = reader.stateText(header.index, 'environments', envId);
      if (text === undefined) throw new Error(`there is no ${envId}`);
      return [envId, (JSON.parse(text) as EnvironmentRecord).blue.version] as const;
    });
    const payload = {
      target_height: header.index,
      target_hash: hash,
      environments_root: encodeHash(roots.environments.hash),
      scope: null,
      reason: 'measured',
    };
    return { payload, versions };
  } finally {
    database.close();
  }
}

function start(chain: SyntheticChain): Promise<Validator> {
  const onFailure = (error: Error): never => {
    throw error;
  };
  return Validator.start(
    { chainDirectory: chain.chainDirectory, verifyThreads: verifyThreadCount(), onBlock: () => undefined, onFailure },
    chain.sealingKey(),
  );
}
