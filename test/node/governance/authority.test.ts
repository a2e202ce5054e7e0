import { expect, test } from 'vitest';

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
