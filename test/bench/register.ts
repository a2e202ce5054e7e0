import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BlobStore } from '../../src/node/blobs/blob-store.ts';
import { median, type Figure } from './figures.ts';

const ROUNDS = 3;
const MIB = 1024 ** 2;

interface Tree {
  readonly name: string;
  readonly files: number;
  readonly fileSizeBytes: number;
}

const TREES: readonly Tree[] = [
  { name: '4 files of 64 MiB', files: 4, fileSizeBytes: 64 * MIB },
  { name: '2,000 files of 32 KiB', files: 2_000, fileSizeBytes: 32 * 1024 },
];

/** Registering a directory against `sha256sum` over the same files, in turn; and again unchanged. */
export async function measureRegister(directory: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [index, tree] of TREES.entries()) {
    const ratios: number[] = [];
    const again: number[] = [];
    let bytesReadAgain = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // Fresh content each round: nothing of it is known to the store.
      const path = writeTree(join(directory, `tree-${index}-${round}`), tree);
      const store = new BlobStore({ directory: join(directory, `blobs-${index}-${round}`) });
      try {
        const sumMs = timeSync(() =>
          execFileSync('sh', ['-c', 'find "$0" -type f -print0 | xargs -0 sha256sum > /dev/null', path]),
        );
        const first = await store.storeDirectory(path);
        const second = await store.storeDirectory(path);
        ratios.push(sumMs / first.duration_ms);
        again.push(second.duration_ms / first.duration_ms);
        bytesReadAgain += second.bytes_read;
      } finally {
        await store.close();
      }
    }
    figures.push({
      name: `${tree.name}: speed against sha256sum`,
      value: median(ratios),
      unit: '×',
      bound: { at: 'least', value: 0.5 },
    });
    figures.push({ name: `${tree.name}: again unchanged, time against the first`, value: median(again), unit: '×' });
    figures.push({
      name: `${tree.name}: again unchanged, bytes read`,
      value: bytesReadAgain,
      unit: 'bytes',
      bound: { at: 'most', value: 0 },
    });
  }
  return figures;
}

function writeTree(path: string, { files, fileSizeBytes }: Tree): string {
  for (let index = 0; index < files; index++) {
    const folder = join(path, `part-${index % 20}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${index}`), randomBytes(fileSizeBytes));
  }
  return path;
}

function timeSync(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}
