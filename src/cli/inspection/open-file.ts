import { TRUST_TEXT_LENGTH_MAX } from '../../base/limits.ts';
import { openInspection, type Inspection } from '../../node/inspection/open-inspection.ts';
import { verifyThreadCount } from '../../node/quantum-node.ts';
import { readInputText } from '../../node/read-input-file.ts';
import type { CommandContext } from '../context.ts';

/** What a person knows of the chain from another source than the file. */
export interface Confirming {
  /** A trust file. */
  readonly trust?: string;
  /** Words or hash of the genesis. */
  readonly genesis?: string;
}

/** Lays a file out, verifies it, and compares it with what was given. A stop by the terminal leaves nothing of it. @throws TRUST_MISMATCH and others */
export async function openFile(
  { output }: CommandContext,
  path: string,
  { trust, genesis }: Confirming,
): Promise<Inspection> {
  const given = trust === undefined ? genesis : readInputText(trust, TRUST_TEXT_LENGTH_MAX);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  try {
    const inspection = await openInspection({
      path,
      verifyThreads: verifyThreadCount(),
      onProgress: (done, total) => output.progress(`Verifying: ${Math.floor((100 * done) / Math.max(1, total))} %`),
      signal: stop.signal,
    });
    try {
      if (given !== undefined) inspection.confirm(given);
      return inspection;
    } catch (error) {
      inspection.close();
      throw error;
    }
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
  }
}
