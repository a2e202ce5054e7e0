import type { ScrubRecordPlace } from '../integrity/scrub-record.ts';

/** What the thread for reads is started with. */
export interface QueryWorkerData {
  readonly chainDirectory: string;
  /** Of the newest block that the node found final. */
  readonly height: number;
  readonly indexDirectory: string;
  readonly blobsDirectory: string;
  /** Leaves index.db as it is: it is evidence that could not be noted elsewhere. */
  readonly keepsIndex: boolean;
  /** In whose name this node seals; null where it only reads. */
  readonly validatorId: string | null;
  /** How far the check in the background is. */
  readonly scrubRecord: ScrubRecordPlace;
}
