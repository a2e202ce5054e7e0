import type { ScanEvent } from '../../api/operator/directories.ts';
import type { InspectEvent } from '../../api/operator/inspection.ts';
import type { VerifyEvent } from '../../api/operator/integrity.ts';
import { encodeCanonicalText, type Json } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { openInspection } from '../inspection/open-inspection.ts';
import { verifyThreadCount } from '../thread-counts.ts';
import { verifyNode } from '../verify/verify-node.ts';
import type { Host } from './host.ts';
import type { HostContext } from './procedures.ts';
import type { EventJob } from './jobs.ts';
import { scanDirectory, type ScanRequest } from './scan-directory.ts';

/** The check of everything that this machine has of the chain. */
export function verification(host: Host): EventJob<VerifyEvent> {
  return {
    kind: 'verify',
    title: 'Integrity check',
    key: host.dataDirectory,
    measure: ({ done, total }) => ({ done, total }),
    partOf: ({ phase }) => phase,
    work: async (onProgress, signal) => {
      const { dataDirectory } = host;
      const event = await verifyNode({ dataDirectory, verifyThreads: verifyThreadCount(), onProgress, signal });
      host.node.recordVerification({ height: event.height, time: host.options.now(), ok: event.ok });
      return event;
    },
  };
}

/** Hashing and storing a directory. What a command reads is named to no page, which may not have been granted the folder. */
export function scanning(host: Host, request: ScanRequest, door: HostContext['door']): EventJob<ScanEvent> {
  return {
    kind: 'scan',
    title: door === 'terminal' ? 'Scan started by a command' : `Scan of ${request.path}`,
    key: encodeCanonicalText(withoutUndefined(request)),
    measure: ({ bytes, bytes_total }) => ({ done: bytes, total: bytes_total }),
    work: (report, signal) => scanDirectory(host, request, { report, signal }),
  };
}

/** Verifying a file, and showing it in a page of its own. @throws NODE_STOPPED where no page is served */
export function inspecting(host: Host, path: string): EventJob<InspectEvent> {
  const { showFile } = host.options.surface;
  if (showFile === null)
    throw new QuantumLockError('NODE_STOPPED', 'no page is served here that could show a file', {
      advice: 'Show it from a terminal: `dm inspect FILE --console`.',
    });
  return {
    kind: 'inspect',
    title: 'Check of a file',
    key: path,
    measure: ({ done, total }) => ({ done, total }),
    work: async (report, signal) => {
      const inspection = await openInspection({
        path,
        verifyThreads: verifyThreadCount(),
        onProgress: (done, total) => report({ type: 'progress', done, total }),
        signal,
      });
      return { type: 'done', name: inspection.source.name, url: await showFile(inspection) };
    },
  };
}

function withoutUndefined(request: ScanRequest): Json {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
}
