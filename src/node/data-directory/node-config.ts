import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { QuantumLockError } from '../../base/errors.ts';
import { parseStrictJson } from '../../base/strict-json.ts';
import { recordConfig } from './config-record.ts';
import { dataPaths } from './data-paths.ts';
import { replaceFile } from './durable-files.ts';
import { assertHoldsChain } from './holds-chain.ts';
import { storageError } from './storage-errors.ts';

/**
 * `off`: it alerts. `suspend`: the identity is suspended on this machine for a while, too. `prepare`: in addition a freeze, and a
 * rollback of what was decided since it began, are prepared for people to sign.
 */
export const SECURITY_POLICIES = ['off', 'suspend', 'prepare'] as const;
export type SecurityPolicy = (typeof SECURITY_POLICIES)[number];

const CONFIG_VERSION = 1;
const configSchema = z.strictObject({
  version: z.literal(CONFIG_VERSION),
  chain_id: z.string(),
  validator: z.strictObject({
    validator_id: z.string(),
    key_id: z.string(),
    /** A key that was proved to be held for this validator: the chain may name it next. */
    next_key_id: z.string().optional(),
  }),
  /** The key that signs where no other is named. */
  acting_key_id: z.string(),
  /** A folder, apart from this directory, in which the newest head is kept too. */
  head_folder: z.string().optional(),
  /** What this machine does by itself after a security event; it suspends where nothing is said. */
  on_security_event: z.enum(SECURITY_POLICIES).optional(),
  /** Blocks between two snapshots of the state; none are taken where it is left out. */
  snapshot_every_blocks: z.int().positive().optional(),
});
export type NodeConfig = z.infer<typeof configSchema>;

export function newNodeConfig(parts: Omit<NodeConfig, 'version'>): NodeConfig {
  return { version: CONFIG_VERSION, ...parts };
}

/** @throws DATA_DIR_EMPTY, CHAIN_MISSING, DATA_DIR_NEWER, STORAGE_CORRUPT, STORAGE_DENIED, STORAGE_FAILED */
export function readNodeConfig(root: string): NodeConfig {
  assertHoldsChain(root);
  return readConfigFile(root);
}

/** As above, whether or not the chain is there. @throws DATA_DIR_NEWER, STORAGE_CORRUPT where it is missing too, STORAGE_DENIED, STORAGE_FAILED */
export function readConfigFile(root: string): NodeConfig {
  const { config } = dataPaths(root);
  let text: string;
  try {
    text = readFileSync(config, 'utf8');
  } catch (cause) {
    const failure = storageError(config, cause);
    if (failure instanceof QuantumLockError && failure.code === 'STORAGE_DENIED') throw failure;
    throw new QuantumLockError('STORAGE_CORRUPT', `${config} cannot be read beside a chain`, { cause });
  }
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (cause) {
    throw new QuantumLockError(
      'STORAGE_CORRUPT',
      `${config} cannot be used: ${cause instanceof Error ? cause.message : 'not JSON'}`,
      { cause },
    );
  }
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (typeof version === 'number' && version > CONFIG_VERSION)
    throw new QuantumLockError(
      'DATA_DIR_NEWER',
      `${config} has version ${version}; this version knows ${CONFIG_VERSION}`,
    );
  const parsed = configSchema.safeParse(value);
  if (!parsed.success)
    throw new QuantumLockError(
      'STORAGE_CORRUPT',
      `${config} is malformed: ${parsed.error.issues[0]?.path.join('.') ?? ''}`,
    );
  return parsed.data;
}

/** What applies; of a directory whose configuration cannot be read, what applies where nothing is said. */
export function securityPolicyOf(root: string): SecurityPolicy {
  try {
    return readNodeConfig(root).on_security_event ?? 'suspend';
  } catch (error) {
    if (error instanceof QuantumLockError) return 'suspend';
    throw error;
  }
}

/** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function writeNodeConfig(root: string, config: NodeConfig): void {
  const path = dataPaths(root).config;
  const text = `${JSON.stringify(config, null, 2)}\n`;
  replaceFile(path, text, () => recordConfig(root, text));
}
