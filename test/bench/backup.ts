import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { createBytes, foundTestChain, sealingKey } from '../crash/test-chain.ts';
import { BlobStore } from '../../src/node/blobs/blob-store.ts';
import { StoredContent } from '../../src/node/blobs/stored-content.ts';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import { QuantumNode } from '../../src/node/quantum-node.ts';
import { baseOf } from '../../src/node/recovery/backup-base.ts';
import type { BackupManifest } from '../../src/node/recovery/backup-format.ts';
import { makeBackup } from '../../src/node/recovery/make-backup.ts';
import { signAsValidator } from '../node/recovery/recovery-fixture.ts';
import { median, type Figure } from './figures.ts';

const ROUNDS = 3;
const ENVIRONMENTS = 20_000;
const BATCH = 500;
const NEW = 200;
const FILES = 32;
const MIB = 1024 ** 2;

/** A backup against copying the same files through `zstd -1`, in turn; an increment against all; and what blocks wait meanwhile. */
export async function measureBackup(directory: string): Promise<Figure[]> {
  const data = join(directory, 'backup-data');
  foundTestChain(data, { chainId: 'bench' });
  const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
  try {
    await grow(node, 'first', ENVIRONMENTS);
    await storeContent(data, directory);
    const ratios: number[] = [];
    const increments: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const copyMs = await copyCompressed(data, join(directory, 'backup-copy'));
      const full = await backUp(data, join(directory, `full-${round}.backup`), null);
      ratios.push(copyMs / full.ms);
      await grow(node, `round-${round}`, NEW);
      const increment = await backUp(data, join(directory, `increment-${round}.backup`), full.manifest);
      increments.push(increment.size / full.size);
    }
    return [
      {
        name: 'speed against zstd -1 over the same files',
        value: median(ratios),
        unit: '×',
        bound: { at: 'least', value: 0.5 },
      },
      {
        name: `an increment of ${NEW} in ${ENVIRONMENTS.toLocaleString('en')}: size against all`,
        value: median(increments),
        unit: '×',
      },
      {
        name: 'the longest gap between two blocks while a backup is made',
        value: await longestGap(node, data, directory),
        unit: 'ms',
        bound: { at: 'most', value: 100 },
      },
    ];
  } finally {
    await node.close();
  }
}

async function grow(node: QuantumNode, name: string, count: number): Promise<void> {
  for (let begin = 0; begin < count; begin += BATCH) {
    const size = Math.min(BATCH, count - begin);
    await node.submitBatch(
      Array.from({ length: size }, (_, index) => createBytes(`${name}-${begin + index}`, { chainId: 'bench' })),
    );
  }
}

/** Half of it compresses, as weights and texts do together. */
async function storeContent(data: string, directory: string): Promise<void> {
  const files = join(directory, 'backup-files');
  mkdirSync(files);
  for (let index = 0; index < FILES; index++)
    writeFileSync(
      join(files, `${index}.bin`),
      Buffer.concat([randomBytes(2 * MIB), Buffer.alloc(2 * MIB, `${index}`)]),
    );
  const store = new BlobStore({ directory: dataPaths(data).blobs, stored: new StoredContent(data) });
  try {
    await store.storeDirectory(files);
  } finally {
    await store.close();
  }
}

function hasZstd(): boolean {
  try {
    execFileSync('zstd', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function copyCompressed(data: string, to: string): Promise<number> {
  const packs = join(dataPaths(data).blobs, 'packs');
  const files = [
    ...['chain.db', 'chain.db-wal'].map((name) => join(dataPaths(data).chain, name)),
    join(dataPaths(data).blobs, 'index.db'),
    ...readdirSync(packs).map((name) => join(packs, name)),
  ];
  mkdirSync(to, { recursive: true });
  const isNative = hasZstd();
  const begin = performance.now();
  for (const [index, file] of files.entries()) {
    const target = join(to, `${index}.zst`);
    if (isNative) execFileSync('zstd', ['-1', '-q', '-f', file, '-o', target]);
    else {
      const level = { [constants.ZSTD_c_compressionLevel]: 1 };
      await pipeline(createReadStream(file), createZstdCompress({ params: level }), createWriteStream(target));
    }
  }
  // Of each file: `sync` of a directory is of its names alone, and a backup is on the disk when it is made.
  execFileSync('sync', [...readdirSync(to).map((name) => join(to, name)), to]);
  const ms = performance.now() - begin;
  rmSync(to, { recursive: true });
  return ms;
}

async function backUp(
  data: string,
  output: string,
  base: BackupManifest | null,
): Promise<{ readonly ms: number; readonly size: number; readonly manifest: BackupManifest }> {
  const begin = performance.now();
  const { size, manifest } = await makeBackup(
    {
      dataDirectory: data,
      output,
      base: base === null ? null : baseOf(base),
      withContent: true,
      encryption: null,
      createdAt: Date.now(),
      software: 'bench',
    },
    { sign: signAsValidator, report: () => undefined },
  );
  return { ms: performance.now() - begin, size, manifest };
}

/** Transactions one after the other, each a block of its own, while a full backup is made. */
async function longestGap(node: QuantumNode, data: string, directory: string): Promise<number> {
  let isMaking = true;
  const making = backUp(data, join(directory, 'gap.backup'), null).finally(() => (isMaking = false));
  let longest = 0;
  let last = performance.now();
  for (let index = 0; isMaking; index++) {
    await node.submit(createBytes(`gap-${index}`, { chainId: 'bench' }));
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  await making;
  return longest;
}
