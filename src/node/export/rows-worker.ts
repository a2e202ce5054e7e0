import { parentPort, workerData } from 'node:worker_threads';
import { defined } from '../../base/assert.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import type { BlockRange } from '../query/asked-blocks.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { serveOwner } from '../threads/serve-port.ts';
import { RowRuns, type RowRequest, type RowSlice } from './row-format.ts';

/** A thread that writes rows of some blocks while others write those of others. */
export type RowsHandlers = typeof handlers;

export interface RowsWorkerData extends RowRequest {
  readonly dataDirectory: string;
  readonly finalHeight: number | undefined;
  /** All that is exported. */
  readonly range: BlockRange;
}

const { dataDirectory, finalHeight, range, ...request } = workerData as RowsWorkerData;
const { reader, database } = ChainReader.open(dataPaths(dataDirectory).chain, { pageCacheCount: 16, finalHeight });
const runs = new RowRuns(reader, request, range);

const handlers = {
  slice: (blocks: BlockRange): RowSlice => runs.of(blocks),
};

serveOwner(defined(parentPort, 'the port to the thread that exports'), handlers, () => void database.close());
