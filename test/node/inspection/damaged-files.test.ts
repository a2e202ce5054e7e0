import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { openInspection } from '../../../src/node/inspection/open-inspection.ts';
import { isSoak, SeededRandom } from '../../crash/seeded-random.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { fillSource, refused, sourceRoot } from './inspected.ts';

const CASES = isSoak ? 500 : 60;
const source = sourceRoot();
const REFUSALS = ['CHAIN_INVALID', 'FILE_UNKNOWN', 'LIMIT_EXCEEDED'];

beforeAll(() => fillSource(source));

describe('a damaged file is refused, and leaves nothing behind', () => {
  test(`${CASES} exported chains of which a bit is another`, async () => {
    const random = SeededRandom.announced('flipped exports');
    const bytes = readFileSync(source.blocks);
    const temporaryFolder = temporaryDirectory();
    for (let round = 0; round < CASES; round++) {
      const at = random.below(bytes.length);
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
      const path = join(temporaryFolder, 'changed');
      writeFileSync(path, changed);
      expect(REFUSALS, `seed ${random.seed}, byte ${at}`).toContain(await refused(path, temporaryFolder));
      rmSync(path);
    }
    expect(readdirSync(temporaryFolder)).toEqual([]);
  });

  test(`${CASES} exported chains that end within a block`, async () => {
    const random = SeededRandom.announced('truncated exports');
    const bytes = readFileSync(source.blocks);
    const temporaryFolder = temporaryDirectory();
    for (let round = 0; round < CASES; round++) {
      const size = random.below(bytes.length);
      // At the end of a line it is a shorter chain, which no file can tell from one that ended there.
      if (size > 0 && bytes[size - 1] === 0x0a) continue;
      const path = join(temporaryFolder, 'short');
      writeFileSync(path, bytes.subarray(0, size));
      expect(REFUSALS, `seed ${random.seed}, ${size} bytes`).toContain(await refused(path, temporaryFolder));
      rmSync(path);
    }
    expect(readdirSync(temporaryFolder)).toEqual([]);
  });

  test(`${CASES} data directories whose chain.db is changed or cut off: refused, or the same chain all the same`, async () => {
    const random = SeededRandom.announced('damaged directories');
    const folder = temporaryDirectory();
    const { head, folder: intactFolder } = await headOf(source.directory);
    expect(readdirSync(intactFolder)).toEqual([]);
    for (let round = 0; round < CASES; round++) {
      const copy = join(folder, 'data');
      cpSync(source.directory, copy, { recursive: true });
      const path = join(dataPaths(copy).chain, 'chain.db');
      const bytes = readFileSync(path);
      const at = random.below(bytes.length);
      if (random.chance(0.3)) truncateSync(path, at);
      else {
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        writeFileSync(path, bytes);
      }
      const outcome = await headOrRefusal(copy);
      // A byte that holds nothing, such as free space of a page, changes nothing of the chain.
      expect(
        [head, ...REFUSALS, 'DATA_DIR_NEWER', 'DATA_DIR_OLDER', 'STORAGE_FAILED'],
        `seed ${random.seed}, byte ${at}`,
      ).toContain(outcome);
      rmSync(copy, { recursive: true });
    }
  });
});

async function headOf(path: string): Promise<{ readonly head: string; readonly folder: string }> {
  const folder = temporaryDirectory();
  const inspection = await openInspection({
    path,
    verifyThreads: 1,
    onProgress: () => undefined,
    temporaryFolder: folder,
  });
  const head = inspection.head.hash;
  inspection.close();
  return { head, folder };
}

async function headOrRefusal(path: string): Promise<string> {
  const folder = temporaryDirectory();
  const code = await refused(path, folder);
  expect(readdirSync(folder)).toEqual([]);
  return code === 'opened' ? (await headOf(path)).head : code;
}
