import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { defined } from '../../base/assert.ts';
import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { guardStorage, openDatabase } from '../storage/database.ts';
import { notify, servePort } from '../threads/port-rpc.ts';
import { BlockQueries } from './block-queries.ts';
import { ContentQueries } from './content-queries.ts';
import { EnvironmentQueries, type EnvironmentListQuery } from './environment-queries.ts';
import { Indexer } from './indexer.ts';
import { INDEX_DATABASE, INDEX_MIGRATIONS } from './index-schema.ts';
import { lineageOf } from './lineage-query.ts';
import { QueryContext } from './query-context.ts';
import { StateCache } from './state-cache.ts';
import { StateQueries } from './state-queries.ts';

/** The thread for reads: a read-only connection to the chain, and the index that follows it. No read delays a block. */

export interface QueryWorkerData {
  readonly chainDirectory: string;
  readonly indexDirectory: string;
  readonly blobsDirectory: string;
}

const options = workerData as QueryWorkerData;
const port = defined(parentPort, 'parent port');

const PAGE_CACHE_COUNT = 8_000;
/** Work between two looks at the message queue: a query waits no longer than this for the index. */
const INDEX_SLICE_MS = 15;
/** Pause between slices while blocks arrive, so that the index takes at most a quarter of a processor from the validator. */
const INDEX_PAUSE_MS = 45;
/** At most so long a read waits for the index. */
const FRESHEN_MS = 30;
/** Further behind than this, new blocks are taken in at leisure. */
const BUSY_LAG_BLOCKS = 4;

function openIndex(chainId: string): ReturnType<typeof openDatabase> {
  const path = join(options.indexDirectory, INDEX_DATABASE);
  const open = (): ReturnType<typeof openDatabase> =>
    openDatabase({ path, mode: 'write', migrations: INDEX_MIGRATIONS, synchronous: 'NORMAL', cacheKib: 65_536 });
  try {
    return open();
  } catch (error) {
    // The index is made from the chain: a damaged one is made anew, and nothing is lost.
    if (!(error instanceof QuantumLockError) || error.code !== 'STORAGE_CORRUPT') throw error;
    for (const suffix of ['', '-wal', '-shm']) if (existsSync(path + suffix)) rmSync(path + suffix);
    notify(port, 'index-rebuilt', chainId);
    return open();
  }
}

const { reader: chain } = ChainReader.open(options.chainDirectory, { pageCacheCount: PAGE_CACHE_COUNT });
const index = openIndex(chain.chainId());
const indexer = new Indexer(index, chain);
const context = new QueryContext({ chain, index, indexer, environments: new StateCache({ now: Date.now }) });
const blocks = new BlockQueries(context);
const environments = new EnvironmentQueries(context);
const state = new StateQueries(context);
const content = new ContentQueries(options.blobsDirectory);

let head = chain.height();
let isAdvancing = false;
let isClosing = false;

function advance(): void {
  isAdvancing = false;
  if (isClosing) return;
  try {
    const hasMore = guardStorage(INDEX_DATABASE, () => indexer.advance(head, INDEX_SLICE_MS));
    notify(port, 'indexed', { height: indexer.height });
    if (hasMore) scheduleAdvance(head - indexer.height > BUSY_LAG_BLOCKS && isUnderLoad() ? INDEX_PAUSE_MS : 0);
  } catch (error) {
    notify(port, 'index-failed', error instanceof QuantumLockError ? error.toValue() : { message: String(error) });
  }
}

let lastBlockAt = 0;
const LOAD_WINDOW_MS = 500;

function isUnderLoad(): boolean {
  return performance.now() - lastBlockAt < LOAD_WINDOW_MS;
}

function scheduleAdvance(delayMs: number): void {
  if (isAdvancing) return;
  isAdvancing = true;
  if (delayMs === 0) setImmediate(advance);
  else setTimeout(advance, delayMs);
}

/** Lets the index catch up first, as far as a person would not notice: so a list has what was just committed. */
function fresh<T>(read: () => T): T {
  const newest = chain.height();
  if (indexer.height < newest) indexer.advance(newest, FRESHEN_MS);
  return read();
}

export type QueryHandlers = {
  readonly onBlock: (height: number, envIds: readonly string[]) => void;
  /** Resolves when the index has everything up to `height`. */
  readonly indexedTo: (height: number) => Promise<void>;
  readonly indexedHeight: () => number;
  readonly head: () => {
    chain_id: string;
    height: number;
    head_hash: Hash;
    head_time: number;
    state_root: Hash;
    log_size: number;
    log_root: Hash;
    indexed_height: number;
    sandbox: boolean;
  };
  readonly blocks: BlockQueries['blocks'];
  readonly block: BlockQueries['block'];
  readonly transaction: BlockQueries['transaction'];
  readonly receipt: BlockQueries['receipt'];
  readonly audit: BlockQueries['audit'];
  readonly auditCount: BlockQueries['auditCount'];
  readonly search: BlockQueries['search'];
  readonly environments: (query: EnvironmentListQuery) => ReturnType<EnvironmentQueries['environments']>;
  readonly environment: EnvironmentQueries['environment'];
  readonly lineage: (envId: string) => ReturnType<typeof lineageOf>;
  readonly files: ContentQueries['files'];
  readonly file: ContentQueries['file'];
  readonly difference: ContentQueries['difference'];
  readonly fileDifference: ContentQueries['fileDifference'];
  readonly state: StateQueries['state'];
  readonly stateKeys: StateQueries['stateKeys'];
  readonly transactionProof: StateQueries['transactionProof'];
  readonly stateProof: StateQueries['stateProof'];
  readonly members: StateQueries['members'];
  readonly validators: StateQueries['validators'];
  readonly policies: StateQueries['policies'];
  readonly memberOfKey: (publicKey: string) => ReturnType<QueryContext['memberOfKey']> | null;
  readonly stop: () => void;
};

const handlers: QueryHandlers = {
  onBlock(height, envIds) {
    head = height;
    lastBlockAt = performance.now();
    for (const envId of envIds) context.environments.invalidate(envId);
    if (envIds.length >= 100) context.environments.clear();
    scheduleAdvance(0);
  },
  async indexedTo(height) {
    while (indexer.height < Math.min(height, chain.height()) && !isClosing) {
      head = Math.max(head, chain.height());
      indexer.advance(head, INDEX_SLICE_MS);
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
  indexedHeight: () => indexer.height,
  head() {
    const { header, hash } = chain.head();
    return {
      chain_id: header.chain_id,
      height: header.index,
      head_hash: hash,
      head_time: header.timestamp,
      state_root: header.state_root,
      log_size: header.log_size,
      log_root: header.log_root,
      indexed_height: Math.max(0, indexer.height),
      sandbox: state.parameter('sandbox') === true,
    };
  },
  blocks: (query) => blocks.blocks(query),
  block: (query) => blocks.block(query),
  transaction: (id) => blocks.transaction(id),
  receipt: (id) => blocks.receipt(id),
  audit: (query) => fresh(() => blocks.audit(query)),
  auditCount: (filter) => fresh(() => blocks.auditCount(filter)),
  search: (text) => fresh(() => blocks.search(text)),
  environments: (query) => fresh(() => environments.environments(query)),
  environment: (query) => environments.environment(query),
  lineage: (envId) => fresh(() => lineageOf(context, envId)),
  files: (stateHash) => content.files(stateHash),
  file: (query) => content.file(query),
  difference: (sides) => content.difference(sides),
  fileDifference: (sides) => content.fileDifference(sides),
  state: (query) => state.state(query),
  stateKeys: (query) => state.stateKeys(query),
  transactionProof: (id) => state.transactionProof(id),
  stateProof: (query) => state.stateProof(query),
  members: () => state.members(),
  validators: () => state.validators(),
  policies: () => state.policies(),
  memberOfKey: (publicKey) => context.memberOfKey(publicKey) ?? null,
  stop() {
    isClosing = true;
    content.close();
    index.close();
  },
};

servePort(port, handlers);
scheduleAdvance(0);
