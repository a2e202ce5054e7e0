import type { StateRoots } from '../../ledger/state/ledger-state.ts';
import type { IntegrityReport } from '../../api/operator/integrity.ts';
import type { ScrubbedTo } from '../storage/chain-scrub.ts';

/** Rows of the state up to a height, and each block's roots: what a rebuilt chain may begin with, instead of executing blocks. */
export interface StateSource extends ScrubbedTo {
  readonly kind: NonNullable<IntegrityReport['started_from']>;
  /** A database with the tables state_pages and state_values. */
  readonly path: string;
  /** Roots after a block up to that height. @throws STORAGE_CORRUPT */
  rootsAt(height: number): StateRoots;
}
