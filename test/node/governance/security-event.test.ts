import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { REFUSED_OPENINGS_MAX } from '../../../src/base/limits.ts';
import { readNodeConfig, writeNodeConfig } from '../../../src/node/data-directory/node-config.ts';
import { coded } from '../../coded.ts';
import { reviewOf, sandboxHost } from './sandbox-host.ts';

test('a security event is alerted, and a freeze is prepared for a person, over a restart, and signed by nobody', async () => {
  const sandbox = await sandboxHost();
  const { client, host, directory } = sandbox;
  writeNodeConfig(directory, { ...readNodeConfig(directory), on_security_event: 'prepare_freeze' });
  await sandbox.as('Operations 1');
  const { height } = await client.chain.status();
  for (let time = 0; time < REFUSED_OPENINGS_MAX; time++) {
    const asked = { kind: 'transaction', action: 'freeze', payload: { reason: 'not this' } } as const;
    const { review_id } = reviewOf(await client.operator.requestReview(asked));
    await expect(host.desk.confirm(review_id, { passphrase: 'a wrong one' })).rejects.toThrow(
      coded('PASSPHRASE_WRONG'),
    );
    host.desk.withdraw(review_id);
  }
  const status = await client.chain.status();
  expect(status.alerts).toContainEqual(
    expect.objectContaining({ code: 'REPEATED_REFUSALS', message: expect.stringContaining('Operations 1') as string }),
  );
  expect(status).toMatchObject({ height, frozen: null });
  const [draft, ...others] = (await client.operator.preparedDrafts()).drafts;
  expect(others).toEqual([]);
  expect(draft).toMatchObject({ action: 'freeze', cause: { code: 'REPEATED_REFUSALS' } });

  const again = await sandbox.restart();
  expect((await again.client.operator.preparedDrafts()).drafts).toEqual([draft]);
  if (draft === undefined) throw new Error('nothing was prepared');
  // Another administrator signs it as it stands, and it is put away.
  await again.as('Operations 2');
  expect(await again.send(draft.action, draft.payload)).toMatchObject({ outcome: 'committed' });
  await again.client.operator.dismissPreparedDraft({ draft_id: draft.draft_id });
  expect((await again.client.operator.preparedDrafts()).drafts).toEqual([]);
  await expect(again.client.operator.dismissPreparedDraft({ draft_id: draft.draft_id })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect((await again.client.chain.status()).frozen).toMatchObject({ reason: draft.payload['reason'] });
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
