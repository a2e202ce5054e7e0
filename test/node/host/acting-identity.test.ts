import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { DeskState } from '../../../src/api/operator/signing.ts';
import { readNodeConfig, writeNodeConfig } from '../../../src/node/data-directory/node-config.ts';
import { coded } from '../../coded.ts';
import { sandboxHost, type SandboxHost } from '../governance/sandbox-host.ts';

/** One of the console's tabs: what it hears of the host, newest last. */
async function openTab({ client }: SandboxHost): Promise<{
  readonly heard: DeskState[];
  readonly acting: () => string | undefined;
  readonly close: () => Promise<void>;
}> {
  const ending = new AbortController();
  const stream = await client.operator.desk(undefined, { signal: ending.signal });
  const heard: DeskState[] = [];
  const following = (async () => {
    for await (const state of stream) heard.push(state);
  })();
  return {
    heard,
    acting: () => heard.at(-1)?.keys.identities.find(({ acting }) => acting)?.name,
    close: async () => {
      ending.abort();
      await following.catch(() => undefined);
    },
  };
}

describe('who acts', () => {
  test('is told to every tab, wherever it was chosen, and locks what another had unlocked', async () => {
    const sandbox = await sandboxHost();
    const { host, client, directory } = sandbox;
    const tabs = [await openTab(sandbox), await openTab(sandbox)];
    await expect.poll(() => tabs.map(({ acting }) => acting())).toEqual(['Operations 1', 'Operations 1']);
    const asked = await client.operator.requestReview({
      kind: 'transaction',
      action: 'freeze',
      payload: { reason: 'a trial' },
    });
    if (asked.outcome !== 'review') throw new Error('there is no review');
    await host.desk.confirm(asked.review.review_id, { passphrase: 'a passphrase for tests', keepUnlocked: true });
    const first = (await host.keyring.find('Operations 1')).key_id;
    await expect.poll(() => tabs.map(({ heard }) => heard.at(-1)?.keys.unlocked_key_id)).toEqual([first, first]);
    expect(tabs[1]?.heard.at(-1)?.reviews).toMatchObject([
      { signer_name: 'Operations 1', outcome: { outcome: 'committed' } },
    ]);

    await sandbox.as('Operations 2');
    await expect.poll(() => tabs.map(({ acting }) => acting())).toEqual(['Operations 2', 'Operations 2']);
    expect(host.desk.unlocked).toBeNull();
    // Another process writes the configuration, as `dm key use` does.
    const { key_id } = await host.keyring.find('Security lead');
    writeNodeConfig(directory, { ...readNodeConfig(directory), acting_key_id: key_id });
    await expect.poll(() => tabs.map(({ acting }) => acting())).toEqual(['Security lead', 'Security lead']);
    for (const tab of tabs) await tab.close();
  });

  test('is who the page shows, or nothing is asked in their name', async () => {
    const sandbox = await sandboxHost();
    const { host, client } = sandbox;
    const shown = (await host.keyring.find('Operations 1')).key_id;
    await sandbox.as('Operations 2');
    const changed = coded('IDENTITY_CHANGED');
    const freeze = { action: 'freeze', payload: { reason: 'a trial' } };
    await expect(
      client.operator.requestReview({ kind: 'transaction', ...freeze, acting_key_id: shown }),
    ).rejects.toEqual(changed);
    await expect(
      client.operator.requestReview({
        kind: 'proposal',
        action: 'unfreeze',
        payload: { reason: 'why' },
        acting_key_id: shown,
      }),
    ).rejects.toEqual(changed);
    expect(host.desk.reviews()).toEqual([]);
    const acting = (await host.keyring.find('Operations 2')).key_id;
    expect(
      await client.operator.requestReview({ kind: 'transaction', ...freeze, acting_key_id: acting }),
    ).toMatchObject({
      outcome: 'review',
      review: { signer: { name: 'Operations 2' } },
    });
  });

  test('is nobody once the configuration is gone, and what was unlocked is locked', async () => {
    const { host, directory } = await sandboxHost();
    const key = await host.keyring.find('Operations 1');
    await host.desk.unlockSession('a passphrase for tests', key);
    rmSync(join(directory, 'node.json'));
    await expect.poll(() => host.desk.unlocked, { timeout: 5_000 }).toBeNull();
  });
});

test('a switch to another directory ends what waits, and what was unlocked', async () => {
  const one = await sandboxHost();
  const other = await sandboxHost();
  await other.host.close();
  const asked = await one.client.operator.requestReview({
    kind: 'transaction',
    action: 'freeze',
    payload: { reason: 'a trial' },
  });
  if (asked.outcome !== 'review') throw new Error('there is no review');
  const outcome = one.host.desk.outcome(asked.review.review_id);
  await one.host.desk.unlockSession('a passphrase for tests', await one.host.keyring.find('Operations 1'));
  await one.host.switchTo(other.directory);
  expect(await outcome).toEqual({ outcome: 'expired' });
  expect(one.host.desk.unlocked).toBeNull();
  expect(one.host.desk.reviews()).toEqual([]);
});
