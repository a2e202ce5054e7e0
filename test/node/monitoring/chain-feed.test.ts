import { describe, expect, test } from 'vitest';

import { EVENT_TYPES, type FollowedEvent, type FollowInput } from '../../../src/api/chain/events.ts';
import { EVENT_PAGE_TRANSACTIONS } from '../../../src/base/limits.ts';
import type { ChainFeed } from '../../../src/node/monitoring/chain-feed.ts';
import type { QuantumNode } from '../../../src/node/quantum-node.ts';
import { createBytes, promoteBytes } from '../../crash/test-chain.ts';
import { SeededRandom } from '../../crash/seeded-random.ts';
import { hashOf } from '../../vectors/chain-builder.ts';
import { newKey, sandboxHost } from '../governance/sandbox-host.ts';
import { foundedDirectory, openedNode, receiptOf } from '../storage/opened-node.ts';
import { take } from './take.ts';

const PLACED: FollowInput['types'] = EVENT_TYPES.filter((type) => type !== 'health');

/** Everything up to the last event of the newest block, which `last` names. */
async function upTo(feed: ChainFeed, input: FollowInput, last: string): Promise<FollowedEvent[]> {
  const taken: FollowedEvent[] = [];
  for await (const event of feed.follow({ types: PLACED, ...input }, undefined)) {
    taken.push(event);
    if (event.cursor === last) return taken;
  }
  return taken;
}

async function fill(node: QuantumNode, blocks: number, perBlock: number): Promise<void> {
  for (let block = 0; block < blocks; block++)
    for (const result of await node.submitBatch(
      Array.from({ length: perBlock }, (_, place) => createBytes(`env-${node.height}-${block}-${place}`)),
    ))
      receiptOf(result);
}

describe('the feed of a chain', () => {
  test('goes on behind any event, after any stop, without a loss and without a repeat', async () => {
    const directory = foundedDirectory();
    let node = await openedNode(directory);
    await fill(node, 3, 2);
    // More than one page of events, so that a stop can be within a block, on either side of where pages meet.
    await fill(node, 1, EVENT_PAGE_TRANSACTIONS + 20);
    await fill(node, 2, 1);
    const { transaction_count: lastCount } = await node.query.block({
      at: { index: node.height },
      offset: 0,
      limit: 1,
    });
    const last = `${node.height}.${lastCount}.0`;
    const all = await upTo(node.feed, { from_block: 0 }, last);
    const { log_size: logSize } = await node.query.head();
    expect(all.filter(({ kind }) => kind === 'block')).toHaveLength(node.height + 1);
    expect(all.filter(({ kind }) => kind === 'operation')).toHaveLength(logSize);
    expect(new Set(all.map(({ cursor }) => cursor)).size).toBe(all.length);

    await node.close();
    node = await openedNode(directory);
    const random = SeededRandom.announced('stops of a subscription');
    const stops = Array.from({ length: 40 }, () => random.below(all.length - 1));
    for (const stop of [0, ...stops, all.length - 2]) {
      const after = all[stop]?.cursor ?? undefined;
      expect(await upTo(node.feed, { after }, last)).toEqual(all.slice(stop + 1));
    }
  });

  test('begins with the next block where no place is named, and tells each subscriber of it', async () => {
    const node = await openedNode(foundedDirectory());
    await fill(node, 2, 1);
    const subscribers = Array.from({ length: 50 }, () => node.feed.follow({ types: PLACED }, undefined));
    const heard = subscribers.map((events) => take(events, 2));
    await fill(node, 1, 1);
    for (const events of await Promise.all(heard))
      expect(events.map(({ type, cursor }) => [type, cursor])).toEqual([
        ['block', `${node.height}.0.0`],
        ['create_environment', `${node.height}.1.0`],
      ]);
    await Promise.all(subscribers.map((events) => events.return()));
  });

  test('gives only what was asked for', async () => {
    const node = await openedNode(foundedDirectory());
    for (const bytes of [createBytes('cartpole'), promoteBytes('cartpole', 'cartpole')])
      for (const result of await node.submitBatch([bytes])) receiptOf(result);
    const [event] = await take(node.feed.follow({ from_block: 0, types: ['promote_environment'] }, undefined), 1);
    const { rows } = await node.query.audit({ filter: {}, limit: 1 });
    expect(event).toEqual({
      kind: 'operation',
      type: 'promote_environment',
      cursor: `${node.height}.1.0`,
      block_index: node.height,
      block_time: rows[0]?.block_time,
      transaction_id: rows[0]?.id,
      log_index: rows[0]?.log_index,
      member_id: rows[0]?.member_id,
      env_id: 'cartpole',
      proposal_id: null,
    });
  });

  test('refuses a place that the chain has not come to, and ends for who leaves and when it closes', async () => {
    const node = await openedNode(foundedDirectory());
    await expect(node.feed.follow({ after: '7.1.0' }, undefined).next()).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('no block 7 yet, its newest is 0'),
    });
    await expect(node.feed.follow({ from_block: 9 }, undefined).next()).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    const leaving = new AbortController();
    const [left, right] = [
      node.feed.follow({ types: PLACED }, leaving.signal),
      node.feed.follow({ types: PLACED }, undefined),
    ];
    const ends = [left.next(), right.next()];
    leaving.abort();
    expect((await ends[0])?.done).toBe(true);
    await node.close();
    expect((await ends[1])?.done).toBe(true);
  });

  test('one that stalls holds up nobody', async () => {
    const node = await openedNode(foundedDirectory());
    const stalled = node.feed.follow({ from_block: 0, types: PLACED }, undefined);
    await take(stalled, 1);
    const other = node.feed.follow({ types: ['create_environment'] }, undefined);
    const heard = take(other, 300);
    await fill(node, 30, 10);
    expect(new Set((await heard).map(({ cursor }) => cursor)).size).toBe(300);
    // And has lost nothing when it goes on: the genesis transaction, then each block with its ten.
    expect((await take(stalled, 1 + 30 * 11)).at(-1)?.cursor).toBe(`${node.height}.10.0`);
  });
});

describe('what is told of proposals', () => {
  test('is that they are made, voted on and executed, and what they do when they do it', async () => {
    const sandbox = await sandboxHost();
    const { client, host } = sandbox;
    await newKey(sandbox, 'Key of authority-2');
    const card = await sandbox.prove('Key of authority-2', 'validator/authority-2');
    await sandbox.propose('add_validator', { validator_id: 'authority-2', ...card });
    const { proposals } = await client.chain.proposals({ state: 'open', limit: 10 });
    const proposalId = proposals[0]?.proposal_id;
    await sandbox.as('Operations 2');
    await sandbox.send('comment', { proposal_id: proposalId ?? '', text: 'Which machine is it?' });
    await sandbox.send('approve', { proposal_id: proposalId ?? '' });
    await sandbox.send('comment', { proposal_id: proposalId ?? '', text: 'The one in the cellar.' });
    await sandbox.propose('set_parameter', { name: 'transaction_window_ms', value: 300_000 });
    const { proposals: open } = await client.chain.proposals({ state: 'open', limit: 10 });
    await sandbox.send('withdraw', { proposal_id: open[0]?.proposal_id ?? '' });
    const told = await upTo(host.node.feed, { from_block: 1 }, `${host.node.height}.1.0`);
    expect(told.map(({ type }) => type)).toEqual([
      'block',
      'proposal_opened',
      'block',
      'proposal_commented',
      'block',
      'proposal_voted',
      'proposal_executed',
      'add_validator',
      'block',
      'proposal_commented',
      'block',
      'proposal_opened',
      'block',
      'proposal_closed',
    ]);
    const first = told.slice(0, 10).filter(({ kind }) => kind !== 'block');
    for (const event of first) expect(event).toMatchObject({ proposal_id: proposalId });
  });

  test('of a rollback it is told before anything is undone, and again when it is', async () => {
    const sandbox = await sandboxHost();
    const { client, host } = sandbox;
    const environment = { env_id: 'cartpole', metadata: {} };
    await sandbox.send('create_environment', { ...environment, state_hash: hashOf('good') });
    const target = host.node.height;
    await sandbox.send('update_environment', { ...environment, base_version: 1, state_hash: hashOf('bad') });
    const { payload } = await client.chain.rollbackPreview({ target: { height: target } });
    expect(await sandbox.propose('rollback', { ...payload, reason: 'a bad version' })).toMatchObject({
      outcome: 'committed',
    });
    const { proposals } = await client.chain.proposals({ state: 'open', limit: 10 });
    await sandbox.as('Operations 2');
    await sandbox.send('approve', { proposal_id: proposals[0]?.proposal_id ?? '' });
    const told = await take(
      host.node.feed.follow({ from_block: target + 1, types: ['rollback_proposed', 'rollback'] }, undefined),
      2,
    );
    expect(told.map(({ type }) => type)).toEqual(['rollback_proposed', 'rollback']);
  });
});

describe('the health of a node', () => {
  test('is told when it changes, to those who asked for it, and has no place in the chain', async () => {
    const node = await openedNode(foundedDirectory());
    const events = node.feed.follow({ types: ['health'] }, undefined);
    await node.publishHealth();
    const [first] = await take(events, 1);
    expect(first).toMatchObject({ type: 'health', cursor: null });
    const next = take(events, 1);
    // As it was: nothing to tell.
    await node.publishHealth();
    node.feed.noteHealth({ health: 'failed', alerts: [] });
    expect(await next).toEqual([{ kind: 'health', type: 'health', cursor: null, health: 'failed', alerts: [] }]);
  });
});
