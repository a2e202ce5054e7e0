import type { InspectionView } from '../../api/operator/inspection.ts';
import type { SealSpan } from './seal-spans.ts';

/** How a file is laid out in a scratch directory. */
export interface Laying {
  readonly verifyThreads: number;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A data directory that was made of a file, its chain verified from genesis. */
export interface LaidOut {
  readonly seals: readonly SealSpan[];
  readonly blocks: number;
  readonly transactions: number;
  /** A block that was decided and has no seal: no part of the chain. */
  readonly unsealed: number | null;
  /** What a backup's manifests say of it, oldest first; empty where it is none. */
  readonly backups: InspectionView['backups'];
}
