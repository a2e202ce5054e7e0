import { existsSync } from 'node:fs';
import type { Difference, DifferenceSide, FileDifference, FileEntry, FileView } from '../../api/views/environments.ts';
import type { Hash } from '../../base/bytes.ts';
import { BlobReader } from '../blobs/blob-reader.ts';
import { compareEnvironments, compareFile, viewFile, type ContentSource } from '../blobs/compare.ts';

const NOTHING_STORED: ContentSource = {
  manifest: () => null,
  readFile: () => Promise.reject(new Error('nothing is stored')),
};

/** Files of environments and their differences, from the blob store of this machine. */
export class ContentQueries {
  readonly #directory: string;
  #reader: BlobReader | null = null;

  constructor(blobsDirectory: string) {
    this.#directory = blobsDirectory;
  }

  /** The store is made by the first registration, which may come after this thread has started. */
  #source(): ContentSource {
    if (this.#reader === null && existsSync(this.#directory)) this.#reader = new BlobReader(this.#directory);
    return this.#reader ?? NOTHING_STORED;
  }

  files(stateHash: Hash): { files: FileEntry[]; known: boolean } {
    const entries = this.#source().manifest(stateHash);
    return { files: entries === null ? [] : [...entries], known: entries !== null };
  }

  file({ state_hash, path }: { readonly state_hash: Hash; readonly path: string }): Promise<FileView> {
    return viewFile(this.#source(), state_hash, path);
  }

  difference(sides: { readonly before: DifferenceSide; readonly after: DifferenceSide }): Promise<Difference> {
    return compareEnvironments(this.#source(), sides);
  }

  fileDifference(sides: {
    readonly before_state_hash: Hash | null;
    readonly after_state_hash: Hash | null;
    readonly path: string;
  }): Promise<FileDifference> {
    return compareFile(this.#source(), sides);
  }

  close(): void {
    this.#reader?.close();
  }
}
