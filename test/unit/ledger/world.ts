import type { Json, JsonObject } from '../../../src/base/canonical.ts';
import type { ChainIdentity } from '../../../src/ledger/chain-identity.ts';
import { StateOverlay } from '../../../src/ledger/state/overlay.ts';
import type { Rejection } from '../../../src/ledger/rejections.ts';
import type { EnvironmentRecord, Namespace, Policy } from '../../../src/ledger/state/records.ts';
import type { Transaction } from '../../../src/ledger/transactions/transaction.ts';
import type { Zone } from '../../../src/ledger/governance/action.ts';
import { ChainBuilder, currentChain, hashOf, signed, signerNamed, type Signer } from '../../vectors/chain-builder.ts';

export const CHAIN_ID = 'test-chain';
export const GENESIS_TIME = 1_700_000_000_000;
export const WINDOW_MS = 600_000;

/** The members of the test chain, by level. */
export const ada = signerNamed('ada, administrator');
export const vic = signerNamed('vic, validator');
export const bob = signerNamed('bob, blue state');
export const rob = signerNamed('rob, read only');
export const eve = signerNamed('eve, a stranger');
export const node1 = signerNamed('node1, the validator');

export const CONTENT = hashOf('content');
export const OTHER = hashOf('other content');

export function genesisPayload(changes: Readonly<Record<string, Json>> = {}): JsonObject {
  const member = (id: string, level: string, signer: Signer): JsonObject => ({
    member_id: id,
    name: id.toUpperCase(),
    level,
    keys: [signer.publicKey],
  });
  return {
    members: [
      member('ada', 'administrator', ada),
      member('vic', 'validator', vic),
      member('bob', 'blue_state', bob),
      member('rob', 'read_only', rob),
    ],
    validators: [{ validator_id: 'node1', public_key: node1.publicKey }],
    policies: {},
    parameters: { transaction_window_ms: WINDOW_MS, sandbox: false },
    ...changes,
  };
}

export interface Call {
  readonly signer?: Signer;
  readonly timestamp?: number;
  readonly nonce?: number;
  readonly zones?: readonly [Zone, Zone];
  /** Another name than the chain's. */
  readonly chainId?: string;
  readonly chain?: ChainIdentity;
}

let nonce = 0;

/** A signed transaction, at the time of the test chain's next block unless told otherwise. */
export function call(action: string, payload: JsonObject, options: Call = {}): Transaction {
  nonce += 1;
  const chain = options.chainId === undefined ? options.chain : { ...currentChain(), chain_id: options.chainId };
  return signed({
    chain,
    action,
    payload,
    signer: options.signer ?? ada,
    timestamp: options.timestamp ?? GENESIS_TIME,
    nonce: options.nonce ?? nonce,
    ...(options.zones === undefined ? {} : { zones: options.zones }),
  });
}

export const create = (envId: string, changes: JsonObject = {}, options: Call = {}): Transaction =>
  call('create_environment', { env_id: envId, state_hash: CONTENT, metadata: {}, ...changes }, options);
export const update = (envId: string, changes: JsonObject = {}, options: Call = {}): Transaction =>
  call('update_environment', { env_id: envId, base_version: 1, state_hash: OTHER, metadata: {}, ...changes }, options);
export const promote = (envId: string, changes: JsonObject = {}, options: Call = {}): Transaction =>
  call(
    'promote_environment',
    { env_id: envId, state_hash: CONTENT, metadata: {}, blue_version: 1, green_version: null, ...changes },
    options,
  );
export const checkpoint = (envId: string, changes: JsonObject = {}, options: Call = {}): Transaction =>
  call(
    'checkpoint_state',
    { env_id: envId, checkpoint_hash: CONTENT, green_version: 1, version: '1.0', ...changes },
    options,
  );
export const merge = (
  target: string,
  sources: readonly string[],
  changes: JsonObject = {},
  options: Call = {},
): Transaction =>
  call(
    'merge_environments',
    {
      target_env: target,
      source_envs: sources,
      merge_strategy: 'union',
      base_version: 1,
      source_versions: sources.map(() => 1),
      ...changes,
    },
    options,
  );
export const archive = (envId: string, changes: JsonObject = {}, options: Call = {}): Transaction =>
  call('archive_environment', { env_id: envId, ...changes }, options);
export const batch = (operations: readonly Transaction[], options: Call = {}): Transaction =>
  call(
    'batch',
    { operations: operations.map(({ action, payload }) => ({ action, payload })) },
    {
      zones: [operations[0]?.sender ?? 'blue_state', operations.at(-1)?.recipient ?? 'blue_state'],
      ...options,
    },
  );

/** A chain with genesis in block 0, and the state that a test asks for. */
export class World extends ChainBuilder {
  static founded(options: { policies?: Readonly<Record<string, Policy>>; parameters?: JsonObject } = {}): World {
    const world = World.empty();
    const changes: Record<string, Json> = {};
    if (options.policies !== undefined) changes['policies'] = options.policies;
    if (options.parameters !== undefined) changes['parameters'] = options.parameters;
    world.append(GENESIS_TIME, [call('genesis', genesisPayload(changes), { nonce: 0 })]);
    return world;
  }

  static empty(): World {
    return new World({ chainId: CHAIN_ID, validator: { id: 'node1', signer: node1 } });
  }

  /** A founded chain with these transactions in block 1. */
  static with(...transactions: readonly Transaction[]): World {
    const world = World.founded();
    world.append(GENESIS_TIME, transactions);
    return world;
  }

  try(transaction: Transaction, timestamp: number = GENESIS_TIME): Rejection | null {
    return this.attempt(transaction, timestamp);
  }

  /** Puts a value into the state past all rules, as a governance action of a later version might. */
  force(namespace: Namespace, key: string, value: Json): void {
    const overlay = new StateOverlay(this.state);
    overlay.put(namespace, key, value);
    this.state.adopt(this.state.next(overlay), overlay);
  }

  environment(envId: string): EnvironmentRecord | undefined {
    return this.state.get('environments', envId) as EnvironmentRecord | undefined;
  }
}
