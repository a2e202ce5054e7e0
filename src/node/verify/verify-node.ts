import { existsSync, readdirSync } from 'node:fs';
import type { VerifyEvent, VerifyFinding } from '../../api/views/operator.ts';
import { indexPathOf, packsDirectoryOf } from '../blobs/blob-index.ts';
import { BlobReader } from '../blobs/blob-reader.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import { dataPaths, type DataPaths } from '../data-directory.ts';
import { VerifyPool } from '../engine/verify-pool.ts';
import { readHistoryState } from '../history/history-state.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { storageError } from '../storage/database.ts';
import { verifyIndex } from './verify-index.ts';
import { verifyChain, type ChainVerification, type Finding } from './verify-chain.ts';
import { QuantumLockError } from '../../base/errors.ts';

export interface VerifyNodeOptions {
  readonly dataDirectory: string;
  readonly verifyThreads: number;
  readonly onProgress: (event: Extract<VerifyEvent, { type: 'progress' }>) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The full integrity check of a data directory: the chain by replay, the index against it, then every byte of the blob store. Reads only;
 * works beside a running node and with none.
 */
export async function verifyNode(options: VerifyNodeOptions): Promise<Extract<VerifyEvent, { type: 'done' }>> {
  const begin = performance.now();
  const paths = dataPaths(options.dataDirectory);
  const chain = await verifyChainAt(paths.chain, options);
  const index = chain.findings.length === 0 ? await verifyIndexAt(paths, options) : [];
  const blobs = chain.findings.length === 0 ? await verifyBlobsAt(paths.blobs, options) : { findings: [], checked: 0 };
  const history = historyFindings(options.dataDirectory);
  const findings: VerifyFinding[] = [...chain.findings, ...history, ...index, ...blobs.findings].map(
    ({ place, message }) => ({
      place,
      message,
    }),
  );
  return {
    type: 'done',
    ok: findings.length === 0,
    height: chain.height,
    blocks: chain.blocks,
    transactions: chain.transactions,
    state_pages: chain.statePages,
    blobs: blobs.checked,
    unsealed_block: chain.unsealed,
    duration_ms: performance.now() - begin,
    findings,
  };
}

/** A chain may verify and still not be the one that was here before. */
function historyFindings(dataDirectory: string): readonly Finding[] {
  try {
    const { fault } = readHistoryState(dataDirectory);
    return fault === null ? [] : [{ place: 'history', message: fault.message }];
  } catch (error) {
    // Damage is the chain's own finding, made before.
    findingOf('history', error);
    return [];
  }
}

async function verifyChainAt(chainDirectory: string, options: VerifyNodeOptions): Promise<ChainVerification> {
  const named = chainAt(chainDirectory);
  if ('place' in named)
    return { findings: [named], height: 0, blocks: 0, transactions: 0, statePages: 0, unsealed: null };
  const pool = new VerifyPool({ chain: named, threads: options.verifyThreads });
  try {
    const { onProgress, signal } = options;
    return await verifyChain({
      chainDirectory,
      pool,
      verifier: loadSignatureVerifier(),
      onProgress: (progress) => onProgress({ type: 'progress', ...progress }),
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    await pool.close();
  }
}

/** The chain that the database says it holds, or the finding that this cannot be read. */
function chainAt(chainDirectory: string): ChainRoot | Finding {
  try {
    const { reader, database } = ChainReader.open(chainDirectory, { pageCacheCount: 16 });
    try {
      return reader.chain();
    } finally {
      database.close();
    }
  } catch (error) {
    return findingOf('chain.db', storageError(CHAIN_DATABASE, error));
  }
}

/** Damage that keeps a file from being opened at all; whatever else went wrong is thrown on. */
function findingOf(place: string, error: unknown): Finding {
  if (!(error instanceof QuantumLockError) || error.code !== 'STORAGE_CORRUPT') throw error;
  const named = error.context['place'];
  return { place: typeof named === 'string' ? named : place, message: error.message };
}

function verifyIndexAt({ chain, root }: DataPaths, options: VerifyNodeOptions): Promise<readonly Finding[]> {
  return verifyIndex({
    chainDirectory: chain,
    indexDirectory: root,
    onProgress: (progress) => options.onProgress({ type: 'progress', ...progress }),
    signal: options.signal,
  });
}

async function verifyBlobsAt(
  directory: string,
  options: VerifyNodeOptions,
): Promise<{ readonly findings: readonly Finding[]; readonly checked: number }> {
  if (!existsSync(indexPathOf(directory))) return { findings: findPacksWithoutIndex(directory), checked: 0 };
  let reader: BlobReader;
  try {
    reader = new BlobReader(directory);
  } catch (error) {
    return { findings: [findingOf('blob index', storageError('blobs/index.db', error))], checked: 0 };
  }
  try {
    const { findings, blobs } = await reader.verifyAll({
      onProgress: (done, total) => options.onProgress({ type: 'progress', phase: 'blobs', done, total }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    return { findings, checked: blobs };
  } finally {
    reader.close();
  }
}

/** Nothing is stored before there is an index; so packs without one have lost it. */
function findPacksWithoutIndex(directory: string): readonly Finding[] {
  const packs = packsDirectoryOf(directory);
  const count = existsSync(packs) ? readdirSync(packs).filter((name) => name.endsWith('.pack')).length : 0;
  return count === 0 ? [] : [{ place: 'blob index', message: `is gone, and ${count} pack(s) are there` }];
}
