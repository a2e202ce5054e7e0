import { expect, test } from 'vitest';

import type { JsonObject } from '../../../src/base/canonical.ts';
import { hashOf } from '../../vectors/chain-builder.ts';
import { sandboxHost } from './sandbox-host.ts';

const environment = (envId: string) => ({ env_id: envId, state_hash: hashOf(envId), metadata: {} });

test('what could be done, and by whom, is told only of what exists', async () => {
  const sandbox = await sandboxHost();
  const { client } = sandbox;
  for (const envId of ['here', 'closed'])
    expect(await sandbox.send('create_environment', environment(envId))).toMatchObject({ outcome: 'committed' });
  expect(await sandbox.send('archive_environment', { env_id: 'closed' })).toMatchObject({ outcome: 'committed' });
  const ask = (action: string, envId: string | null) => client.chain.authority({ action, env_id: envId });

  for (const [action, envId] of [
    ['promote_environment', 'nosuch'],
    ['update_environment', 'Here'],
    ['archive_environment', ' here'],
    ['merge_environments', '__proto__'],
    ['checkpoint_state', 'her\u0435'],
  ] as const)
    await expect(ask(action, envId)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `there is no environment "${envId}"`,
    });
  await expect(ask('promote', null)).rejects.toMatchObject({ code: 'INPUT_INVALID' });

  // What is to be registered does not exist yet; what exists cannot be registered.
  expect(await ask('create_environment', 'nosuch')).toMatchObject({ possible: true, obstacle: null });
  expect(await ask('create_environment', 'here')).toMatchObject({
    possible: false,
    obstacle: 'here is registered already',
  });
  expect(await ask('promote_environment', 'here')).toMatchObject({ possible: true, obstacle: null });
  const closed = await ask('promote_environment', 'closed');
  expect(closed).toMatchObject({ possible: false, obstacle: 'closed is archived' });
  expect(closed.sentence).toMatch(/Nobody can do it now: closed is archived\.$/);
});

test('the answer is by everything that the action does, as what is signed for it is', async () => {
  const sandbox = await sandboxHost();
  const { client } = sandbox;
  const ask = (action: string, envId: string | null = null) => client.chain.authority({ action, env_id: envId });
  const neededFor = async (action: string, envId: string | null = null): Promise<readonly number[]> =>
    (await ask(action, envId)).requirements.map(({ needed }) => needed);
  const setPolicy = async (action: string, threshold: JsonObject, envId: string | null = null): Promise<void> => {
    const policy = { mode: 'multisig', role: 'administrator', threshold };
    await sandbox.as('Operations 1');
    await sandbox.propose('set_policy', { action, env_id: envId, policy });
    for (const name of ['Operations 2', 'Security lead']) {
      const { proposals } = await client.chain.proposals({ state: 'open', limit: 10 });
      const [open] = proposals;
      if (open === undefined) break;
      await sandbox.as(name);
      expect(await sandbox.send('approve', { proposal_id: open.proposal_id })).toMatchObject({ outcome: 'committed' });
    }
    await sandbox.as('Operations 1');
  };
  const member = { member_id: 'operations-2', name: 'Operations 2', status: 'active' };
  const draftNeeds = async (payload: object): Promise<readonly number[]> => {
    const draft = await client.chain.draft({
      action: 'update_member',
      payload: { ...member, level: 'administrator', ...payload },
      proposer: 'operations-1',
    });
    return draft.outcome === 'draft' ? draft.requirements.map(({ needed }) => needed) : [];
  };

  await setPolicy('remove_member', { numerator: 1, denominator: 1 });
  expect((await ask('update_member')).sentence).toBe(
    'Changing a member needs 3 of the 3 administrators to agree where the member loses a vote, and 2 of the 3 administrators to agree where not.',
  );
  expect(await neededFor('update_member')).toEqual([3]);
  expect([await draftNeeds({ name: 'Operations two' }), await draftNeeds({ level: 'read_only' })]).toEqual([[2], [3]]);
  expect((await ask('rotate_key')).sentence).toBe(
    'Replacing a key of another member needs 3 of the 3 administrators to agree.',
  );
  expect(await neededFor('add_member')).toEqual([2]);
  expect((await ask('set_policy')).sentence).toContain('The policy that it changes, and the new one, must be met too.');

  for (const envId of ['here', 'source']) await sandbox.send('create_environment', environment(envId));
  await setPolicy('update_environment', { count: 2 });
  expect((await ask('merge_environments')).sentence).toContain(
    "needs 2 of the 3 administrators to agree where the target is there, and nobody's approval where not.",
  );
  expect(await neededFor('merge_environments', 'here')).toEqual([2]);
  expect((await ask('merge_environments', 'here')).alone).toEqual([]);
  const fresh = await ask('merge_environments', 'not-there-yet');
  expect(fresh).toMatchObject({ requirements: [], possible: true });
  expect(fresh.alone).toHaveLength(3);
  // An environment's own policy of an effect counts as well.
  await setPolicy('update_environment', { count: 3 }, 'here');
  expect(await neededFor('merge_environments', 'here')).toEqual([3]);
  expect(await neededFor('merge_environments', 'source')).toEqual([2]);

  // An emergency is decided by another policy, and not by both.
  expect((await ask('recall_environment')).sentence).toBe(
    "A recall from Green needs nobody's approval: 3 members can do it alone. Where it is an emergency, it needs nobody's approval: 3 members can do it alone.",
  );
  expect(await ask('recall_environment', 'source')).toMatchObject({ possible: false, obstacle: 'source is not Green' });
  await setPolicy('promote_environment', { count: 2 }, 'here');
  const recall = await ask('recall_environment', 'here');
  expect(recall.sentence).toContain(
    "A recall from Green, for here, needs 2 of the 3 administrators to agree. Where it is an emergency, it needs nobody's approval: 3 members can do it alone.",
  );
  expect([recall.requirements.map(({ needed }) => needed), recall.alone.length]).toEqual([[2], 3]);

  for (const action of ['add_member', 'rotate_validator', 'set_parameter', 'freeze'])
    await expect(ask(action, 'here')).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: `${action} is not about one environment`,
    });
  for (const action of ['batch', 'nosuch', 'Add_member', '__proto__', 'constructor'])
    await expect(ask(action)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});
