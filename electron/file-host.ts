import { openInspectedHost } from '../src/node/doors/inspection-console.ts';
import { serveContract } from '../src/node/doors/serve-contract.ts';
import { openInspection } from '../src/node/inspection/open-inspection.ts';
import { verifyThreadCount } from '../src/node/thread-counts.ts';
import type { ServedHost } from './served-host.ts';

export interface FileHostOptions {
  readonly path: string;
  readonly version: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * A file that is looked at, behind the one contract: verified whole, read-only, with no key, no socket and nothing to confirm with.
 * @throws as openInspection does
 */
export async function openFileHost({ path, version, log, signal }: FileHostOptions): Promise<ServedHost> {
  const inspection = await openInspection({
    path,
    verifyThreads: verifyThreadCount(),
    onProgress: () => undefined,
    signal,
  });
  const host = await openInspectedHost({ inspection, version, now: Date.now, log });
  const contract = serveContract(host);
  return {
    handlePort: (port) => contract.port(port, { door: 'page', asker: 'page' }),
    close: async () => {
      await host.close();
      inspection.close();
    },
  };
}
