import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { AuditFilter } from '../../../src/api/chain/audit.ts';
import {
  transactionId,
  type Transaction,
  type UnsignedTransaction,
} from '../../../src/ledger/transactions/transaction.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { environmentsOf, searchText } from '../../../src/node/query/transaction-text.ts';
import { ChainReader } from '../../../src/node/storage/chain-reader.ts';
import { isSoak, SeededRandom } from '../../crash/seeded-random.ts';
import { receiptOf } from '../storage/opened-node.ts';
import {
  administratorKey,
  createBytes,
  engineerKey,
  foundTestChain,
  hashOf,
  promoteBytes,
  sealingKey,
  signedBytes,
  updateBytes,
  testChain,
} from '../../crash/test-chain.ts';

const FILTERS = isSoak ? 5_000 : 300;
const WORDS = ['cart-pole', 'pendulum', 'maze_runner', 'Alpha', 'beta', 'gamma2', '500'];

interface Entry {
  readonly logIndex: number;
  readonly height: number;
  readonly time: number;
  readonly transaction: Transaction;
}

describe('the audit search', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-audit-'));
  const data = join(root, 'data');
  const random = SeededRandom.announced('audit filters');
  const entries: Entry[] = [];
  let node: QuantumNode;

  beforeAll(async () => {
    foundTestChain(data);
    node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
    for (let round = 0; round < 25; round++) {
      const envId = `env-${round % 9}-${round}`;
      const word = random.pick(WORDS);
      const by = random.chance(0.5) ? ('engineer' as const) : ('administrator' as const);
      const operations = ['x', 'y'].map((name) => ({
        action: 'create_environment',
        payload: { env_id: `${envId}-${name}`, state_hash: hashOf(name), metadata: { word: random.pick(WORDS) } },
      }));
      const steps = [
        createBytes(envId, { by, metadata: { word } }),
        updateBytes(envId, `${envId} better`, {
          by,
          metadata: { word: random.pick(WORDS), note: `${random.pick(WORDS)} ${random.pick(WORDS)}` },
        }),
        ...(random.chance(0.5) ? [promoteBytes(envId, `${envId} better`, { version: 2 })] : []),
        ...(random.chance(0.3) ? [signedBytes('batch', { operations }, { by })] : []),
        ...(random.chance(0.2) ? [signedBytes('archive_environment', { env_id: envId, reason: word })] : []),
      ];
      for (const bytes of steps) receiptOf(await node.submit(bytes));
    }
    await node.query.indexedTo(node.height);
    const { reader, database } = ChainReader.open(dataPaths(data).chain);
    for (let logIndex = 0; logIndex < reader.head().header.log_size; logIndex++) {
      const { header } = reader.block(reader.heightOfLogIndex(logIndex));
      entries.push({
        logIndex,
        height: header.index,
        time: header.timestamp,
        transaction: reader.transaction(logIndex),
      });
    }
    database.close();
  });
  afterAll(async () => {
    await node.close();
    rmSync(root, { recursive: true, force: true });
  });

  const unsignedOf = ({ signature: _, ...unsigned }: Transaction): UnsignedTransaction => unsigned;

  /** What the filter means, said without an index. */
  function matches(filter: AuditFilter, { height, time, transaction }: Entry): boolean {
    const signers: Readonly<Record<string, string>> = { administrator: administratorKey, engineer: engineerKey };
    const words = searchText(transaction, {
      id: transactionId(unsignedOf(transaction), testChain()),
      proposal: null,
      by: transaction.signer === administratorKey ? 'administrator Administrator' : 'engineer Engineer',
    })
      .toLowerCase()
      .split(/[^a-z0-9_-]+/);
    const wanted = (filter.text ?? '').toLowerCase().match(/[a-z0-9_-]+/g) ?? [];
    return (
      (filter.actions === undefined || filter.actions.length === 0 || filter.actions.includes(transaction.action)) &&
      (filter.signer === undefined || transaction.signer === (signers[filter.signer] ?? filter.signer)) &&
      (filter.env_id === undefined || environmentsOf(transaction).includes(filter.env_id)) &&
      (filter.from_time === undefined || time >= filter.from_time) &&
      (filter.to_time === undefined || time <= filter.to_time) &&
      (filter.from_block === undefined || height >= filter.from_block) &&
      (filter.to_block === undefined || height <= filter.to_block) &&
      wanted.every((word) => words.some((one) => one.startsWith(word)))
    );
  }

  function randomFilter(): AuditFilter {
    const entry = random.pick(entries);
    const filter: { -readonly [Name in keyof AuditFilter]: AuditFilter[Name] } = {};
    if (random.chance(0.3))
      filter.actions = Array.from({ length: random.below(3) }, () =>
        random.pick([
          'create_environment',
          'update_environment',
          'promote_environment',
          'batch',
          'archive_environment',
          'genesis',
          'no_such_action',
        ]),
      );
    if (random.chance(0.3))
      filter.signer = random.pick(['administrator', 'engineer', administratorKey, engineerKey, 'nobody']);
    if (random.chance(0.3)) filter.env_id = environmentsOf(entry.transaction)[0] ?? 'no-environment';
    if (random.chance(0.2)) filter.from_time = entry.time + random.between(-1, 1);
    if (random.chance(0.2)) filter.to_time = random.pick(entries).time + random.between(-1, 1);
    if (random.chance(0.2)) filter.from_block = random.below(80);
    if (random.chance(0.2)) filter.to_block = random.below(80);
    if (random.chance(0.4)) filter.text = randomText();
    return filter;
  }

  /** Words, their beginnings, several at once, and what would be an operator elsewhere. */
  function randomText(): string {
    const word = (): string => {
      const whole = random.pick([...WORDS, 'env', 'env-3', 'create_environment', 'nothing', '0x']);
      return whole.slice(0, random.between(1, whole.length));
    };
    return random.pick([
      word(),
      `${word()} ${word()}`,
      `"${word()}"`,
      `${word()} OR ${word()}`,
      `${word()}*`,
      `(${word()})`,
      ' ',
      '***',
      `text:${word()}`,
    ]);
  }

  test(`gives what a plain look at every transaction gives, page by page (${FILTERS} filters)`, async () => {
    let found = 0;
    for (let trial = 0; trial < FILTERS; trial++) {
      const filter = randomFilter();
      const expected = entries
        .filter((entry) => matches(filter, entry))
        .map(({ logIndex }) => logIndex)
        .reverse();
      const limit = random.between(1, 40);
      const pages: number[] = [];
      let before: number | null | undefined;
      do {
        const page = await node.query.audit({
          filter,
          limit,
          ...(typeof before === 'number' ? { before_log_index: before } : {}),
        });
        pages.push(...page.rows.map(({ log_index }) => log_index));
        before = page.next_before;
      } while (before !== null);
      expect(pages, JSON.stringify(filter)).toEqual(expected);
      expect(await node.query.auditCount({ filter }), JSON.stringify(filter)).toEqual({
        count: expected.length,
        exact: true,
      });
      found += expected.length;
    }
    // A search that never finds anything would agree with itself as well.
    expect(found).toBeGreaterThan(FILTERS);
  });

  test('finds every row by any word that it shows', async () => {
    const { rows } = await node.query.audit({ filter: {}, limit: 60 });
    for (const row of rows) {
      for (const shown of [row.summary, row.action.replaceAll('_', ' '), row.member_name ?? '']) {
        const filter = { text: shown, from_block: row.block_index, to_block: row.block_index };
        const found = await node.query.audit({ filter, limit: 200 });
        expect(
          found.rows.map(({ id }) => id),
          shown,
        ).toContain(row.id);
      }
    }
    for (const text of ['Registered', 'promoted', 'BLUE environment'])
      expect((await node.query.auditCount({ filter: { text } })).count, text).toBeGreaterThan(0);
  });
});
