import { join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { chainTraces } from './chain-traces.ts';
import { dataPaths } from './data-paths.ts';
import { isThere } from './is-there.ts';

/** @throws STORAGE_DENIED where this user may not look */
export function holdsChain(root: string): boolean {
  return isThere(join(dataPaths(root).chain, CHAIN_DATABASE));
}

/**
 * Refuses a directory without a chain. A directory that had a chain is distinguished from an empty one: its chain is
 * missing.
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
