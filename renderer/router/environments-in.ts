import { BATCH_OPERATIONS_MAX } from '../../src/base/limits.ts';
import { isEnvironmentId } from '../../src/ledger/actions/fields.ts';

/**
 * The environments that an address gives under a name, to be decided together. Anyone may have written it: each is there once, and no
 * more than one batch holds.
 */
export function environmentsIn(query: URLSearchParams, name: string): readonly string[] {
  return [...new Set(query.getAll(name).filter(isEnvironmentId))].slice(0, BATCH_OPERATIONS_MAX);
}
