import { statSync } from 'node:fs';
import { join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { IndexDifference } from '../query/index-difference.ts';
import { INDEX_DATABASE, openIndexDatabase } from '../query/index-schema.ts';
import { IndexScrub } from '../query/index-scrub.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import type { Finding } from './verify-chain.ts';

export interface VerifyIndexOptions {
  readonly chainDirectory: string;
  readonly indexDirectory: string;
  readonly onProgress: (progress: { readonly phase: 'index'; readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal | undefined;
  readonly unprovedMax: number;
}

/** Between two looks at whether to stop. */
const SLICE_MS = 50;
const ADVICE = 'The next start rebuilds it from the chain; find out who changed it.';

/** Holds index.db against a chain that was verified. One that is not there, or behind, is made when a node starts. */
export async function verifyIndex(options: VerifyIndexOptions): Promise<readonly Finding[]> {
  const path = join(options.indexDirectory, INDEX_DATABASE);
  // An empty one is left where the disk was full when it was to be made.
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return [];
  const { reader, database: chain } = ChainReader.open(options.chainDirectory, { unprovedMax: options.unprovedMax });
  try {
    const index = openIndexDatabase(path, { mode: 'read' });
    try {
      await compare(new IndexScrub(index, reader), options);
      return [];
    } finally {
      index.close();
    }
  } catch (error) {
    return [findingOf(error)];
  } finally {
    chain.close();
  }
}

async function compare(scrub: IndexScrub, { onProgress, signal }: VerifyIndexOptions): Promise<void> {
  for (let hasMore = true; hasMore;) {
    if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'the verification was stopped');
    hasMore = scrub.advance(SLICE_MS);
    onProgress({ phase: 'index', done: scrub.height + 1, total: scrub.indexedHeight + 1 });
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function findingOf(error: unknown): Finding {
  if (error instanceof IndexDifference)
    return { place: INDEX_DATABASE, message: `contradicts the chain: ${error.message}. ${ADVICE}` };
  const failure = storageError(INDEX_DATABASE, error);
  if (failure instanceof QuantumLockError && failure.code === 'STORAGE_CORRUPT')
    return { place: INDEX_DATABASE, message: `is damaged: ${failure.message}. ${ADVICE}` };
  throw failure;
}
