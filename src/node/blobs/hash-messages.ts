import type { ErrorValue } from '../../base/errors.ts';
import type { ReadableFile } from './read-file.ts';

/** What goes between the store's thread and a hashing thread. Buffers are handed over, not copied. */
export type ToHashWorker =
  | { readonly type: 'read'; readonly root: string; readonly files: readonly ReadableFile[] }
  /** A slab that was taken in: it can be filled again. */
  | { readonly type: 'slab'; readonly slab: Uint8Array<ArrayBuffer> }
  /** Nothing more is wanted: it ends, in the middle of a file too. */
  | { readonly type: 'end' };

export interface HashedChunk {
  /** Index into the files of the `read`. */
  readonly file: number;
  /** 64 hex digits. */
  readonly hash: string;
  readonly offset: number;
  readonly size: number;
}

export type FromHashWorker =
  /** Chunks in one slab, and the files whose last chunk is in it or before it. */
  | {
      readonly type: 'chunks';
      readonly slab: Uint8Array<ArrayBuffer>;
      readonly chunks: readonly HashedChunk[];
      readonly finished: readonly { readonly file: number; readonly content_hash: string }[];
    }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: ErrorValue };
