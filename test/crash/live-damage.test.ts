import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { QuantumLockError } from '../../src/base/errors.ts';
import { BlobStore } from '../../src/node/blobs/blob-store.ts';
import { StoredContent } from '../../src/node/blobs/stored-content.ts';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import { openCopies } from '../../src/node/integrity/open-copy.ts';
import { IntegrityReports } from '../../src/node/integrity/reports.ts';
import { takeSnapshot } from '../../src/node/integrity/snapshots.ts';
import { QuantumNode } from '../../src/node/quantum-node.ts';
import { flipCell, flipFileByte, logicalContent, randomCell } from './flips.ts';
import { isSoak, SeededRandom } from './seeded-random.ts';
import { createBytes, foundTestChain, promoteBytes, sealingKey, signForChainIn, updateBytes } from './test-chain.ts';

const TRIALS = isSoak ? 200 : 7;
const CHAIN = join('chain', 'chain.db');
const PACK = join('blobs', 'packs', '000001.pack');

/** Tables of chain.db; from which the first ones follow from the others. */
const DERIVED = ['meta', 'block_ids', 'log_tiles', 'state_pages', 'state_values'] as const;
/** Columns that follow from no others. */
const UNDERIVED: ReadonlySet<string> = new Set(['blocks.header', 'blocks.proof', 'transactions.bytes']);
/** Of the machine, and of no damage. */
const OF_THE_MACHINE = new Set(['LOW_DISK', 'SLOW_SIGNATURES']);

type Where = 'a row' | 'the file' | 'the index' | 'a pack';
const PLACES: readonly Where[] = ['a row', 'a row', 'a row', 'the file', 'a row', 'the index', 'a pack'];

describe('damage to the live store', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-live-'));
  const pristine = join(root, 'pristine');
  const data = join(root, 'data');
  const files = join(root, 'files');
  const random = SeededRandom.announced('live damage');
  let truth = '';
  let shown: ReadonlyMap<string, unknown> = new Map();
  let stateHash = '';
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  beforeAll(async () => {
    foundTestChain(pristine);
    const node = await open(pristine);
    const blobs = new BlobStore({ directory: dataPaths(pristine).blobs, stored: new StoredContent(pristine) });
    mkdirSync(files);
    writeFileSync(join(files, 'weights.bin'), random.bytes(200_000));
    const commit = async (all: readonly Uint8Array[]): Promise<void> => {
      for (const result of await node.submitBatch(all)) expect(result.outcome).toBe('committed');
    };
    stateHash = (await blobs.storeDirectory(files)).state_hash;
    await commit([createBytes('stored', { stateHash: stateHash as never })]);
    for (let round = 0; round < 6; round++) {
      await commit(Array.from({ length: 55 }, (_, index) => createBytes(`env-${round}-${index}`)));
      await commit([updateBytes(`env-${round}-1`, 'better'), promoteBytes(`env-${round}-2`, `env-${round}-2`)]);
    }
    await node.query.indexedTo(node.height);
    shown = await show(node);
    await blobs.close();
    await node.close();
    const database = new Database(join(pristine, CHAIN));
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    truth = logicalContent(join(pristine, CHAIN));
    await takeSnapshot({ dataDirectory: pristine, height: 8, output: null, now: Date.now });
    signForChainIn(pristine);
  }, 120_000);

  function open(directory: string, more: Partial<Parameters<typeof QuantumNode.open>[0]> = {}): Promise<QuantumNode> {
    return QuantumNode.open({ dataDirectory: directory, key: sealingKey(), now: Date.now, ...more });
  }

  async function show({ query }: QuantumNode): Promise<ReadonlyMap<string, unknown>> {
    const asked: [string, Promise<unknown>][] = [
      ['environment', query.environment({ env_id: 'env-3-1' })],
      ['proof', query.stateProof({ namespace: 'environments', key: 'env-2-7', at: { height: 9 } })],
      ['audit', query.audit({ filter: { env_id: 'env-1-1' }, limit: 10 })],
      ['keys', query.stateKeys({ namespace: 'environments', at: { height: 5 }, limit: 500 })],
      ['file', query.file({ state_hash: stateHash as never, path: 'weights.bin' })],
    ];
    for (let index = 0; index <= 13; index++)
      asked.push([`block ${index}`, query.block({ at: { index }, offset: 0, limit: 60 })]);
    return new Map(
      await Promise.all(
        asked.map(async ([name, answer]): Promise<[string, unknown]> => [
          name,
          await answer.catch((error: unknown) => error),
        ]),
      ),
    );
  }

  /** What is shown and is neither true nor a refusal with a code that says why. */
  async function untruths(node: QuantumNode): Promise<readonly string[]> {
    return [...(await show(node))]
      .filter(([name, value]) =>
        value instanceof Error
          ? !(value instanceof QuantumLockError && /^(?:STORAGE_CORRUPT|BLOB_CORRUPT|BLOB_MISSING)$/.test(value.code))
          : !isDeepStrictEqual(value, shown.get(name)) && !isUnknownFile(value),
      )
      .map(
        ([name, value]) => `${name}: ${value instanceof Error ? value.message : JSON.stringify(value).slice(0, 200)}`,
      );
  }

  /** Content that cannot be read is said not to be here. */
  function isUnknownFile(value: unknown): boolean {
    return typeof value === 'object' && value !== null && 'known' in value && value.known === false;
  }

  async function codesOf(node: QuantumNode): Promise<readonly string[]> {
    const { alerts } = await node
      .status()
      .catch((error: unknown) => ({ alerts: [error as { readonly code: string }] }));
    return alerts.map(({ code }) => code).filter((code) => !OF_THE_MACHINE.has(code));
  }

  interface Done {
    readonly what: string;
    /** Which row follows from no others, as a report has to name it; null where the rows can be made again. */
    readonly needs: string | null;
    readonly isOfChain: boolean;
  }

  function damage(where: Where): Done {
    switch (where) {
      case 'a row':
        return damageRow();
      case 'the file':
        return { what: `byte ${flipFileByte(join(data, CHAIN), random)} of chain.db`, needs: null, isOfChain: true };
      case 'the index': {
        const database = new Database(join(data, 'index.db'));
        try {
          const { table, column, key } = flipCell(
            database,
            randomCell(database, random.pick(['entries', 'ids']), random),
            random,
          );
          return { what: `index.db: ${table}.${column} of ${key}`, needs: null, isOfChain: false };
        } finally {
          database.close();
        }
      }
      case 'a pack':
        return { what: `byte ${flipFileByte(join(data, PACK), random)} of the pack`, needs: null, isOfChain: false };
    }
  }

  function damageRow(): Done {
    const database = new Database(join(data, CHAIN));
    try {
      const table = random.pick([...DERIVED, 'blocks', 'blocks', 'transactions']);
      const { column, key, detail } = flipCell(database, randomCell(database, table, random), random);
      const isUnderived = UNDERIVED.has(`${table}.${column}`);
      const isInRecord = table === 'blocks' && Number(key) === 13;
      const kind = table === 'transactions' ? 'transaction' : column === 'proof' ? 'proof' : 'header';
      return {
        what: `${table}.${column} of ${key}, ${detail}`,
        needs: isUnderived && !isInRecord ? `${kind} ${key}` : null,
        isOfChain: true,
      };
    } finally {
      database.close();
    }
  }

  /** Looks until it is found, or was looked at whole. */
  async function found(node: QuantumNode): Promise<readonly string[]> {
    await node.query.scrubbed().catch(() => undefined);
    return codesOf(node);
  }

  test(`is found, and repaired without loss or named; nothing untrue is shown or built on (${TRIALS} times)`, async () => {
    const counts = { repaired: 0, needed: 0, index: 0, content: 0, unchanged: 0 };
    for (let trial = 0; trial < TRIALS; trial++) {
      rmSync(data, { recursive: true, force: true });
      cpSync(pristine, data, { recursive: true });
      const where = PLACES[trial % PLACES.length] ?? 'a row';
      const isLive = random.chance(0.5) && where !== 'the file';
      let node: QuantumNode | null = isLive ? await open(data) : null;
      const done = damage(where);
      const what = `${done.what}, ${isLive ? 'under a node' : 'before a start'}`;
      const isChanged = !done.isOfChain || logicalContent(join(data, CHAIN)) !== truth;
      node ??= await open(data).catch((error: unknown) => {
        expect(error, what).toBeInstanceOf(QuantumLockError);
        return null;
      });
      const before = node === null ? ['refused'] : await found(node);
      const lies = node === null ? [] : await untruths(node);
      await node?.close();
      expect(lies, what).toEqual([]);
      if (!isChanged) {
        counts.unchanged += 1;
        continue;
      }
      expect(before, what).not.toEqual([]);
      if (where === 'the index') {
        expect(before, what).toContain('INDEX_DIFFERED');
        counts.index += 1;
      } else if (where === 'a pack') {
        expect(before.join(), what).toMatch(/CONTENT_(?:DAMAGED|LOST)/);
        counts.content += 1;
      } else counts[await repairRows(done, what)] += 1;
    }
    process.stderr.write(`live damage: ${JSON.stringify(counts)}\n`);
  }, 3_600_000);

  /** Opens again: then it is repaired, or what it needs is named and comes from a copy. */
  async function repairRows({ needs }: Done, what: string): Promise<'repaired' | 'needed'> {
    const again = await open(data).catch((error: unknown) => error);
    const [report] = new IntegrityReports(data).list();
    expect(report, `${what}: ${String(again)}`).toBeDefined();
    if (report?.outcome === 'needs_copy') {
      const named = report.needs.flatMap(({ kind, first, last }) =>
        Array.from({ length: last - first + 1 }, (_, offset) => `${kind} ${first + offset}`),
      );
      if (needs !== null) expect(named, what).toEqual([needs]);
      if (again instanceof QuantumNode) {
        await expect(again.submit(createBytes('on-damage')), what).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
        await again.close();
      } else expect(again, what).toMatchObject({ code: 'STORAGE_CORRUPT' });
      const copies = await openCopies([pristine]);
      const filled = await open(data, { copies });
      for (const copy of copies) copy.close();
      await assertWhole(filled, what);
      return 'needed';
    }
    if (!(again instanceof QuantumNode)) throw new Error(`${what}: ${String(again)}`);
    expect(needs, what).toBeNull();
    await assertWhole(again, what);
    return 'repaired';
  }

  async function assertWhole(node: QuantumNode, what: string): Promise<void> {
    expect(await codesOf(node), what).toEqual(['CHAIN_REPAIRED']);
    expect(await untruths(node), what).toEqual([]);
    expect(logicalContent(join(data, CHAIN)) === truth, what).toBe(true);
    expect((await node.submit(createBytes('after'))).outcome, what).toBe('committed');
    await node.close();
  }
});
