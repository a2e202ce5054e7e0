import { join } from 'node:path';

/** Where a data directory keeps what its integrity rests on. */
export interface IntegrityPaths {
  /** How far the background check is. */
  readonly scrubRecord: string;
  /** What was found and done, a file each. */
  readonly reports: string;
  /** Damaged files, as they were found. Nothing in it is ever deleted by this program. */
  readonly quarantine: string;
  /** The state at heights. */
  readonly snapshots: string;
}

export function integrityPaths(dataDirectory: string): IntegrityPaths {
  return {
    scrubRecord: join(dataDirectory, 'integrity', 'scrub.json'),
    reports: join(dataDirectory, 'integrity', 'reports'),
    quarantine: join(dataDirectory, 'quarantine'),
    snapshots: join(dataDirectory, 'snapshots'),
  };
}
