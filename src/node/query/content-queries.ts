import { existsSync } from 'node:fs';
import type {
  ContentView,
  Difference,
  DifferenceSide,
  FileDifference,
  FileEntry,
  FileView,
} from '../../api/chain/content.ts';
import type { Hash } from '../../base/bytes.ts';
import { indexPathOf } from '../blobs/blob-index.ts';
import { BlobReader } from '../blobs/blob-reader.ts';
import { contentOf } from '../blobs/content-state.ts';
import { modelClaims } from '../blobs/model-claims.ts';
import { StoredContent } from '../blobs/stored-content.ts';
import { compareEnvironments, compareFile, viewFile, type ContentSource } from '../blobs/compare.ts';

const NOTHING_STORED: ContentSource = {
  manifest: () => null,
  readFile: () => Promise.reject(new Error('nothing is stored')),
};

/** Files of environments and their differences, from the blob store of this machine. */
export class ContentQueries {
  readonly #directory: string;
  readonly #dataDirectory: string;
  #reader: BlobReader | null = null;

  constructor({ blobsDirectory, dataDirectory }: { readonly blobsDirectory: string; readonly dataDirectory: string }) {
    this.#directory = blobsDirectory;
    this.#dataDirectory = dataDirectory;
  }

  /** The store is made by the first registration, which may come after this thread has started. */
  #store(): BlobReader | null {
    if (this.#reader === null && existsSync(indexPathOf(this.#directory)))
      this.#reader = new BlobReader(this.#directory);
    return this.#reader;
  }

  #source(): ContentSource {
    return this.#store() ?? NOTHING_STORED;
  }

  files(stateHash: Hash): { files: FileEntry[]; known: boolean } {
    const entries = this.#source().manifest(stateHash);
    return { files: entries === null ? [] : [...entries], known: entries !== null };
  }

  /** Of these, which were stored here and are not any more. */
  lost(stateHashes: readonly Hash[]): Hash[] {
    const stored = new StoredContent(this.#dataDirectory);
    const store = this.#store();
    return stateHashes.filter((stateHash) => stored.has(stateHash) && store?.has(stateHash) !== true);
  }

  content(stateHash: Hash): Promise<ContentView> {
    return contentOf(this.#store(), new StoredContent(this.#dataDirectory), stateHash);
  }

  file({ state_hash, path }: { readonly state_hash: Hash; readonly path: string }): Promise<FileView> {
    return viewFile(this.#source(), state_hash, path);
  }

  /** What others signed about the files, as the files say. @throws INPUT_INVALID, BLOB_CORRUPT */
  modelClaims(stateHash: Hash, key: string | null): ReturnType<typeof modelClaims> {
    return modelClaims(this.#source(), stateHash, key);
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
