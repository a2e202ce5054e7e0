import { existsSync } from 'node:fs';
import { indexPathOf } from './blob-index.ts';
import { BlobReader } from './blob-reader.ts';
import type { VerifiedBlobs, VerifyBlobsOptions } from './verify-blobs.ts';

/** Nine tenths of the time nothing is read. */
const REST_FACTOR = 9;
const SLICE_MS = 10;

/**
 * Reads the whole blob store at a walking pace, and returns what is damaged. What was stored meanwhile may look like
 * damage, so anything found is checked again without a pause before it is reported.
 * @throws CANCELLED, STORAGE_CORRUPT, STORAGE_FAILED
 */
export async function scrubBlobs(
  directory: string,
  {
    signal,
    isPaced,
    onProgress,
  }: { readonly isPaced: boolean } & Required<Pick<VerifyBlobsOptions, 'onProgress'>> & {
      readonly signal: AbortSignal;
    },
): Promise<VerifiedBlobs['findings']> {
  const found = await verify(directory, { signal, onProgress, ...(isPaced ? { pace: pace() } : {}) });
  return found.length === 0 || !isPaced ? found : verify(directory, { signal, onProgress });
}

async function verify(directory: string, options: VerifyBlobsOptions): Promise<VerifiedBlobs['findings']> {
  if (!existsSync(indexPathOf(directory))) return [];
  const reader = new BlobReader(directory);
  try {
    return (await reader.verifyAll(options)).findings;
  } finally {
    reader.close();
  }
}

function pace(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    const worked = performance.now() - began;
    if (worked < SLICE_MS) return;
    await new Promise<void>((resolve) => void setTimeout(resolve, worked * REST_FACTOR).unref());
    began = performance.now();
  };
}
