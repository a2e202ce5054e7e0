import { expect, onTestFinished, test } from 'vitest';

import type { ChainEvent, RecoveryEvent } from '../../../src/api/chain/node.ts';
import type { RollbackAim } from '../../../src/api/chain/recovery.ts';
import type { SignatureOutcome } from '../../../src/api/operator/signing.ts';
import { defined } from '../../../src/base/assert.ts';
import type { Hash } from '../../../src/base/bytes.ts';
import { RecoveryWatch } from '../../../src/node/host/recovery-watch.ts';
import type { Notice } from '../../../src/node/host/surface.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { hashOf } from '../../vectors/chain-builder.ts';
import { sandboxHost, type SandboxHost } from './sandbox-host.ts';

/** Two of three administrators undo what was done, on a real chain. */

function committed(outcome: SignatureOutcome): { readonly block_index: number } {
  if (outcome.outcome !== 'committed') throw new Error(JSON.stringify(outcome));
  return outcome.receipt;
}

async function create({ send }: SandboxHost, envId: string): Promise<void> {
  committed(await send('create_environment', { env_id: envId, state_hash: hashOf(envId), metadata: {} }));
}

async function promote({ send, client }: SandboxHost, envId: string): Promise<number> {
  const { blue, green } = await client.chain.environment({ env_id: envId });
  const payload = {
    env_id: envId,
    state_hash: blue.state_hash,
    metadata: {},
    blue_version: blue.version,
    green_version: green?.version ?? null,
  };
  return committed(await send('promote_environment', payload)).block_index;
}

async function update({ send, client }: SandboxHost, envId: string, content: string): Promise<void> {
  const { blue } = await client.chain.environment({ env_id: envId });
  const payload = { env_id: envId, base_version: blue.version, state_hash: hashOf(content), metadata: {} };
  committed(await send('update_environment', payload));
}

/** Proposed by the first administrator; the id of the proposal. */
async function proposeRollback(sandbox: SandboxHost, target: RollbackAim, reason: string): Promise<Hash> {
  const { payload } = await sandbox.client.chain.rollbackPreview({ target });
  committed(await sandbox.propose('rollback', { ...payload, reason }));
  const { proposals } = await sandbox.client.chain.proposals({ state: 'open', limit: 10 });
  const found = proposals.find(({ action }) => action === 'rollback');
  if (found === undefined) throw new Error('no rollback is open');
  return found.proposal_id;
}

async function rollBack(sandbox: SandboxHost, target: RollbackAim, reason: string): Promise<number> {
  await sandbox.as('Operations 1');
  const proposal = await proposeRollback(sandbox, target, reason);
  await sandbox.as('Operations 2');
  const { block_index } = committed(await sandbox.send('approve', { proposal_id: proposal }));
  expect(await sandbox.client.chain.proposal({ proposal_id: proposal })).toMatchObject({ status: 'executed' });
  await sandbox.as('Operations 1');
  return block_index;
}

test('a bad promotion is rolled back, and the rollback is rolled back; everybody hears of it before and after', async () => {
  const sandbox = await sandboxHost();
  const { client, host } = sandbox;
  const heard: RecoveryEvent[] = [];
  const notices: Notice[] = [];
  const watch = new RecoveryWatch(host.node, (notice) => notices.push(notice));
  const watching = watch.run();
  const stop = new AbortController();
  const following = (async () => {
    for await (const event of host.node.events.subscribe(stop.signal) as AsyncIterable<ChainEvent>)
      if (event.type === 'recovery') heard.push(event);
  })();
  onTestFinished(() => stop.abort());
  await sandbox.as('Operations 1');
  await create(sandbox, 'cartpole');
  const good = await promote(sandbox, 'cartpole');
  await update(sandbox, 'cartpole', 'bad');
  const bad = await promote(sandbox, 'cartpole');
  const before = await client.chain.environment({ env_id: 'cartpole', at: { height: good } });

  const undone = await rollBack(sandbox, { height: good }, 'the reward was wrong');
  const after = await client.chain.environment({ env_id: 'cartpole' });
  expect(after.green).toEqual(before.green);
  expect(after).toMatchObject({
    green_status: 'green',
    latest_version: 2,
    rollback: { target_height: good, by: 'operations-2' },
  });
  expect((await client.chain.audit({ filter: { text: 'rollback reward' }, limit: 10 })).rows).toHaveLength(1);
  const { proposals } = await client.chain.proposals({ state: 'ended', limit: 1 });
  const { effect } = await client.chain.proposal({
    proposal_id: defined(proposals[0], 'an ended proposal').proposal_id,
  });
  expect(effect).toMatchObject({
    outcome: 'ended',
    changes: expect.arrayContaining([
      { namespace: 'environments', key: 'cartpole', path: 'green.version', before: 2, after: 1 },
      { namespace: 'environments', key: 'cartpole', path: 'rollback.target_height', after: good },
    ]) as unknown,
  });

  // What follows has a number that was never given.
  await update(sandbox, 'cartpole', 'better');
  expect((await client.chain.environment({ env_id: 'cartpole' })).blue.version).toBe(3);

  await rollBack(sandbox, { height: bad }, 'it was right after all');
  const again = await client.chain.environment({ env_id: 'cartpole' });
  expect(again).toMatchObject({ green: { version: 2 }, blue: { version: 2 }, latest_version: 3 });
  const { nodes } = await client.chain.lineage({ env_id: 'cartpole' });
  expect(nodes.map(({ kind, version }) => [kind, version])).toEqual([
    ['create', 1],
    ['promote', 1],
    ['update', 2],
    ['promote', 2],
    ['rollback', 1],
    ['update', 3],
    ['rollback', 2],
  ]);
  stop.abort();
  watch.stop();
  await Promise.all([following, watching]);
  expect(heard.map(({ what, title, reason }) => [what, title, reason])).toEqual([
    ['rollback_proposed', `Roll all environments back to block ${good}`, 'the reward was wrong'],
    ['rollback_executed', `Roll all environments back to block ${good}`, 'the reward was wrong'],
    ['rollback_proposed', `Roll all environments back to block ${bad}`, 'it was right after all'],
    ['rollback_executed', `Roll all environments back to block ${bad}`, 'it was right after all'],
  ]);
  expect(heard[1]).toMatchObject({ block_index: undone, member_id: 'operations-1' });
  expect(notices[0]).toEqual({
    heading: 'A rollback is proposed',
    title: `Roll all environments back to block ${good}: the reward was wrong`,
    shows: { kind: 'proposal', proposal_id: heard[0]?.proposal_id },
  });
  expect(notices).toHaveLength(4);
  await host.closeChain();
  const report = await verifyNode({ dataDirectory: sandbox.directory, verifyThreads: 1, onProgress: () => undefined });
  expect(report.findings).toEqual([]);
});

test('a rollback to before a member was removed leaves the member removed, and the key without a say', async () => {
  const sandbox = await sandboxHost();
  const { client } = sandbox;
  await sandbox.as('Operations 1');
  await create(sandbox, 'maze');
  const { height } = await client.chain.status();
  await update(sandbox, 'maze', 'later');
  committed(await sandbox.propose('remove_member', { member_id: 'security-lead' }));
  const { proposals } = await client.chain.proposals({ state: 'open', limit: 10 });
  await sandbox.as('Operations 2');
  committed(await sandbox.send('approve', { proposal_id: proposals[0]?.proposal_id ?? '' }));

  await rollBack(sandbox, { height }, 'before all of that');
  expect((await client.chain.environment({ env_id: 'maze' })).blue.version).toBe(1);
  const { members } = await client.chain.members();
  expect(members.find(({ member_id }) => member_id === 'security-lead')).toMatchObject({ status: 'removed' });
  await sandbox.as('Security lead');
  const refused = await sandbox.send('freeze', { reason: 'still here' });
  expect(refused).toMatchObject({ outcome: 'rejected' });
});

test('what is recalled is told everywhere, by one administrator in an emergency, and is never Green again by a rollback', async () => {
  const sandbox = await sandboxHost();
  const { client, host } = sandbox;
  const events = host.node.events.subscribe(undefined);
  expect((await events.next()).value).toMatchObject({ type: 'resync' });
  await sandbox.as('Operations 1');
  await create(sandbox, 'atari');
  await create(sandbox, 'atari-2');
  const promoted = await promote(sandbox, 'atari');
  const { green } = await client.chain.environment({ env_id: 'atari' });
  committed(await sandbox.send('freeze', { reason: 'a third of it is broken' }));
  committed(
    await sandbox.send('recall_environment', {
      env_id: 'atari',
      green_version: 1,
      state_hash: green?.state_hash ?? '',
      reason: 'a third of it is broken',
      superseded_by: { env_id: 'atari-2', version: 1 },
      emergency: true,
    }),
  );
  for await (const event of events)
    if (event.type === 'recovery') {
      expect(event).toMatchObject({ what: 'recalled', env_id: 'atari', reason: 'a third of it is broken' });
      break;
    }
  const now = await client.chain.environment({ env_id: 'atari' });
  expect(now).toMatchObject({ green: null, green_status: 'recalled', green_recalled_since: null });
  expect(now.recalled).toMatchObject({ emergency: true, superseded_by: { env_id: 'atari-2', version: 1 } });
  // Green then, and recalled since.
  expect(await client.chain.environment({ env_id: 'atari', at: { height: promoted } })).toMatchObject({
    green: { version: 1 },
    green_status: 'green',
    green_recalled_since: { reason: 'a third of it is broken' },
  });
  const page = await client.chain.environments({ zone: 'blue', limit: 10 });
  expect(page).toMatchObject({ green_count: 0, recalled_count: 1 });
  expect(page.environments.map(({ green_status }) => green_status)).toEqual(['recalled', 'not_green']);
  const results = (await client.chain.search({ text: 'atari' })).results.map(({ subtitle }) => subtitle);
  expect(results).toEqual(['Blue v1 · recalled v1', 'Blue v1 · never promoted']);

  const preview = await client.chain.rollbackPreview({ target: { height: promoted } });
  expect(preview.frozen).toMatchObject({ reason: 'a third of it is broken' });
  expect(preview).toMatchObject({ counts: { changing: 0 }, obstacle: { name: 'STATE_UNCHANGED' } });
});

test('a rollback that was proposed is never stale, while a thousand operations go by', async () => {
  const sandbox = await sandboxHost();
  const { client } = sandbox;
  await sandbox.as('Operations 1');
  await create(sandbox, 'busy');
  const { height } = await client.chain.status();
  const proposal = await proposeRollback(sandbox, { height: height - 1 }, 'while others work');
  const created = Array.from({ length: 1_000 }, (_, index) => ({
    action: 'create_environment',
    payload: { env_id: `flow-${index}`, state_hash: hashOf(`flow-${index}`), metadata: {} },
  }));
  for (let from = 0; from < created.length; from += 250)
    committed(await sandbox.send('batch', { operations: created.slice(from, from + 250) }));
  expect(await client.chain.proposal({ proposal_id: proposal })).toMatchObject({ status: 'open', stale: false });
  await sandbox.as('Operations 2');
  const { block_index } = committed(await sandbox.send('approve', { proposal_id: proposal }));
  expect(await client.chain.proposal({ proposal_id: proposal })).toMatchObject({ status: 'executed' });
  expect((await client.chain.environments({ zone: 'blue', limit: 10 })).blue_count).toBe(0);
  // Each of them has the rollback in its history, and is not there.
  await expect(client.chain.environment({ env_id: 'flow-999' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining(`a rollback to block ${height - 1} took it away`) as string,
  });
  const { nodes } = await client.chain.lineage({ env_id: 'flow-999' });
  expect(nodes.map(({ kind, block_index: block }) => [kind, block])).toEqual([
    ['create', expect.any(Number)],
    ['rollback', block_index],
  ]);
});
