import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { EnvironmentSummary } from '../../../src/api/chain/environments.ts';
import { OrderedPage } from '../../../src/node/query/environment-order.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { createBytes, foundTestChain, promoteBytes, sealingKey, updateBytes } from '../../crash/test-chain.ts';
import { SeededRandom } from '../../crash/seeded-random.ts';
import { receiptOf } from '../storage/opened-node.ts';

const ORDERS = ['id', 'updated', 'promoted'] as const;

function summaryOf(envId: string, updatedAt: number, promotedAt: number | null): EnvironmentSummary {
  return { env_id: envId, updated_at: updatedAt, promoted_at: promotedAt } as EnvironmentSummary;
}

/** All pages, each begun where the one before ended. */
function pagesOf(all: readonly EnvironmentSummary[], order: (typeof ORDERS)[number], limit: number): string[][] {
  const pages: string[][] = [];
  for (let after: string | undefined | null; after !== null;) {
    const page = new OrderedPage(order, after, limit);
    for (const one of all) page.offer(one);
    pages.push(page.environments.map(({ env_id }) => env_id));
    after = page.nextAfter;
  }
  return pages;
}

describe('pages of environments', () => {
  const random = SeededRandom.announced('pages of environments');
  const anyOf = (count: number): number => random.below(count);

  test.each(ORDERS)('by %s are all of them, once, as one sort has them', (order) => {
    for (let round = 0; round < 200; round++) {
      const all = Array.from({ length: anyOf(40) }, (_, index) =>
        // Times that are equal, far apart and before 1970; ids with what the place is written with.
        summaryOf(`team:${anyOf(9)}/${index}`, anyOf(5) * 1_000 - 2_000, anyOf(3) === 0 ? null : anyOf(4)),
      );
      const timeOf = (one: EnvironmentSummary): number =>
        order === 'id' ? 0 : order === 'updated' ? one.updated_at : (one.promoted_at ?? Number.NEGATIVE_INFINITY);
      const sorted = all.toSorted((a, b) =>
        timeOf(a) === timeOf(b) ? (a.env_id < b.env_id ? -1 : 1) : timeOf(a) > timeOf(b) ? -1 : 1,
      );
      const limit = 1 + anyOf(8);
      const pages = pagesOf(all, order, limit);
      expect(pages.flat()).toEqual(sorted.map(({ env_id }) => env_id));
      for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit);
    }
  });

  test('go on behind one that went away, or moved to the front, meanwhile', () => {
    const all = ['a', 'b', 'c', 'd'].map((envId, index) => summaryOf(envId, 100 - index, null));
    const first = new OrderedPage('updated', undefined, 2);
    for (const one of all) first.offer(one);
    const after = first.nextAfter ?? '';
    for (const others of [all.filter(({ env_id }) => env_id !== 'b'), [summaryOf('b', 500, null), ...all.slice(2)]]) {
      const second = new OrderedPage('updated', after, 2);
      for (const one of others) second.offer(one);
      expect(second.environments.map(({ env_id }) => env_id)).toEqual(['c', 'd']);
    }
  });

  test.each(['maze', '12', ':maze', '1.5:maze', 'soon:maze'])(
    'that begin at %j, which no page ends with, are refused',
    (after) => {
      expect(() => new OrderedPage('updated', after, 1)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    },
  );
});

describe('the list of a chain', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-list-'));
  let node: QuantumNode;

  beforeAll(async () => {
    const dataDirectory = join(root, 'data');
    foundTestChain(dataDirectory);
    node = await QuantumNode.open({ dataDirectory, key: sealingKey(), now: Date.now });
    const submit = async (bytes: Uint8Array): Promise<void> => void receiptOf(await node.submit(bytes));
    await submit(createBytes('ant', { metadata: { tags: ['mujoco', 'walk'], description: 'Four legs' } }));
    await submit(
      createBytes('maze', { by: 'engineer', metadata: { name: 'Grid maze', tags: ['grid', 7, '', 'grid'] } }),
    );
    await submit(createBytes('pong', { by: 'engineer', metadata: { description: 'x'.repeat(500), tags: 'atari' } }));
    await submit(promoteBytes('maze', 'maze'));
    await submit(promoteBytes('ant', 'ant'));
    // Another version of the same files: what is shown of them is another.
    await submit(updateBytes('maze', 'maze', { metadata: { tags: ['grid', 'walk'] } }));
  });

  afterAll(async () => {
    await node.close();
    rmSync(root, { recursive: true });
  });

  type Filter = Partial<Parameters<QuantumNode['query']['environments']>[0]>;

  const ids = async (filter: Filter): Promise<string[]> => {
    const { environments } = await node.query.environments({ zone: 'blue', limit: 10, ...filter });
    return environments.map(({ env_id }) => env_id);
  };

  test.each([
    [{}, ['ant', 'maze', 'pong']],
    [{ owner: 'engineer' }, ['maze', 'pong']],
    [{ owner: 'nobody' }, []],
    [{ tag: 'walk' }, ['ant', 'maze']],
    [{ tag: 'mujoco', owner: 'engineer' }, []],
    [{ tag: 'atari' }, []],
    [{ stage: 'not_green' }, ['pong']],
    [{ stage: 'ahead' }, ['maze']],
    [{ stage: 'same' }, ['ant']],
    [{ stage: 'recalled' }, []],
    [{ text: 'FOUR legs' }, ['ant']],
    [{ order: 'updated' }, ['maze', 'pong', 'ant']],
    [{ order: 'promoted' }, ['ant', 'maze', 'pong']],
    [{ order: 'updated', zone: 'green' }, ['maze', 'ant']],
  ] as const)('with %j has %j', async (filter, expected) => {
    expect(await ids(filter)).toEqual(expected);
  });

  test('goes on where a page ended, in each order', async () => {
    for (const order of ORDERS) {
      const all = await ids({ order });
      const paged: string[] = [];
      for (let after: string | null | undefined; after !== null;) {
        const page = await node.query.environments({
          zone: 'blue',
          limit: 1,
          order,
          ...(after === undefined ? {} : { after }),
        });
        paged.push(...page.environments.map(({ env_id }) => env_id));
        after = page.next_after;
      }
      expect(paged).toEqual(all);
    }
  });

  test('tells who answers for it, what it is for and its tags, no longer than a line', async () => {
    const { environments } = await node.query.environments({ zone: 'blue', limit: 10 });
    expect(environments.map(({ owner }) => owner)).toEqual(['administrator', 'engineer', 'engineer']);
    expect(environments.map(({ tags }) => tags)).toEqual([['mujoco', 'walk'], ['grid', 'walk'], []]);
    expect(environments[2]?.description).toBe(`${'x'.repeat(199)}…`);
  });

  test('counts its owners and tags, the most frequent first', async () => {
    expect(await node.query.environmentFacets()).toEqual({
      owners: [
        { member_id: 'engineer', member_name: expect.any(String), count: 2 },
        { member_id: 'administrator', member_name: expect.any(String), count: 1 },
      ],
      tags: [
        { tag: 'walk', count: 2 },
        { tag: 'grid', count: 1 },
        { tag: 'mujoco', count: 1 },
      ],
      more: false,
    });
  });

  test.each([
    ['m', ['maze']],
    ['aze', ['maze']],
    ['AZ', ['maze']],
    ['nowhere', []],
  ])('is found by the beginning of an id before what holds the words in its id or name: %j', async (text, expected) => {
    const { results } = await node.query.search({ text });
    expect(results.filter(({ kind }) => kind === 'environment').map(({ id }) => id)).toEqual(expected);
  });

  test('has any of its rows at their places, and tells where one is', async () => {
    const rows = async (input: Readonly<Record<string, unknown>>): Promise<unknown> => {
      const { environments, ...rest } = await node.query.environmentRows({
        zone: 'blue',
        offset: 0,
        limit: 10,
        ...input,
      });
      const { total, placed, offset } = rest;
      return [environments.map(({ env_id }) => env_id), total, offset, placed?.place ?? null];
    };
    expect(await rows({ place_of: 'pong' })).toEqual([['ant', 'maze', 'pong'], 3, 0, 2]);
    expect(await rows({ offset: 1, limit: 1 })).toEqual([['maze'], 3, 1, null]);
    expect(await rows({ offset: 9 })).toEqual([[], 3, 9, null]);
    expect(await rows({ order: 'updated', place_of: 'ant' })).toEqual([['maze', 'pong', 'ant'], 3, 0, 2]);
    expect(await rows({ zone: 'green', place_of: 'pong' })).toEqual([['ant', 'maze'], 2, 0, null]);
    // What was listed before a block is not what is listed after it.
    receiptOf(await node.submit(createBytes('bee')));
    expect(await rows({ offset: 1, limit: 1, place_of: 'maze' })).toEqual([['bee'], 4, 1, 2]);
  });
});
