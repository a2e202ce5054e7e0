import type { Scan, ScanEvent } from '../../api/operator/directories.ts';
import type { JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { assertApart, resolveDirectory } from '../blobs/directory.ts';
import type { Host } from './host.ts';

export interface ScanRequest {
  readonly path: string;
  /** The environment that it may become a version of; left out, it is compared with nothing. */
  readonly env_id?: string | undefined;
  /** Of that version; the newest one's where it is left out. */
  readonly metadata?: JsonObject | undefined;
  /** Reads every file again, and repairs what is stored of it. */
  readonly thorough?: boolean | undefined;
  /** The person has seen which files may be secrets, or have names that other systems cannot keep. */
  readonly accept_doubtful?: boolean | undefined;
}

export interface ScanFollower {
  readonly report: (event: Extract<ScanEvent, { type: 'progress' }>) => void;
  readonly signal: AbortSignal | undefined;
}

/** The result of it. */
export interface ScanDone {
  readonly type: 'done';
  readonly scan: Scan;
}

/**
 * Stores a directory's content, and says what is in it and how it differs from the environment as it is. Where what is
 * stored of it turns out to be damaged, it is read again and repaired.
 * @throws DIRECTORY_UNREADABLE, BLOB_CORRUPT, STORAGE_FULL and what else storing throws; NODE_STOPPED while no chain is
 * open
 */
export async function scanDirectory(host: Host, request: ScanRequest, follower: ScanFollower): Promise<ScanDone> {
  try {
    return await scanOnce(host, request, follower);
  } catch (error) {
    const isDamage = error instanceof QuantumLockError && error.code === 'BLOB_CORRUPT';
    if (!isDamage || request.thorough === true) throw error;
    // The right bytes are available: they are read again, and what is stored is repaired with them.
    return scanOnce(host, { ...request, thorough: true }, follower);
  }
}

async function scanOnce(host: Host, request: ScanRequest, { report, signal }: ScanFollower): Promise<ScanDone> {
  const { path, env_id, thorough, accept_doubtful } = request;
  // The store refuses its own directory; the keys are next to it.
  assertApart(resolveDirectory(path), resolveDirectory(host.dataDirectory));
  const stored = await host.blobs.storeDirectory(path, {
    onProgress: (progress) => report({ type: 'progress', ...progress }),
    signal,
    thorough,
    acceptDoubtful: accept_doubtful,
  });
  const current = env_id === undefined ? null : await host.node.query.environment({ env_id }).catch(ignoreNotFound);
  const difference = await host.node.query.difference({
    before:
      current === null ? { nothing: true } : { state_hash: current.blue.state_hash, metadata: current.blue.metadata },
    after: { state_hash: stored.state_hash, metadata: request.metadata ?? current?.blue.metadata ?? {} },
  });
  const { state_hash, size_bytes, bytes_read, ignored_count, duration_ms, entries } = stored;
  return {
    type: 'done',
    scan: {
      path,
      state_hash,
      file_count: entries.length,
      size_bytes,
      bytes_read,
      ignored_count,
      duration_ms,
      current,
      difference,
    },
  };
}

function ignoreNotFound(error: unknown): null {
  if (error instanceof QuantumLockError && error.code === 'NOT_FOUND') return null;
  throw error;
}
