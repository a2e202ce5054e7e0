import type { Hash } from '../../base/bytes.ts';
import type { ErrorValue } from '../../base/errors.ts';
import type { FileEntry } from '../../ledger/log/file-tree.ts';
import type { StoredDirectory, StoreProgress } from './store-directory.ts';
import type { VerifiedBlobs } from './verify-blobs.ts';

/** What the store's thread is started with. */
export interface BlobWorkerData {
  readonly directory: string;
  readonly packSizeMax: number;
  /** One 32-bit word: anything but 0 cancels the request at hand. */
  readonly cancel: SharedArrayBuffer;
}

export type ToBlobWorker =
  | {
      readonly type: 'store';
      readonly path: string;
      readonly thorough?: boolean | undefined;
      readonly acceptDoubtful?: boolean | undefined;
    }
  /** Takes a directory's content over from another store. */
  | { readonly type: 'import'; readonly from: string; readonly stateHash: Hash }
  | { readonly type: 'verify' }
  | { readonly type: 'close' };

export type FromBlobWorker =
  | { readonly type: 'store_progress'; readonly progress: StoreProgress }
  /** Some of the result's entries: one long message would hold up the receiving thread. */
  | { readonly type: 'entries'; readonly entries: readonly FileEntry[] }
  | { readonly type: 'stored'; readonly stored: Omit<StoredDirectory, 'entries'> }
  /** `found`: the other store has it. */
  | { readonly type: 'imported'; readonly found: boolean }
  | { readonly type: 'verify_progress'; readonly done: number; readonly total: number }
  | { readonly type: 'verified'; readonly verified: Omit<VerifiedBlobs, 'damaged'> }
  | { readonly type: 'failed'; readonly error: ErrorValue };

export const ENTRIES_PER_MESSAGE_MAX = 2_000;
/** Progress is for eyes. */
export const PROGRESS_INTERVAL_MS = 100;
