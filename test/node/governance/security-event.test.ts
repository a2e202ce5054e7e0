import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import type { JsonObject } from '../../../src/base/canonical.ts';
import { REFUSED_OPENINGS_MAX } from '../../../src/base/limits.ts';
import { readNodeConfig, writeNodeConfig } from '../../../src/node/data-directory/node-config.ts';
import { coded } from '../../coded.ts';
import { hashOf } from '../../vectors/chain-builder.ts';
import { reviewOf, sandboxHost, type SandboxHost } from './sandbox-host.ts';

const environment = (envId: string): JsonObject => ({ env_id: envId, state_hash: hashOf(envId), metadata: {} });

async function guess({ client, host }: SandboxHost, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const asked = { kind: 'transaction', action: 'freeze', payload: { reason: 'not this' } } as const;
    const { review_id } = reviewOf(await client.operator.requestReview(asked));
    await expect(host.desk.confirm(review_id, { passphrase: 'a wrong one' })).rejects.toThrow(
      coded('PASSPHRASE_WRONG'),
    );
    host.desk.withdraw(review_id);
  }
}

async function preparingSandbox(): Promise<SandboxHost> {
  const sandbox = await sandboxHost();
  const { directory } = sandbox;
  writeNodeConfig(directory, { ...readNodeConfig(directory), on_security_event: 'prepare' });
  await sandbox.as('Operations 1');
  return sandbox;
}

test('a security event is alerted, and a freeze is prepared for a person, over a restart, and signed by nobody', async () => {
  const sandbox = await preparingSandbox();
  const { client } = sandbox;
  const { height } = await client.chain.status();
  await guess(sandbox, REFUSED_OPENINGS_MAX);
  const status = await client.chain.status();
  expect(status.alerts).toContainEqual(
    expect.objectContaining({ code: 'REPEATED_REFUSALS', message: expect.stringContaining('Operations 1') as string }),
  );
  expect(status).toMatchObject({ height, frozen: null });
  // No environment changed since it began: nothing is to be undone.
  const [draft, ...others] = (await client.operator.preparedDrafts()).drafts;
  expect(others).toEqual([]);
  expect(draft).toMatchObject({ action: 'freeze', cause: { code: 'REPEATED_REFUSALS' } });

  const again = await sandbox.restart();
  expect((await again.client.operator.preparedDrafts()).drafts).toEqual([draft]);
  if (draft === undefined) throw new Error('nothing was prepared');
  // Another administrator signs it as it stands, and it is put away.
  await again.as('Operations 2');
  expect(await again.send(draft.action, draft.payload)).toMatchObject({ outcome: 'committed' });
  // Once the chain shows that it is frozen, the draft is done, whoever signed it: nobody has to put it away.
  expect((await again.client.operator.preparedDrafts()).drafts).toEqual([]);
  await expect(again.client.operator.dismissPreparedDraft({ draft_id: draft.draft_id })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect((await again.client.chain.status()).frozen).toMatchObject({ reason: draft.payload['reason'] });
});

test('what was decided since a security event began is undone by a rollback that is prepared, and signed by people', async () => {
  const sandbox = await preparingSandbox();
  const { client } = sandbox;
  expect(await sandbox.send('create_environment', environment('before'))).toMatchObject({ outcome: 'committed' });
  const { height } = await client.chain.status();
  await guess(sandbox, 1);
  await sandbox.as('Operations 2');
  expect(await sandbox.send('create_environment', environment('meanwhile'))).toMatchObject({ outcome: 'committed' });
  await sandbox.as('Operations 1');
  await guess(sandbox, REFUSED_OPENINGS_MAX - 1);
  await expect
    .poll(async () => (await client.operator.preparedDrafts()).drafts)
    .toMatchObject([
      {
        action: 'rollback',
        title: `Roll all environments back to block ${height}`,
        cause: { code: 'REPEATED_REFUSALS' },
        payload: { target_height: height, scope: null },
      },
      { action: 'freeze' },
    ]);
  const [draft] = (await client.operator.preparedDrafts()).drafts;
  if (draft === undefined) throw new Error('nothing was prepared');
  await sandbox.as('Operations 2');
  expect(await sandbox.propose(draft.action, draft.payload)).toMatchObject({ outcome: 'committed' });
});

test('a file of drafts that cannot be read holds none, and the next is kept', async () => {
  const { host, directory } = await sandboxHost();
  const path = join(directory, 'prepared.json');
  writeFileSync(path, '{"not": "a list"');
  expect(host.prepared.list()).toEqual([]);
  const draft = {
    cause: { code: 'REPEATED_REFUSALS', message: 'somebody tried' },
    action: 'freeze' as const,
    payload: { reason: 'somebody tried' },
    title: 'Freeze the chain',
  };
  host.prepared.add(draft);
  host.prepared.add(draft);
  expect(host.prepared.list()).toMatchObject([draft]);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(1);
});
