import { createRouterClient, type as typed } from '@orpc/server';
import { parentPort, workerData } from 'node:worker_threads';
import type { Hash } from '../../base/bytes.ts';
import { defined } from '../../base/assert.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { misfit } from '../storage/block-check.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { guardStorage, storageError } from '../data-directory/storage-errors.ts';
import type { NamedEnvironment } from '../../ledger/governance/action.ts';
import { notify, serveOwner } from '../threads/serve-port.ts';
import { RecordedScrub, SCRUB_REST_MS } from '../integrity/recorded-scrub.ts';
import { ScrubRecord } from '../integrity/scrub-record.ts';
import type { ScrubProgress } from '../integrity/scrub-view.ts';
import { ContentScrub } from './content-scrub.ts';
import { ContentQueries } from './content-queries.ts';
import { INDEX_DATABASE } from './index-schema.ts';
import { isIndexDamage, isUnwritable, openIndex, openInMemory, remakeIndex, type OpenedIndex } from './open-index.ts';
import { IndexDifference } from './index-difference.ts';
import {
  FRESHEN_MS,
  INDEX_PAUSE_MS,
  INDEX_RETRY_MS,
  INDEX_SLICE_LOADED_MS,
  INDEX_SLICE_MS,
  REMAKE_MS,
} from './index-pace.ts';
import { IndexScrub } from './index-scrub.ts';
import type { QueryWorkerData } from './query-worker-data.ts';
import { ScrubPass } from './scrub-pass.ts';
import { SCRUB_PAUSE_MS, SCRUB_SLICE_MS } from './scrub-share.ts';
import { ownProcedure, type ReadContext } from './procedures.ts';
import { ListUpkeep } from './list-upkeep.ts';
import { makeQueries, type Queries } from './queries.ts';
import { stateListsOf } from './query-context.ts';
import { checkpointQuestions } from './checkpoint-questions.ts';
import { allReads } from './reads/all-reads.ts';
import { SealCounts } from './seal-counts.ts';
import { LostContent } from './lost-content.ts';
import { Throughput } from './throughput.ts';

/** The thread for reads: a read-only connection to the chain, and the index that follows it. No read delays a block. */

/** What comes with each call. */
export type CallContext = Pick<ReadContext, 'now'>;

/** What the thread answers: the contract's reads, and what the node alone asks. */
export type QueryRouter = typeof router;

const options = workerData as QueryWorkerData;
const port = defined(parentPort, 'parent port');

const PAGE_CACHE_COUNT = 8_000;
/** Further behind than this, new blocks are taken in at leisure. */
const BUSY_LAG_BLOCKS = 4;

const { reader: chain, database: chainDatabase } = ChainReader.open(options.chainDirectory, {
  pageCacheCount: PAGE_CACHE_COUNT,
});
const content = new ContentQueries({ blobsDirectory: options.blobsDirectory, dataDirectory: options.indexDirectory });
const lists = stateListsOf(chain, new SealCounts(chain));

function queriesOn(opened: OpenedIndex): Queries {
  if (opened.foreign !== null) notify(port, 'index-differs', { what: opened.foreign });
  return makeQueries(chain, lists, opened);
}

const throughput = new Throughput(chain);
let queries = queriesOn(options.keepsIndex ? openInMemory(chain) : openIndex(options.indexDirectory, chain));
let scrub: IndexScrub;
/**
 * Whether all of this index was checked against the chain once: what comes to it afterwards this process writes itself.
 */
let isIndexChecked = false;
const record = new ScrubRecord(options.scrubRecord);
const chainScrub = new RecordedScrub({ chain, database: chainDatabase, record, now: Date.now });
let isIndexScrubbed = false;
/** Null between two passes. */
let pass: ScrubPass | null = startPass({ isFresh: false });
let head = chain.height();
// The node may have seen more of a chain that was cut since.
chain.noteFinal(options.height);
let isAdvancing = false;
let isClosing = false;
const contentScrub = new ContentScrub({
  blobsDirectory: options.blobsDirectory,
  record,
  now: Date.now,
  tell: (what) => notify(port, 'content-damaged', { what }),
});
const lost = new LostContent(content, lists.environments, (error) => contentScrub.tellDamage(error));

function advance(): void {
  isAdvancing = false;
  if (isClosing) return;
  try {
    const isLoaded = isUnderLoad();
    const hasMore = mendingIndex(INDEX_DATABASE, ({ indexer }) =>
      indexer.advance(head, isLoaded ? INDEX_SLICE_LOADED_MS : INDEX_SLICE_MS),
    );
    const { height } = queries.indexer;
    notify(port, 'indexed', { height });
    if (hasMore) scheduleAdvance(head - height > BUSY_LAG_BLOCKS && isLoaded ? INDEX_PAUSE_MS : 0);
  } catch (error) {
    tellFailure(error);
    scheduleAdvance(INDEX_RETRY_MS);
  }
}

/** What does not fit its hashes in the chain. It stays, and nothing is said not to be there; whatever else fails is tried again. */
let damage: QuantumLockError | null = null;

function tellFailure(error: unknown): void {
  const failure =
    error instanceof QuantumLockError ? error : new QuantumLockError('NODE_FAILED', `the index: ${String(error)}`);
  if (failure.code === 'STORAGE_CORRUPT') {
    damage ??= failure;
    chainScrub.noteDamage(failure, null);
  }
  notify(port, failure.code === 'STORAGE_CORRUPT' ? 'chain-damaged' : 'index-failed', failure.toValue());
}

let lastBlockAt = 0;
const LOAD_WINDOW_MS = 500;

function isUnderLoad(): boolean {
  return performance.now() - lastBlockAt < LOAD_WINDOW_MS;
}

const upkeep = new ListUpkeep(lists.environments, tellFailure);

function scheduleAdvance(delayMs: number): void {
  if (isAdvancing) return;
  isAdvancing = true;
  if (delayMs === 0) setImmediate(advance);
  else setTimeout(advance, delayMs).unref();
}

/** Runs work on the index; where that finds it damaged, it is rebuilt and the work done on the new one. */
function mendingIndex<T>(what: string, work: (queries: Queries) => T): T {
  try {
    return work(queries);
  } catch (error) {
    if (error instanceof IndexDifference) notify(port, 'index-differs', { what: error.message });
    else if (!isIndexDamage(queries.index, error)) throw storageError(what, error);
    else notify(port, 'index-differs', { what: `it is damaged: ${error instanceof Error ? error.message : ''}` });
    remake();
    // What was asked for must not be missing from the new one.
    if (error instanceof IndexDifference) queries.indexer.advance(chain.height(), REMAKE_MS);
    try {
      return work(queries);
    } catch (again) {
      // It was made from the chain just now: so the chain says two things.
      if (again instanceof IndexDifference) throw misfit('chain.db', `contradicts itself: ${again.message}`);
      throw storageError(what, again);
    }
  }
}

function remake(): void {
  queries = queriesOn(remakeIndex(options.indexDirectory, chain, queries.index));
  scrub = new IndexScrub(queries.index, chain);
  isIndexChecked = false;
  isIndexScrubbed = false;
  scheduleAdvance(0);
}

function scrubIndex(): boolean {
  const hasMore = mendingIndex(INDEX_DATABASE, () => scrub.advance(SCRUB_SLICE_MS));
  if (hasMore || isIndexScrubbed) return hasMore;
  isIndexChecked = true;
  isIndexScrubbed = true;
  record.endPass('index', { at: Date.now(), reached: scrub.height });
  return hasMore;
}

/** `isFresh`: from genesis. Otherwise the chain is looked at where the last run stopped, and not before it is due. */
function startPass({ isFresh }: { readonly isFresh: boolean }): ScrubPass {
  scrub = new IndexScrub(queries.index, chain);
  isIndexScrubbed = false;
  const scrubRows = chainScrub.pass({ isFresh, budgetMs: SCRUB_SLICE_MS });
  const scrubChain = (): boolean =>
    scrubRows() || guardStorage(CHAIN_DATABASE, () => lists.seals.advance(SCRUB_SLICE_MS));
  return new ScrubPass([scrubChain, scrubIndex], tellFailure);
}

/** Holds a bit of the chain, of the headers and of the index against the hashes. Returns whether there is more to do. @throws what a pass found */
function scrubSome(): boolean {
  pass ??= startPass({ isFresh: true });
  try {
    return pass.advance();
  } catch (error) {
    pass = null;
    throw error;
  }
}

function scheduleScrub(delayMs: number): void {
  setTimeout(() => {
    if (isClosing) return;
    try {
      const hasMore = isUnderLoad() || scrubSome() || queries.indexer.height < chain.height();
      if (!hasMore) pass = null;
      scheduleScrub(hasMore ? SCRUB_PAUSE_MS : SCRUB_REST_MS);
    } catch (error) {
      tellFailure(error);
      scheduleScrub(SCRUB_REST_MS);
    }
  }, delayMs).unref();
}

/**
 * Damage that a read meets is the chain's, where it is not the index's. On a full disk the index continues in memory.
 */
function read<T>(work: (queries: Queries) => T): T {
  try {
    return mendingIndex(CHAIN_DATABASE, work);
  } catch (error) {
    if (error instanceof QuantumLockError && error.code === 'STORAGE_CORRUPT') tellFailure(error);
    if (damage !== null && error instanceof QuantumLockError && error.code === 'NOT_FOUND') throw damage;
    if (!isUnwritable(error)) throw error;
    queries.index.close();
    queries = queriesOn(openInMemory(chain));
    scrub = new IndexScrub(queries.index, chain);
    isIndexChecked = false;
    isIndexScrubbed = false;
    while (queries.indexer.advance(chain.height(), REMAKE_MS));
    return guardStorage(CHAIN_DATABASE, () => work(queries));
  }
}

/** Lets the index catch up first, as far as a person would not notice: so a list has what was just committed. */
function fresh<T>(work: (queries: Queries) => T): T {
  return read((present) => {
    const newest = chain.height();
    const isFarBehind = newest - present.indexer.height > BUSY_LAG_BLOCKS && isUnderLoad();
    if (present.indexer.height < newest && !isFarBehind) present.indexer.advance(newest, FRESHEN_MS);
    return work(present);
  });
}

/**
 * Beside another process's node nobody announces blocks: anything newer than the last announced one is not in the
 * cache.
 */
function newest<T>(work: (queries: Queries) => T): T {
  return read((present) => {
    if (chain.height() !== head) present.context.environments.clear();
    return work(present);
  });
}

/** @throws STORAGE_CORRUPT where that there is nothing cannot be said */
function orDamage<T extends readonly unknown[] | object | null>(found: T): T {
  if (damage !== null && (found === null || (Array.isArray(found) && found.length === 0))) throw damage;
  return found;
}

const own = {
  onBlock: ownProcedure
    .input(typed<{ readonly height: number; readonly envIds: readonly string[] }>())
    .handler(({ input: { height, envIds } }) => {
      head = height;
      chain.noteFinal(height);
      lastBlockAt = performance.now();
      const { environments } = queries.context;
      for (const envId of envIds) environments.invalidate(envId);
      if (envIds.length >= 100) environments.clear();
      scheduleAdvance(0);
      upkeep.schedule();
    }),
  /** Resolves when the index has everything up to a height. */
  indexedTo: ownProcedure.input(typed<number>()).handler(async ({ input: height }) => {
    while (queries.indexer.height < Math.min(height, chain.height()) && !isClosing) {
      head = Math.max(head, chain.height());
      mendingIndex(INDEX_DATABASE, ({ indexer }) => indexer.advance(head, INDEX_SLICE_MS));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }),
  /** Resolves when every row of the chain and of its index was looked at, and all stored content read. @throws STORAGE_CORRUPT */
  scrubbed: ownProcedure.handler(async () => {
    pass = startPass({ isFresh: true });
    try {
      while (!isClosing && (scrubSome() || queries.indexer.height < chain.height())) {
        if (queries.indexer.height < chain.height())
          mendingIndex(INDEX_DATABASE, ({ indexer }) => indexer.advance(chain.height(), INDEX_SLICE_MS));
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      tellFailure(error);
      throw error;
    } finally {
      await contentScrub.pass({ isPaced: false });
    }
  }),
  scrubProgress: ownProcedure.handler((): ScrubProgress => ({
    record: record.state,
    height: chain.height(),
    indexedHeight: Math.max(-1, Math.min(queries.indexer.height, chain.height())),
    chainReached: chainScrub.reached,
    indexReached: isIndexScrubbed ? null : scrub.height,
    content: contentScrub.progress,
  })),
  head: ownProcedure.handler(() =>
    read(({ indexer, state }) => {
      const { header, hash } = chain.head();
      return {
        ...chain.identity(),
        height: header.index,
        head_hash: hash,
        head_time: header.timestamp,
        state_root: header.state_root,
        log_size: header.log_size,
        log_root: header.log_root,
        indexed_height: Math.max(0, indexer.height),
        sandbox: state.parameter('sandbox') === true,
      };
    }),
  ),
  throughput: ownProcedure
    .input(typed<Parameters<Throughput['intervals']>[0]>())
    .handler(({ input }) => read(() => throughput.intervals(input))),
  /** Transactions in blocks since a moment. */
  transactionsSince: ownProcedure
    .input(typed<number>())
    .handler(({ input: time }) => read(() => throughput.since(time))),
  /** The receipt of a transaction that is in the chain, else null. */
  receipt: ownProcedure
    .input(typed<Hash>())
    .handler(({ input: id }) => read(({ blocks }) => orDamage(blocks.receipt(id)))),
  lookalikes: ownProcedure
    .input(typed<readonly NamedEnvironment[]>())
    .handler(({ input: made }) => read(({ environments }) => environments.lookalikes(made))),
  memberOfKey: ownProcedure
    .input(typed<string>())
    .handler(({ input: publicKey }) => read(({ context }) => context.memberOfKey(publicKey) ?? null)),
  /** The active member whose active key this is, else null: who may act with it. */
  activeMemberOfKey: ownProcedure
    .input(typed<string>())
    .handler(({ input: publicKey }) => newest(({ context }) => context.activeMemberOfKey(publicKey))),
  governed: ownProcedure.handler(({ context: { now } }) =>
    fresh(({ governance, proposals }) => ({
      frozen: governance.frozen(),
      openProposals: proposals.openCount(now),
      lostContent: lost.environments(),
      staleProposals: proposals.staleCount(now),
      /** The newest block up to which the index was checked against the chain; null where all of it was. */
      indexUncheckedAfter: isIndexChecked ? null : scrub.height,
    })),
  ),
};

const router = {
  ...allReads,
  ...checkpointQuestions,
  ...own,
};

type Answer = (
  input: unknown,
  options: { readonly context: CallContext; readonly signal?: AbortSignal },
) => Promise<unknown>;

const given = { read, fresh, newest, orDamage, content, validatorId: options.validatorId };
const answers = createRouterClient(router, {
  context: ({ now }: CallContext): ReadContext => ({ ...given, now }),
}) as unknown as Readonly<Record<keyof QueryRouter, Answer>>;

/** Whatever still reads finds both databases closed, and ends. */
function close(): void {
  isClosing = true;
  upkeep.stop();
  contentScrub.close();
  content.close();
  queries.index.close();
  chainDatabase.close();
}

serveOwner(
  port,
  Object.fromEntries(
    (Object.keys(router) as (keyof QueryRouter)[]).map((name) => {
      const answer = answers[name];
      return [
        name,
        (input: unknown, context: CallContext, signal: AbortSignal | null) =>
          answer(input, { context, ...(signal === null ? {} : { signal }) }),
      ];
    }),
  ),
  close,
);
scheduleAdvance(0);
upkeep.schedule();
scheduleScrub(SCRUB_PAUSE_MS);
contentScrub.start();
