import type { VerifyEvent, VerifyFinding } from '../../api/operator/integrity.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import { dataPaths, type DataPaths } from '../data-directory/data-paths.ts';
import { readNodeConfig } from '../data-directory/node-config.ts';
import { VerifyPool } from '../engine/verify-pool.ts';
import { HeadWatch } from '../history/head-watch.ts';
import { readHistoryState } from '../history/history-state.ts';
import { localCopies } from '../history/local-copies.ts';
import { foreignFiles } from '../history/foreign-files.ts';
import { headCopies } from '../history/places.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { verifyContent, type VerifiedContent } from './verify-content.ts';
import { verifyIndex } from './verify-index.ts';
import { verifyChain, type ChainVerification, type Finding, type VerifyChainOptions } from './verify-chain.ts';
import { QuantumLockError } from '../../base/errors.ts';

export interface VerifyNodeOptions {
  readonly dataDirectory: string;
  readonly verifyThreads: number;
  readonly onProgress: (event: Extract<VerifyEvent, { type: 'progress' }>) => void;
  readonly signal?: AbortSignal | undefined;
  /** So many final blocks at the chain's end may wait for their proof; none where it is left out. */
  readonly unprovedMax?: number;
}

/**
 * The full integrity check of a data directory: the chain by replay, the index against it, then every byte of the blob
 * store, and whether it has what the chain names. Reads only; works next to a running node and with none.
 */
export async function verifyNode(options: VerifyNodeOptions): Promise<Extract<VerifyEvent, { type: 'done' }>> {
  const begin = performance.now();
  const paths = dataPaths(options.dataDirectory);
  const chain = await verifyChainAt(paths.chain, options);
  const index = chain.findings.length === 0 ? await verifyIndexAt(paths, options) : [];
  const content = chain.findings.length === 0 ? await verifyContentAt(paths, options) : NOT_LOOKED_AT;
  const history = await historyFindings(options);
  const told = ({ place, message }: Finding): VerifyFinding => ({ place, message });
  const findings = [
    ...chain.findings,
    ...configFindings(options.dataDirectory),
    ...history.findings,
    ...index,
    ...content.findings,
  ].map(told);
  return {
    type: 'done',
    ok: findings.length === 0,
    height: chain.height,
    blocks: chain.blocks,
    transactions: chain.transactions,
    state_pages: chain.statePages,
    blobs: content.checked,
    unsealed_block: chain.unsealed,
    content: { ...content.counts },
    notes: [...unprovedNotes(chain), ...history.notes, ...content.notes].map(told),
    duration_ms: performance.now() - begin,
    findings,
  };
}

/** Final blocks whose proofs have not arrived are part of the chain, and convince nobody yet. */
function unprovedNotes({ height, provedHeight }: ChainVerification): readonly Finding[] {
  return Array.from({ length: Math.max(0, height - Math.max(0, provedHeight)) }, (_, offset) => ({
    place: `block ${provedHeight + 1 + offset}`,
    message: 'is final; its proof has not arrived yet',
  }));
}

/** What is next to the chain: its configuration, the logs, and the locks. */
function configFindings(dataDirectory: string): readonly Finding[] {
  try {
    readNodeConfig(dataDirectory);
    return foreignFiles(dataDirectory);
  } catch (error) {
    return [findingOf('node.json', error)];
  }
}

/** A chain may verify and still not be the one that was here before: of what remembers that, each is asked. */
async function historyFindings({
  dataDirectory,
  unprovedMax = 0,
}: VerifyNodeOptions): Promise<{ readonly findings: readonly Finding[]; readonly notes: readonly Finding[] }> {
  try {
    const copies = [...localCopies(dataDirectory, Date.now), ...(await headCopies(dataDirectory, null))];
    const watch = new HeadWatch(dataPaths(dataDirectory).chain, copies);
    const remembered = await watch.remembered();
    const notes = watch.failures.map(({ message }) => ({ place: 'history', message }));
    const { fault } = readHistoryState(dataDirectory, remembered, { unprovedMax });
    return { findings: fault === null ? [] : [{ place: 'history', message: fault.message }], notes };
  } catch (error) {
    // Damage of the chain or of the configuration is a finding of its own, made before.
    findingOf('history', error);
    return { findings: [], notes: [] };
  }
}

const NOT_LOOKED_AT: VerifiedContent = {
  findings: [],
  notes: [],
  checked: 0,
  counts: { versions: 0, present: 0, partly: 0, lost: 0, never: 0 },
};

function verifyContentAt(paths: DataPaths, options: VerifyNodeOptions): Promise<VerifiedContent> {
  return verifyContent(paths, {
    onProgress: (done, total) => options.onProgress({ type: 'progress', phase: 'blobs', done, total }),
    signal: options.signal,
    unprovedMax: options.unprovedMax ?? 0,
  });
}

/** Replays a chain up to its newest final block. Returns how much state that makes. @throws CHAIN_INVALID */
export async function verifyFinal(
  options: Omit<VerifyNodeOptions, 'onProgress'>,
): Promise<{ readonly pages: number; readonly values: number }> {
  const { findings, statePages, stateValues } = await verifyChainAt(
    dataPaths(options.dataDirectory).chain,
    { ...options, onProgress: () => undefined },
    { finalOnly: true },
  );
  const [first] = findings;
  if (first !== undefined)
    throw new QuantumLockError('CHAIN_INVALID', `${first.place}: ${first.message}`, {
      context: { place: first.place },
    });
  return { pages: statePages, values: stateValues };
}

/** The check of a chain alone, by replay: what is next to it is not looked at. */
export async function verifyChainAt(
  chainDirectory: string,
  options: Omit<VerifyNodeOptions, 'dataDirectory'>,
  { finalOnly = false, onBlock }: Pick<VerifyChainOptions, 'finalOnly' | 'onBlock'> = {},
): Promise<ChainVerification> {
  const named = chainAt(chainDirectory);
  if ('place' in named)
    return {
      findings: [named],
      height: 0,
      provedHeight: -1,
      blocks: 0,
      transactions: 0,
      statePages: 0,
      stateValues: 0,
      unsealed: null,
    };
  const pool = new VerifyPool({ chain: named, threads: options.verifyThreads });
  try {
    const { onProgress, signal, unprovedMax = 0 } = options;
    return await verifyChain({
      chainDirectory,
      pool,
      verifier: loadSignatureVerifier(),
      finalOnly,
      unprovedMax,
      onProgress: (progress) => onProgress({ type: 'progress', ...progress }),
      ...(onBlock === undefined ? {} : { onBlock }),
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
    unprovedMax: options.unprovedMax ?? 0,
    onProgress: (progress) => options.onProgress({ type: 'progress', ...progress }),
    signal: options.signal,
  });
}
