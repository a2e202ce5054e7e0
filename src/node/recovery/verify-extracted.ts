import { QuantumLockError } from '../../base/errors.ts';
import type { Finding } from '../verify/verify-chain.ts';
import { verifyNode } from '../verify/verify-node.ts';

/** How far long work with a backup is. */
export interface RecoveryProgress {
  /** "extract", "blocks", "blobs", "content". */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

export interface VerifyExtractedOptions {
  readonly directory: string;
  readonly verifyThreads: number;
  readonly signal?: AbortSignal | undefined;
  readonly report: (progress: RecoveryProgress) => void;
}

/** What is wrong with a backup, as a finding. */
export function findingOf({ context: { place }, message }: QuantumLockError): Finding {
  return { place: typeof place === 'string' ? place : 'backup', message };
}

/** What is told of content: the chain itself is whole. */
const OF_CONTENT = /^(?:content|blob|manifest|pack)\b/;

/**
 * The full check of what came out of a backup: the chain by replay from genesis, and every byte of the content. Returns
 * what is missing of the content, which was lost before the backup was made.
 * @throws BACKUP_INVALID at the first fault of the chain, CANCELLED
 */
export async function verifyExtracted(options: VerifyExtractedOptions): Promise<readonly Finding[]> {
  const { directory, verifyThreads, signal, report } = options;
  const { findings } = await verifyNode({
    dataDirectory: directory,
    verifyThreads,
    onProgress: ({ phase, done, total }) => report({ phase, done, total }),
    signal,
  });
  const fault = findings.find(({ place }) => !OF_CONTENT.test(place));
  if (fault === undefined) return findings;
  throw new QuantumLockError(
    'BACKUP_INVALID',
    `the chain in the backup does not verify: ${fault.place}: ${fault.message}`,
    {
      context: { place: fault.place },
    },
  );
}
