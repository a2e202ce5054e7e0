import { existsSync, readdirSync } from 'node:fs';
import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { indexPathOf, packsDirectoryOf } from '../blobs/blob-index.ts';
import { BlobReader } from '../blobs/blob-reader.ts';
import { StoredContent } from '../blobs/stored-content.ts';
import type { VerifiedBlobs } from '../blobs/verify-blobs.ts';
import type { DataPaths } from '../data-directory/data-paths.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { namedVersions, type NamedVersion } from './named-versions.ts';
import type { Finding } from './verify-chain.ts';

export interface VerifyContentOptions {
  readonly onProgress: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** So many final blocks at the chain's end may wait for their proof; none where it is left out. */
  readonly unprovedMax?: number;
}

/** How many versions have their content here. */
export interface ContentCounts {
  readonly versions: number;
  readonly present: number;
  /** Some of their files are missing or damaged. */
  readonly partly: number;
  /** They were stored here, and are not any more. */
  readonly lost: number;
  /** They were never stored here. */
  readonly never: number;
}

export interface VerifiedContent {
  readonly findings: readonly Finding[];
  /** What is reported and is not a failure: content that never was here. */
  readonly notes: readonly Finding[];
  readonly counts: ContentCounts;
  readonly checked: number;
}

/** Names reported for one kind; the counts say how many there are. */
const TOLD_MAX = 50;
const FILES_TOLD_MAX = 5;

/** Reads every byte of the store, and holds what the chain names against it, version by version. */
export async function verifyContent(
  { blobs, chain, root }: DataPaths,
  options: VerifyContentOptions,
): Promise<VerifiedContent> {
  const store = await verifyStore(blobs, options);
  const byVersion = compareVersions({ chain, unprovedMax: options.unprovedMax ?? 0 }, new StoredContent(root), store);
  return { ...byVersion, findings: [...store.findings, ...byVersion.findings], checked: store.blobs };
}

type Store = Pick<VerifiedBlobs, 'findings' | 'blobs' | 'broken'> & { readonly stored: ReadonlySet<Hash> };

async function verifyStore(directory: string, options: VerifyContentOptions): Promise<Store> {
  const nothing = { blobs: 0, broken: new Map<Hash, null>(), stored: new Set<Hash>() };
  if (!existsSync(indexPathOf(directory))) return { ...nothing, findings: findPacksWithoutIndex(directory) };
  let reader: BlobReader | null = null;
  try {
    reader = new BlobReader(directory);
    const { findings, blobs, broken } = await reader.verifyAll({
      onProgress: options.onProgress,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    return { findings, blobs, broken, stored: new Set(reader.stateHashes()) };
  } catch (error) {
    const failure = storageError('blobs/index.db', error);
    if (!(failure instanceof QuantumLockError) || failure.code !== 'STORAGE_CORRUPT') throw failure;
    return { ...nothing, findings: [{ place: 'blob index', message: failure.message }] };
  } finally {
    reader?.close();
  }
}

/** Nothing is stored before there is an index; so packs without one have lost it. */
function findPacksWithoutIndex(directory: string): readonly Finding[] {
  const packs = packsDirectoryOf(directory);
  const count = existsSync(packs) ? readdirSync(packs).filter((name) => name.endsWith('.pack')).length : 0;
  return count === 0 ? [] : [{ place: 'blob index', message: `is gone, and ${count} pack(s) are there` }];
}

function compareVersions(
  { chain, unprovedMax }: { readonly chain: string; readonly unprovedMax: number },
  stored: StoredContent,
  store: Store,
): Omit<VerifiedContent, 'checked'> {
  const counts = { versions: 0, present: 0, partly: 0, lost: 0, never: 0 };
  const findings: Finding[] = [];
  const notes: Finding[] = [];
  const tell = (list: Finding[], { envId, version }: NamedVersion, message: string): void => {
    if (list.length < TOLD_MAX) list.push({ place: `content of ${envId} version ${version}`, message });
  };
  const { reader, database } = ChainReader.open(chain, { pageCacheCount: 2_000, unprovedMax });
  try {
    for (const named of namedVersions(reader)) {
      counts.versions += 1;
      const broken = store.broken.get(named.stateHash);
      if (!store.stored.has(named.stateHash) || broken === null) {
        const isLost = broken === null || stored.has(named.stateHash);
        counts[isLost ? 'lost' : 'never'] += 1;
        if (isLost) tell(findings, named, 'is lost: it was stored here, and no longer is');
        else tell(notes, named, 'was never stored here');
      } else if (broken !== undefined) {
        counts.partly += 1;
        tell(findings, named, `is here in part: ${filesOf(broken)} missing or damaged`);
      } else counts.present += 1;
    }
  } finally {
    database.close();
  }
  return { findings, notes, counts };
}

function filesOf(paths: readonly string[]): string {
  const more = paths.length - FILES_TOLD_MAX;
  const named = paths
    .slice(0, FILES_TOLD_MAX)
    .map((path) => JSON.stringify(path))
    .join(', ');
  return `${named}${more > 0 ? ` and ${more} more` : ''} ${paths.length === 1 ? 'is' : 'are'}`;
}
