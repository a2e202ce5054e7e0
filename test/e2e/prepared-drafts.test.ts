import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { REFUSED_OPENINGS_MAX } from '../../src/base/limits.ts';
import { readNodeConfig, writeNodeConfig } from '../../src/node/data-directory/node-config.ts';
import { hashOf } from '../vectors/chain-builder.ts';
import { reviewOf, sandboxHost } from '../node/governance/sandbox-host.ts';
import { coded } from '../coded.ts';
import { launchChromium } from './chromium.ts';
import { typeAskedWord } from './confirming.ts';
import { goTo, openPage } from './opened-page.ts';
import { createAccount, lookAt } from './real-console.ts';

/** What a machine prepared after a security event, in the page of a real console: seen, put away, and signed. */

const JOURNEY_TIMEOUT_MS = 10 * 60_000;
const PASSPHRASE = 'a passphrase for tests';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** A chain on which somebody guessed at the passphrase of Operations 1 while environments changed: both drafts are prepared. */
async function attackedChain(): Promise<string> {
  const { host, client, directory, as, send } = await sandboxHost();
  writeNodeConfig(directory, { ...readNodeConfig(directory), on_security_event: 'prepare' });
  const environment = (env_id: string): Parameters<typeof send>[1] => ({
    env_id,
    state_hash: hashOf(env_id),
    metadata: {},
  });
  const guess = async (): Promise<void> => {
    const asked = { kind: 'transaction', action: 'freeze', payload: { reason: 'not this' } } as const;
    const { review_id } = reviewOf(await client.operator.requestReview(asked));
    await expect(host.desk.confirm(review_id, { passphrase: 'a wrong one' })).rejects.toThrow(
      coded('PASSPHRASE_WRONG'),
    );
    host.desk.withdraw(review_id);
  };
  await as('Operations 1');
  await send('create_environment', environment('before'));
  await guess();
  await as('Operations 2');
  await send('create_environment', environment('meanwhile'));
  await as('Operations 1');
  for (let time = 1; time < REFUSED_OPENINGS_MAX; time++) await guess();
  await expect.poll(() => host.prepared.list().length).toBe(2);
  await as('Operations 2');
  await host.close();
  return directory;
}

test(
  'drafts after a security event are seen, one is put away, and the other is signed by a person and gone',
  async () => {
    const dataDirectory = await attackedChain();
    const account = createAccount();
    account.environment['QUANTUM_LOCK_PASSPHRASE'] = PASSPHRASE;
    const opened = await openPage(browser, account, dataDirectory);
    const { page, context, console, complaints } = opened;
    await goTo(page, '#/recovery');
    const drafts = page.getByRole('region', { name: 'Prepared after a security event' });
    const rollback = drafts.locator('.notice', { hasText: 'Roll all environments back to block' });
    const freeze = drafts.locator('.notice', { hasText: 'Freeze the chain is prepared' });
    await rollback.waitFor();
    expect(await drafts.locator('.notice').count()).toBe(2);
    expect(await freeze.innerText()).toMatch(
      /wrong passphrases.*REPEATED_REFUSALS Nothing is signed before you do it\./s,
    );
    expect(await lookAt(page, 'prepared drafts')).toEqual([]);

    await rollback.getByRole('button', { name: 'Put away' }).click();
    await rollback.waitFor({ state: 'detached' });
    await freeze.getByRole('button', { name: 'Review…' }).click();
    await page.getByRole('button', { name: 'Sign the freeze…' }).waitFor();
    expect(await lookAt(page, 'prepared freeze review')).toEqual([]);
    const [popup] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('button', { name: 'Sign the freeze…' }).click(),
    ]);
    await typeAskedWord(popup);
    await popup.getByLabel('Passphrase of the key file').fill(PASSPHRASE);
    const code = popup.getByLabel('Signing code');
    if ((await code.count()) > 0) await code.fill(console.signingCode);
    await popup.getByRole('button', { name: 'Sign' }).click();
    await popup.getByRole('heading', { name: 'Signed and on the chain' }).waitFor();
    await popup.close();
    await page.getByRole('region', { name: 'The chain is frozen' }).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await drafts.waitFor({ state: 'detached' });
    // Neither comes back with the page.
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Recovery' }).waitFor();
    expect(await drafts.count()).toBe(0);
    expect(complaints).toEqual([]);
  },
  JOURNEY_TIMEOUT_MS,
);
