import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { QuantumLockError } from '../base/errors.ts';
import { parseStrictJson } from '../base/strict-json.ts';
import { chainTraces, FOUNDING_MARK } from './chain-traces.ts';
import { CONSOLE_LOCK, NODE_LOCK } from './data-lock.ts';
import { CHAIN_DATABASE } from './storage/chain-schema.ts';
import { recordConfig } from './config-record.ts';
import { SIGNING_LOG } from './signing-log.ts';
import { replaceFile, UNFINISHED_NAME } from './storage/durable-files.ts';
import { storageError } from './storage/database.ts';
import { claimDirectory } from './private-directory.ts';
import { homeDirectory, namedDirectory } from './user-directories.ts';
import { isThere } from './storage/is-there.ts';

/** What is where in a data directory. */
export interface DataPaths {
  readonly root: string;
  /** chain.db: the ledger. */
  readonly chain: string;
  /** Off-chain content. */
  readonly blobs: string;
  readonly config: string;
  /** Where a running node listens for this machine's command line. */
  readonly socket: string;
}

export function dataPaths(root: string): DataPaths {
  return {
    root,
    chain: join(root, 'chain'),
    blobs: join(root, 'blobs'),
    config: join(root, 'node.json'),
    socket: socketPath(root),
  };
}

function socketPath(root: string): string {
  if (process.platform !== 'win32') return join(resolve(root), 'node.sock');
  const name = createHash('sha256').update(resolve(root)).digest('hex').slice(0, 24);
  return String.raw`\\.\pipe\quantum-lock-${name}`;
}

/** The platform's place for a user's application data. */
export function defaultDataDirectory(): string {
  const name = 'quantum-lock';
  const home = homeDirectory();
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', name);
  if (process.platform === 'win32') return join(namedDirectory('APPDATA') ?? join(home, 'AppData', 'Roaming'), name);
  return join(namedDirectory('XDG_DATA_HOME') ?? join(home, '.local', 'share'), name);
}

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
});
export type NodeConfig = z.infer<typeof configSchema>;

export function newNodeConfig(parts: Omit<NodeConfig, 'version'>): NodeConfig {
  return { version: CONFIG_VERSION, ...parts };
}

/** @throws STORAGE_DENIED where this user may not look */
export function holdsChain(root: string): boolean {
  return isThere(join(dataPaths(root).chain, CHAIN_DATABASE));
}

/**
 * Refuses a directory without a chain. One in which a chain was before is told from an empty one: its chain is missing.
 * @throws DATA_DIR_EMPTY, CHAIN_MISSING, STORAGE_DENIED
 */
export function assertHoldsChain(root: string): void {
  if (holdsChain(root)) return;
  const traces = chainTraces(root);
  if (traces.length === 0) throw new QuantumLockError('DATA_DIR_EMPTY', `there is no chain in ${root}`);
  throw new QuantumLockError(
    'CHAIN_MISSING',
    `the chain of ${root} is missing: chain/chain.db is not there, but a chain was founded here (${traces.join('; ')})`,
  );
}

/** @throws DATA_DIR_EMPTY, CHAIN_MISSING, DATA_DIR_NEWER, STORAGE_CORRUPT, STORAGE_DENIED, STORAGE_FAILED */
export function readNodeConfig(root: string): NodeConfig {
  const { config } = dataPaths(root);
  assertHoldsChain(root);
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

/** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function writeNodeConfig(root: string, config: NodeConfig): void {
  const path = dataPaths(root).config;
  const text = `${JSON.stringify(config, null, 2)}\n`;
  replaceFile(path, text, () => recordConfig(root, text));
}

/**
 * Makes the directory for a new chain. Beside any trace of an earlier one nothing is founded: its chain may only be away.
 * @throws DATA_DIR_NOT_EMPTY, CHAIN_MISSING, STORAGE_DENIED, STORAGE_FAILED
 */
export function prepareDataDirectory(root: string): void {
  if (holdsChain(root)) throw new QuantumLockError('DATA_DIR_NOT_EMPTY', `there is a chain in ${root} already`);
  if (chainTraces(root).length > 0) assertHoldsChain(root);
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    claimDirectory(root);
    const foreign = foreignFiles(root);
    if (foreign.length > 0) {
      throw new QuantumLockError(
        'DATA_DIR_NOT_EMPTY',
        `${root} holds other files (${foreign.slice(0, 3).join(', ')}); a chain gets a directory of its own`,
      );
    }
  } catch (error) {
    throw storageError(root, error);
  }
}

/** Whether somebody keeps other files in a directory. @throws STORAGE_DENIED, STORAGE_FAILED */
export function holdsForeignFiles(root: string): boolean {
  try {
    return foreignFiles(root).length > 0;
  } catch (error) {
    throw storageError(root, error);
  }
}

function foreignFiles(root: string): readonly string[] {
  return readdirSync(root).filter((name) => !OWN_NAMES.has(name) && !UNFINISHED_NAME.test(name));
}

/** What an interrupted set-up may have left, and what Electron keeps elsewhere: not a reason to refuse. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  'keys',
  'exports',
  'chain.new',
  NODE_LOCK,
  `${NODE_LOCK}-journal`,
  CONSOLE_LOCK,
  `${CONSOLE_LOCK}-journal`,
  'node.json',
  'blobs',
  SIGNING_LOG,
  FOUNDING_MARK,
  'head.record',
  'index.db',
  'index.db-wal',
  'index.db-shm',
  'node.sock',
  'node.secret',
  'electron',
  'console.json',
]);
