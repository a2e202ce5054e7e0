import { cpSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import type { QuantumNode } from '../../../src/node/quantum-node.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { isSoak, SeededRandom } from '../../crash/seeded-random.ts';
import { createBytes, hashOf, signedBytes, updateBytes } from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { foundedDirectory, openedNode, receiptOf, untilIndexed } from '../storage/opened-node.ts';
import { RecoveryHistory, recallBytes, rollbackBytes, type ModelStep } from './recovery-history.ts';

const NAMES = ['alpha', 'beta', 'gamma', 'ALE/Pong-v5', 'maze', 'pole'];

async function historyOf(node: QuantumNode, random: SeededRandom, blocks: number): Promise<RecoveryHistory> {
  const history = new RecoveryHistory(node, random, NAMES);
  for (let block = 0; block < blocks; block++) await history.block(random.between(1, 6));
  await node.query.indexedTo(node.height);
  return history;
}

function stepsOf(history: RecoveryHistory, name: string): ModelStep[] {
  return history.steps.filter(({ touched }) => touched.has(name));
}

/** Each environment's history as the node tells it. */
async function told(node: QuantumNode): Promise<unknown> {
  return Promise.all(
    NAMES.map(async (name) => ({
      rows: (await node.query.audit({ filter: { env_id: name }, limit: 500 })).rows.map(({ log_index }) => log_index),
      lineage: await node.query.lineage({ env_id: name }),
    })),
  );
}

async function expectTold(node: QuantumNode, history: RecoveryHistory): Promise<void> {
  for (const name of NAMES) {
    const steps = stepsOf(history, name);
    const { rows } = await node.query.audit({ filter: { env_id: name }, limit: 500 });
    expect(
      rows.map(({ log_index }) => log_index),
      name,
    ).toEqual(steps.map(({ logIndex }) => logIndex).reverse());
    const { nodes } = await node.query.lineage({ env_id: name });
    expect(
      nodes.map(({ kind, log_index, version }) => [kind, log_index, version]),
      name,
    ).toEqual(
      steps.map(({ kind, logIndex, after }, index) => {
        const now = after.get(name);
        const green = kind === 'recall' ? steps[index - 1]?.after.get(name)?.green : now?.green;
        const isOfGreen = kind === 'recall' || kind === 'promote' || kind === 'checkpoint';
        return [kind, logIndex, isOfGreen ? green?.version : (now?.version ?? null)];
      }),
    );
  }
}

describe('the index of a chain with recalls and rollbacks', () => {
  test('has exactly the steps that changed each environment, and versions as the records have them', async () => {
    const random = SeededRandom.announced('recovery index');
    const data = foundedDirectory();
    const node = await openedNode(data);
    const history = await historyOf(node, random, isSoak ? 250 : 60);
    expect(history.steps.filter(({ kind }) => kind === 'rollback').length).toBeGreaterThan(3);
    await expectTold(node, history);
    await node.query.scrubbed();
    expect((await node.status()).alerts).toEqual([]);

    const { environments } = await node.query.environments({ zone: 'blue', archived: true, limit: 100 });
    expect(environments.map(({ env_id }) => env_id)).toEqual([...history.world.keys()].sort());
    for (const [height, world] of history.worlds) {
      if (!random.chance(0.2)) continue;
      for (const name of NAMES) {
        const one = world.get(name);
        const reading = node.query.environment({ env_id: name, at: { height } });
        if (one === undefined) {
          await expect(reading, `${name} at ${height}`).rejects.toMatchObject({ code: 'NOT_FOUND' });
          continue;
        }
        const view = await reading;
        expect(view.blue).toMatchObject({ version: one.version, state_hash: hashOf(one.content) });
        expect(view.green?.version ?? null).toBe(one.green?.version ?? null);
        expect(view.green_status === 'green').toBe(one.green !== null);
        // Whoever asks what was Green then learns whether it was taken back since.
        expect(view.green_recalled_since !== null).toBe(
          one.green !== null && history.recalled.has(one.green.promotion),
        );
      }
    }
    for (const [name, one] of history.world) {
      expect(await node.query.environment({ env_id: name })).toMatchObject({
        latest_version: history.latest.get(name),
        blue: { version: one.version },
      });
    }
    await node.close();
    const report = await verifyNode({ dataDirectory: data, verifyThreads: 1, onProgress: () => undefined });
    expect(report.findings).toEqual([]);
  });

  test('is not believed where it leaves out steps, even those that end where they began', async () => {
    const random = SeededRandom.announced('recovery index that lies');
    const data = foundedDirectory();
    const node = await openedNode(data);
    // Made, taken away, made again, taken away again: before and after there is nothing.
    const empty = (await node.query.rollbackPreview({ target: { height: 0 } })).payload;
    for (let round = 0; round < 2; round++) {
      receiptOf(await node.submit(createBytes('ghost')));
      receiptOf(await node.submit(rollbackBytes(empty, `round ${round}`)));
    }
    await historyOf(node, random, 25);
    const ghost = await node.query.lineage({ env_id: 'ghost' });
    const truth = [await told(node), ghost];
    expect(ghost.nodes.map(({ kind, version }) => [kind, version])).toEqual([
      ['create', 1],
      ['rollback', null],
      ['create', 2],
      ['rollback', null],
    ]);
    await node.close();
    const steps = [...NAMES, 'ghost'];
    for (let lie = 0; lie < (isSoak ? 60 : 5); lie++) {
      const copy = join(temporaryDirectory(), 'data');
      cpSync(data, copy, { recursive: true });
      const name = lie === 0 ? 'ghost' : random.pick(steps);
      const database = new Database(join(copy, 'index.db'));
      const indexes = database
        .prepare<[string], number>('SELECT log_index FROM touches WHERE env_id = ? ORDER BY log_index')
        .pluck()
        .all(name);
      const from = random.below(indexes.length);
      const left = lie === 0 ? indexes : indexes.slice(from, from + random.between(1, 3));
      for (const logIndex of left)
        database.prepare('DELETE FROM touches WHERE env_id = ? AND log_index = ?').run(name, logIndex);
      database.close();
      const lied = await openedNode(copy, 'read');
      expect(
        [await told(lied), await lied.query.lineage({ env_id: 'ghost' })],
        `${name} without ${left.join()}`,
      ).toEqual(truth);
      await lied.close();
    }
  });

  test('that was made by an earlier version is made again', async () => {
    const random = SeededRandom.announced('recovery index of an earlier version');
    const data = foundedDirectory();
    const node = await openedNode(data);
    const history = await historyOf(node, random, 15);
    await node.close();
    const database = new Database(join(data, 'index.db'));
    database.exec(
      "ALTER TABLE touches ADD COLUMN version INTEGER NOT NULL DEFAULT 1; DELETE FROM touches WHERE env_id = 'alpha'; PRAGMA user_version = 4",
    );
    database.close();
    const again = await openedNode(data);
    await again.query.indexedTo(again.height);
    await expectTold(again, history);
    await again.query.scrubbed();
  });
});

describe('what is found of recalls and rollbacks', () => {
  test('by words, in the audit log', async () => {
    const node = await openedNode(foundedDirectory());
    receiptOf(await node.submit(createBytes('alpha')));
    const promoted = {
      env_id: 'alpha',
      state_hash: hashOf('alpha'),
      metadata: {},
      blue_version: 1,
      green_version: null,
    };
    receiptOf(await node.submit(signedBytes('promote_environment', promoted)));
    receiptOf(
      await node.submit(recallBytes('alpha', { version: 1, content: 'alpha' }, { reason: 'mislabelled frames' })),
    );
    const { payload } = await node.query.rollbackPreview({ target: { height: 1 } });
    receiptOf(await node.submit(updateBytes('alpha', 'worse')));
    receiptOf(await node.submit(rollbackBytes(payload, 'poisoned by the vendor')));
    const summaries = async (text: string): Promise<readonly string[]> =>
      (await node.query.audit({ filter: { text }, limit: 10 })).rows.map(({ summary }) => summary);
    expect(await summaries('mislabelled')).toEqual(['Recalled version 1 of alpha from Green: mislabelled frames']);
    expect(await summaries('poisoned vendor')).toEqual([
      'Proposed: Roll all environments back to block 1. It was executed.',
    ]);
    expect(await summaries('recall')).toHaveLength(1);
    expect(await summaries('rollback')).toHaveLength(1);
  });

  test('in the timeline, page by page, each once', async () => {
    const random = SeededRandom.announced('recovery timeline');
    const node = await openedNode(foundedDirectory());
    const history = await historyOf(node, random, 30);
    const kinds = { promote: 'promotion', checkpoint: 'checkpoint', recall: 'recall', rollback: 'rollback' } as const;
    const expected = history.steps
      .filter(({ kind }) => kind in kinds)
      .map(({ kind, logIndex, label, touched }) => [
        kinds[kind as keyof typeof kinds],
        logIndex,
        label,
        kind === 'rollback' ? null : [...touched][0],
      ])
      .reverse();
    const found: unknown[] = [];
    for (let before: number | undefined; ;) {
      const { points, next_before } = await node.query.recoveryTimeline({
        limit: 3,
        ...(before === undefined ? {} : { before_log_index: before }),
      });
      expect(points.length).toBeLessThanOrEqual(3);
      found.push(
        ...points.map(({ kind, log_index, label, env_id }) => [
          kind,
          log_index,
          label,
          kind === 'rollback' ? null : env_id,
        ]),
      );
      if (next_before === null) break;
      before = next_before;
    }
    expect(found).toEqual(expected);
  });
});

test('a preview finds its block by height, time and checkpoint, and says why there is nothing to propose', async () => {
  const node = await openedNode(foundedDirectory());
  const { query } = node;
  receiptOf(await node.submit(createBytes('alpha')));
  const promoted = { env_id: 'alpha', state_hash: hashOf('alpha'), metadata: {}, blue_version: 1, green_version: null };
  receiptOf(await node.submit(signedBytes('promote_environment', promoted)));
  const label = { env_id: 'alpha', checkpoint_hash: hashOf('alpha'), green_version: 1, version: '1.0 of spring' };
  const checkpointed = receiptOf(await node.submit(signedBytes('checkpoint_state', label)));
  receiptOf(await node.submit(updateBytes('alpha', 'bad')));
  receiptOf(
    await node.submit(
      signedBytes('promote_environment', { ...promoted, state_hash: hashOf('bad'), blue_version: 2, green_version: 1 }),
    ),
  );
  receiptOf(await node.submit(createBytes('beta')));
  await untilIndexed(node);

  const preview = await query.rollbackPreview({ target: { env_id: 'alpha', checkpoint: '1.0 of spring' } });
  expect(preview).toMatchObject({
    target: { height: checkpointed.block_index, hash: checkpointed.block_hash },
    counts: { changing: 2, exchanged: 1, vanishing: 1, leaving: 0, returning: 0, reappearing: 0, recalled: 0 },
    obstacle: null,
    frozen: null,
    requirements: [{ role: 'administrator', needed: 1, approvers: [{ member_id: 'administrator' }] }],
  });
  expect(
    preview.shown.map(({ env_id, kind, green, before, after, undone }) => [
      env_id,
      kind,
      green,
      before?.blue.version,
      after?.blue.version,
      undone?.version,
    ]),
  ).toEqual([
    ['alpha', 'changes', 'changes', 2, 1, 2],
    ['beta', 'vanishes', 'stays', 1, undefined, undefined],
  ]);
  expect(preview.warnings[0]).toContain('The chain is not frozen');
  const byHeight = await query.rollbackPreview({ target: { height: checkpointed.block_index } });
  expect(byHeight).toEqual(preview);
  const byTime = await query.rollbackPreview({ target: { time: preview.target.time } });
  expect(byTime.target.height).toBeGreaterThanOrEqual(checkpointed.block_index);
  expect(byTime.target.time).toBe(preview.target.time);

  const scoped = await query.rollbackPreview({ target: { height: 1 }, scope: ['beta', 'alpha', 'alpha'] });
  expect(scoped.scope).toEqual(['alpha', 'beta']);
  expect(await query.rollbackPreview({ target: { height: node.height } })).toMatchObject({
    counts: { changing: 0 },
    shown: [],
    obstacle: { name: 'STATE_UNCHANGED' },
  });
  expect(await query.rollbackPreview({ target: { height: 1 }, scope: ['nowhere'] })).toMatchObject({
    obstacle: { name: 'ENVIRONMENT_NOT_FOUND' },
  });
  await expect(query.rollbackPreview({ target: { height: 99 } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(query.rollbackPreview({ target: { time: 5 } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(query.rollbackPreview({ target: { env_id: 'alpha', checkpoint: '2.0' } })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: 'alpha has no checkpoint 2.0',
  });
});
