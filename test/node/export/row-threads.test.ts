import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { AuditFilter } from '../../../src/api/chain/audit.ts';
import type { ExportKind } from '../../../src/ledger/documents/export-manifest.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { ContentFile } from '../../../src/node/export/content-file.ts';
import { blockRangeOf } from '../../../src/node/export/exported-blocks.ts';
import { writeRowsOf } from '../../../src/node/export/row-content.ts';
import { ChainReader } from '../../../src/node/storage/chain-reader.ts';
import { dataDirectory, growChain, root } from './exported-chain.ts';

const SINGLE = 12;
const BATCHES = 160;
/** Some slices of what is written at one go. */
const TRANSACTIONS = 1 + 2 * SINGLE + 10 * BATCHES;

beforeAll(() => growChain({ single: SINGLE, batches: BATCHES }), 120_000);

let count = 0;

interface Written {
  readonly rows: number;
  readonly text: string;
  /** What was reported: blocks done, of all. */
  readonly progress: readonly (readonly [done: number, total: number])[];
}

async function written(
  threads: number,
  { kind, filter = {}, signal }: { kind: ExportKind; filter?: object; signal?: AbortSignal },
): Promise<Written> {
  const { reader, database } = ChainReader.open(dataPaths(dataDirectory).chain);
  const path = join(root, `rows-${++count}`);
  const content = await ContentFile.create(path);
  const progress: (readonly [number, number])[] = [];
  try {
    const { rows } = await writeRowsOf(blockRangeOf(reader, filter), threads, {
      content,
      request: { dataDirectory, reader, kind, filter: filter as never, createdAt: 0, software: 'test' },
      work: { report: (done, total) => progress.push([done, total]), signal },
    });
    await content.close();
    return { rows, text: readFileSync(path, 'utf8'), progress };
  } finally {
    database.close();
  }
}

const FILTERS: readonly AuditFilter[] = [
  {},
  { actions: ['promote_environment'] },
  { signer: 'engineer' },
  { env_id: 'many-100-7' },
  { text: 'many 7' },
  { from_block: 9, to_block: 130 },
  { from_block: 40, to_block: 160, env_id: 'many-100-7' },
  { env_id: 'nobody' },
];

test.each([
  ...FILTERS.map((filter) => ({ kind: 'jsonl', filter }) as const),
  { kind: 'csv', filter: {} } as const,
  { kind: 'cef', filter: { signer: 'engineer' } } as const,
])('rows as $kind of $filter are the same, written here and on several threads', async (asked) => {
  const here = await written(0, asked);
  expect(await written(2, asked)).toEqual(here);
  // All of them were looked at, whether anything was found or not.
  expect(here.progress.at(-1)?.[0]).toBe(here.progress.at(-1)?.[1]);
});

test('everything is more than one slice, and each row is there once', async () => {
  const { rows, text, progress } = await written(3, { kind: 'jsonl' });
  expect(progress.length).toBeGreaterThan(2);
  expect(rows).toBe(TRANSACTIONS);
  const indexes = [...text.matchAll(/"log_index":(\d+),"member_id"/g)].map(([, index]) => Number(index));
  expect(indexes).toEqual(Array.from({ length: TRANSACTIONS }, (_, index) => index));
});

test('an export that is stopped stops its threads', async () => {
  const stopped = new AbortController();
  stopped.abort();
  await expect(written(2, { kind: 'csv', signal: stopped.signal })).rejects.toMatchObject({ name: 'AbortError' });
});
