import { mkdirSync, readdirSync } from 'node:fs';
import { QuantumLockError } from '../../base/errors.ts';
import { chainTraces, FOUNDING_MARK } from './chain-traces.ts';
import { CONSOLE_LOCK, NODE_LOCK } from './data-lock.ts';
import { UNFINISHED_NAME } from './durable-files.ts';
import { assertHoldsChain, holdsChain } from './holds-chain.ts';
import { claimDirectory } from './private-directory.ts';
import { SIGNING_LOG } from './signing-log.ts';
import { guardStorage } from './storage-errors.ts';

/**
 * Makes the directory for a new chain. Beside any trace of an earlier one nothing is founded: its chain may only be away.
 * @throws DATA_DIR_NOT_EMPTY, CHAIN_MISSING, STORAGE_DENIED, STORAGE_FAILED
 */
export function prepareDataDirectory(root: string): void {
  if (holdsChain(root)) throw new QuantumLockError('DATA_DIR_NOT_EMPTY', `there is a chain in ${root} already`);
  if (chainTraces(root).length > 0) assertHoldsChain(root);
  guardStorage(root, () => {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    claimDirectory(root);
  });
  const foreign = foreignFiles(root);
  if (foreign.length > 0) {
    throw new QuantumLockError(
      'DATA_DIR_NOT_EMPTY',
      `${root} holds other files (${foreign.slice(0, 3).join(', ')}); a chain gets a directory of its own`,
    );
  }
}

/** Whether somebody keeps other files in a directory. @throws STORAGE_DENIED, STORAGE_FAILED */
export function holdsForeignFiles(root: string): boolean {
  return foreignFiles(root).length > 0;
}

function foreignFiles(root: string): readonly string[] {
  return guardStorage(root, () => readdirSync(root)).filter(
    (name) => !OWN_NAMES.has(name) && !UNFINISHED_NAME.test(name),
  );
}

/** What an interrupted set-up may have left, and what Electron keeps elsewhere: not a reason to refuse. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  'keys',
  'exports',
  'audit-exports',
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
  'restoring.json',
]);
