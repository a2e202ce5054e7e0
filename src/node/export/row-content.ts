import { setImmediate } from 'node:timers/promises';
import type { BlockRange } from '../query/asked-blocks.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { replayThreadCount } from '../thread-counts.ts';
import type { ContentFile } from './content-file.ts';
import type { ContentRequest, ContentWork, WriteContent } from './export-content.ts';
import { blockRangeOf } from './exported-blocks.ts';
import { rowFormat, RowRuns, type RowSlice } from './row-format.ts';
import { RowThreads } from './row-threads.ts';

/** Written at once, with the rest of the block that holds the last of them. */
const SLICE_TRANSACTIONS = 500;

/** Fewer are written before a thread has started. */
const THREADS_TRANSACTIONS_MIN = 20_000;

/** Transactions, a row each, in one of the forms for that; many of them on several threads. */
export const writeRows: WriteContent = (content, request, work) => {
  const range = blockRangeOf(request.reader, request.filter);
  const isLong = transactionsIn(request.reader, range) >= THREADS_TRANSACTIONS_MIN;
  return writeRowsOf(range, isLong ? replayThreadCount() : 0, { content, request, work });
};

interface RowWriting {
  readonly content: ContentFile;
  readonly request: ContentRequest;
  readonly work: ContentWork;
}

/** @param threads that write; none where it is done here @throws as `makeExport` */
export async function writeRowsOf(range: BlockRange, threads: number, writing: RowWriting): ReturnType<WriteContent> {
  const { reader, dataDirectory, finalHeight, kind, filter, software } = writing.request;
  if (threads === 0) {
    const runs = new RowRuns(reader, writing.request, range);
    return joinRows(range, writtenHere(runs, rangesOf(reader, range)), writing);
  }
  const pool = new RowThreads(threads, { dataDirectory, finalHeight, kind, filter, software, range });
  try {
    return await joinRows(range, pool.of(rangesOf(reader, range)), writing);
  } finally {
    await pool.close();
  }
}

/** Puts runs, in their order, and what stands for the blocks between them into the file. */
async function joinRows(
  range: BlockRange,
  slices: AsyncIterable<RowSlice>,
  { content, request, work }: RowWriting,
): ReturnType<WriteContent> {
  const format = rowFormat(request.reader, request, range);
  const total = range.to - range.from + 1;
  let rows = 0;
  let last = range.from - 1;
  await content.write(format.begin(range.from));
  for await (const { to, runs } of slices) {
    work.signal?.throwIfAborted();
    for (const run of runs) {
      await content.write(format.between(last, run.first) + run.text);
      rows += run.rows;
      last = run.last;
    }
    work.report(to - range.from + 1, total);
  }
  await content.write(format.between(last, range.to + 1));
  return { range, rows };
}

/** Between two slices the thread is free for others. */
async function* writtenHere(runs: RowRuns, ranges: Iterable<BlockRange>): AsyncGenerator<RowSlice, void, undefined> {
  for (const blocks of ranges) {
    yield runs.of(blocks);
    await setImmediate();
  }
}

function transactionsIn(reader: ChainReader, { from, to }: BlockRange): number {
  return reader.block(to).header.log_size - reader.block(from).firstLogIndex;
}

/** Blocks that hold about the same number of transactions. */
function* rangesOf(reader: ChainReader, range: BlockRange): Generator<BlockRange, void, undefined> {
  const end = reader.block(range.to).header.log_size;
  for (let from = range.from; from <= range.to;) {
    const logIndex = reader.block(from).firstLogIndex + SLICE_TRANSACTIONS - 1;
    const to = logIndex < end ? reader.heightOfLogIndex(logIndex) : range.to;
    yield { from, to };
    from = to + 1;
  }
}
