import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { checkoutRoot, projectNode } from '../../build/checkout.mjs';
import { QuantumLockError } from '../../src/base/errors.ts';
import type { VerifyFinding } from '../../src/api/operator/integrity.ts';
import { BlobReader } from '../../src/node/blobs/blob-reader.ts';
import { BlobStore } from '../../src/node/blobs/blob-store.ts';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import { VerifyPool } from '../../src/node/engine/verify-pool.ts';
import { QuantumNode } from '../../src/node/quantum-node.ts';
import { loadSignatureVerifier } from '../../src/node/signature-verifier.ts';
import { verifyChain } from '../../src/node/verify/verify-chain.ts';
import { verifyNode } from '../../src/node/verify/verify-node.ts';
import { flipCell, flipFileByte, logicalContent, randomCell, type Flip } from './flips.ts';
import { isSoak, SeededRandom } from './seeded-random.ts';
import { testChain, createBytes, foundTestChain, promoteBytes, sealingKey, updateBytes } from './test-chain.ts';

const ROW_FLIPS = isSoak ? 700 : 24;
const BLOB_FLIPS = isSoak ? 150 : 8;
const FILE_FLIPS = isSoak ? 150 : 8;
const COMMAND_FLIPS = isSoak ? 8 : 2;

/** Where verification must say that a table's damage is. */
const PLACES: Readonly<Record<string, (flip: Flip) => RegExp>> = {
  meta: () => /^meta$/,
  blocks: ({ key, column }) => (column === 'height' ? /^block \d+$/ : new RegExp(`^block ${key}$`)),
  block_ids: ({ key, column }) => (column === 'height' ? /^block \d+$/ : new RegExp(`^block ${key}$`)),
  transactions: ({ key, column }) =>
    column === 'log_index' ? /^(?:block|transaction) \d+$/ : new RegExp(`^transaction ${key}$`),
  log_tiles: ({ key }) => new RegExp(`^log tile ${key}$`),
  state_pages: ({ key }) => new RegExp(`^state page ${key}$`),
  state_values: ({ key }) => new RegExp(`^state value ${key}$`),
};

describe('damage to stored data', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-corruption-'));
  const pristine = join(root, 'pristine');
  const damaged = join(root, 'damaged');
  const chainOf = (data: string): string => join(dataPaths(data).chain, 'chain.db');
  const random = SeededRandom.announced('corruption');

  let pool: VerifyPool;
  beforeAll(async () => {
    foundTestChain(pristine);
    pool = new VerifyPool({ chain: testChain(), threads: 1 });
    await fill(pristine, join(root, 'files'));
    cpSync(pristine, damaged, { recursive: true });
  });
  afterAll(async () => {
    await pool.close();
    rmSync(root, { recursive: true, force: true });
  });

  async function blobFindings(): Promise<readonly VerifyFinding[]> {
    const reader = new BlobReader(dataPaths(damaged).blobs);
    try {
      return (await reader.verifyAll()).findings;
    } finally {
      reader.close();
    }
  }

  function restore(...names: readonly string[]): void {
    for (const name of names) {
      for (const suffix of ['-wal', '-shm']) rmSync(join(damaged, name + suffix), { force: true });
      copyFileSync(join(pristine, name), join(damaged, name));
    }
  }

  /** The whole check of a data directory, as the command runs it. */
  async function findings(): Promise<readonly VerifyFinding[]> {
    const report = await verifyNode({ dataDirectory: damaged, verifyThreads: 1, onProgress: () => undefined });
    expect(report.ok).toBe(report.findings.length === 0);
    return report.findings;
  }

  /** The chain alone, with threads that are there already: most of a small check is starting them. */
  async function chainFindings(): Promise<readonly VerifyFinding[]> {
    const report = await verifyChain({
      chainDirectory: dataPaths(damaged).chain,
      pool,
      verifier: loadSignatureVerifier(),
      onProgress: () => undefined,
    });
    return report.findings;
  }

  test('is not found where there is none', async () => {
    expect(await findings()).toEqual([]);
  });

  test(`is found in any byte of any row of the chain, and named (${ROW_FLIPS} flips)`, async () => {
    const tables = Object.keys(PLACES);
    for (let trial = 0; trial < ROW_FLIPS; trial++) {
      // Each table in turn, so that the small ones are hit as often as the large.
      const table = tables[trial % tables.length] ?? '';
      const flip = damageRow(chainOf(damaged), table);
      try {
        const [first] = await (trial % 10 === 0 || table === 'meta' ? findings() : chainFindings());
        expect(first?.place, `${describeFlip(flip)}: ${first?.message ?? 'not found'}`).toMatch(
          PLACES[table]?.(flip) ?? /never/,
        );
      } finally {
        restore('chain/chain.db');
      }
    }
  });

  function damageRow(path: string, table: string): Flip {
    const database = new Database(path);
    try {
      return flipCell(database, randomCell(database, table, random), random);
    } finally {
      database.close();
    }
  }

  test(`is found in any byte of the stored files and their index (${BLOB_FLIPS} flips)`, async () => {
    const tables = ['packs', 'chunks', 'contents', 'manifests'];
    for (let trial = 0; trial < BLOB_FLIPS; trial++) {
      const isPack = trial % 2 === 0;
      const what = isPack
        ? `byte ${flipFileByte(join(damaged, 'blobs/packs/000001.pack'), random)} of the pack`
        : describeFlip(damageRow(join(damaged, 'blobs/index.db'), random.pick(tables)));
      try {
        const found = await (trial % 5 === 0 ? findings() : blobFindings());
        expect(found.map(({ place }) => place).join('\n'), what).toMatch(
          /^(?:blob|content|manifest|pack|blob index)\b/,
        );
      } finally {
        restore('blobs/index.db', 'blobs/packs/000001.pack');
      }
    }
  });

  test(`is found wherever a byte of the database file changes what is in its rows (${FILE_FLIPS} flips)`, async () => {
    const before = logicalContent(chainOf(pristine));
    let changed = 0;
    for (let trial = 0; trial < FILE_FLIPS; trial++) {
      const offset = flipFileByte(chainOf(damaged), random);
      try {
        if (logicalContent(chainOf(damaged)) === before) continue;
        changed++;
        expect(await findOrRefuse(trial % 4 === 0), `byte ${offset} of chain.db`).toMatch(/\S/);
      } finally {
        restore('chain/chain.db');
      }
    }
    process.stderr.write(`corruption: ${changed} of ${FILE_FLIPS} flips of the file changed its content\n`);
  });

  /** A file that cannot even be opened is refused with an error of ours; any other error is a bug. */
  async function findOrRefuse(isWhole: boolean): Promise<string> {
    try {
      return (await (isWhole ? findings() : chainFindings()))
        .map(({ place, message }) => `${place}: ${message}`)
        .join('\n');
    } catch (error) {
      expect(error).toBeInstanceOf(QuantumLockError);
      return String(error);
    }
  }

  test('names block 0 where its row is filed under another height', async () => {
    const database = new Database(chainOf(damaged));
    database.exec('UPDATE blocks SET height = 1000000 WHERE height = 0');
    database.close();
    try {
      expect((await chainFindings())[0]).toMatchObject({ place: 'block 0' });
    } finally {
      restore('chain/chain.db');
    }
  });

  test(`makes dm blockchain verify exit 1 and say where (${COMMAND_FLIPS} flips)`, async () => {
    const tables = ['transactions', 'blocks', 'state_values', 'log_tiles'];
    for (let trial = 0; trial < COMMAND_FLIPS; trial++) {
      const table = tables[trial % tables.length] ?? '';
      const flip = damageRow(chainOf(damaged), table);
      try {
        const { code, stdout, stderr } = await runVerify(damaged);
        expect(code, describeFlip(flip)).toBe(1);
        const report = JSON.parse(stdout) as { ok: boolean; findings: readonly VerifyFinding[] };
        const place = report.findings[0]?.place ?? '';
        expect(report.ok).toBe(false);
        expect(place, describeFlip(flip)).toMatch(PLACES[table]?.(flip) ?? /never/);
        expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'CHAIN_INVALID', context: { place } } });
      } finally {
        restore('chain/chain.db');
      }
    }
    const good = await runVerify(damaged);
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({ ok: true, findings: [] });
  });
});

function describeFlip({ table, column, key, detail }: Flip): string {
  return `${table}.${column} of row ${key}, ${detail}`;
}

/** Some hundred transactions in blocks of many sizes, with three directories among them. */
async function fill(data: string, files: string): Promise<void> {
  const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
  const blobs = new BlobStore({ directory: dataPaths(data).blobs });
  const random = new SeededRandom(7);
  const commit = async (all: readonly Uint8Array[]): Promise<void> => {
    for (const result of await node.submitBatch(all)) expect(result.outcome).toBe('committed');
  };
  try {
    for (let round = 0; round < 30; round++) {
      const names = Array.from({ length: 1 + (round % 7) }, (_, index) => `env-${round}-${index}`);
      await commit(names.map((name) => createBytes(name)));
      await commit(names.map((name) => updateBytes(name, `${name} better`)));
      await commit(names.slice(0, 4).map((name) => promoteBytes(name, `${name} better`, { version: 2 })));
    }
    for (const [name, largestBytes] of [
      ['cartpole', 500],
      ['pendulum', 9_000],
      ['maze', 1_200_000],
    ] as const) {
      const directory = join(files, name);
      mkdirSync(directory, { recursive: true });
      for (let file = 0; file < 8; file++)
        writeFileSync(join(directory, `${file}.bin`), random.bytes(random.between(1, 500)));
      // More than one chunk in the last: a content of its own in the index.
      writeFileSync(join(directory, 'weights.bin'), random.bytes(largestBytes));
      const { state_hash } = await blobs.storeDirectory(directory);
      await commit([createBytes(name, { stateHash: state_hash })]);
    }
  } finally {
    await blobs.close();
    await node.close();
  }
  // Whole in one file each, so that one copy restores it.
  for (const path of [join(dataPaths(data).chain, 'chain.db'), join(dataPaths(data).blobs, 'index.db')]) {
    const database = new Database(path);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
  }
}

function runVerify(data: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      projectNode,
      [join(checkoutRoot, 'build', 'dm.mjs'), 'blockchain', 'verify', '--json', '--data', data],
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
