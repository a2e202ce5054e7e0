import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { openBench, openConsole, type ConsoleBench, type OpenConsole } from '../renderer/console-page.ts';

let bench: ConsoleBench;
let open: OpenConsole;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
afterEach(() => open.close());

/** An environment whose Blue is ahead of its Green. */
function environmentAhead({ host }: OpenConsole): string {
  const found = [...host.node.environments.values()].find(
    ({ blue, green }) => green !== null && blue.version > green.version,
  );
  if (found === undefined) throw new Error('no environment is ahead');
  return found.env_id;
}

describe('promoting', () => {
  it('shows the difference, the review and the fingerprint, asks in its own window, and shows the block', async () => {
    open = await openConsole(bench, { address: '#/environments' });
    const { page, host, context } = open;
    const envId = environmentAhead(open);
    await page.getByRole('searchbox', { name: 'Filter the environments' }).fill(envId);
    await page
      .getByRole('region', { name: 'Green environments' })
      .getByRole('link', { name: new RegExp(`^${envId}`) })
      .first()
      .click();
    await page.getByText(/What promoting v\d+ changes in Green/).waitFor();
    await page.getByRole('row', { name: /reward\.goal − 1 \+ 10/ }).waitFor();
    await page.getByRole('link', { name: /^Promote v\d+…$/ }).click();
    await page.getByRole('button', { name: 'Review…' }).click();
    await page.getByText(`The current Blue version of ${envId} becomes Green, canonical for everyone.`).waitFor();
    await page.getByText('Its files are not in the newest backup yet.').waitFor();
    expect(await page.getByRole('list', { name: 'Fingerprint' }).getByRole('listitem').count()).toBe(12);

    const popup = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Sign…' }).click();
    await page.getByText('Waiting for your confirmation.').waitFor();
    await (await popup).getByRole('link', { name: 'Sign' }).click();
    await page.getByText(`Signed, and on disk in block ${host.node.log.height.toLocaleString('en')}.`).waitFor();
    await page.getByRole('link', { name: `Block ${host.node.log.height.toLocaleString('en')}`, exact: true }).click();
    await page.getByRole('heading', { level: 2, name: `Block ${host.node.log.height.toLocaleString('en')}` }).waitFor();
  });

  it('changes nothing when the person does not confirm', async () => {
    open = await openConsole(bench);
    const { page, host, context } = open;
    const { height } = host.node.log;
    await page.goto(`${host.url}#/environments/${environmentAhead(open)}?do=promote`);
    await page.getByRole('button', { name: 'Review…' }).click();
    const popup = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Sign…' }).click();
    await (await popup).getByRole('link', { name: 'Refuse' }).click();
    await page.getByText('You did not confirm. Nothing was signed, and nothing has changed.').waitFor();
    expect(host.node.log.height).toBe(height);
  });
});

describe('registering', () => {
  it('scans a directory, shows what is there, and signs', async () => {
    open = await openConsole(bench, { address: '#/environments' });
    const { page, context } = open;
    await page.getByRole('link', { name: 'Register…' }).click();
    const review = page.getByRole('button', { name: 'Review…' });
    expect(await review.isDisabled()).toBe(true);
    await page.getByLabel('Id', { exact: true }).fill('cartpole');
    await page.getByRole('button', { name: 'cartpole/' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Cart pole');
    await page.getByRole('button', { name: 'Scan this directory' }).click();
    await page.getByRole('region', { name: 'Content found' }).getByText('7 files, 212 KiB').waitFor();
    await page.getByText('npx dm env create --id cartpole --path /home/operator/cartpole').waitFor();
    await review.click();
    const popup = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Sign…' }).click();
    await (await popup).getByRole('link', { name: 'Sign' }).click();
    await page.getByText('Signed, and on disk').waitFor();
    await page
      .getByRole('region', { name: 'Blue environments' })
      .getByRole('link', { name: /^cartpole v1/ })
      .waitFor();
  });

  it('cannot sign what the ledger would refuse, and says why', async () => {
    open = await openConsole(bench, { address: '#/environments?do=register' });
    const { page } = open;
    await page.getByLabel('Id', { exact: true }).fill('grid-maze');
    await page.getByRole('button', { name: 'cartpole/' }).click();
    await page.getByRole('button', { name: 'Scan this directory' }).click();
    await page.getByRole('button', { name: 'Review…' }).click();
    await page.getByText('This cannot be signed: the ledger would refuse it.').waitFor();
    await page.getByText('20 ENVIRONMENT_EXISTS').waitFor();
    expect(await page.getByRole('button', { name: 'Sign…' }).count()).toBe(0);
  });

  it('says that a fraction is not allowed in metadata before anything is scanned', async () => {
    open = await openConsole(bench, { address: '#/environments?do=register' });
    const { page } = open;
    await page.getByText('More metadata').click();
    await page.getByLabel('As a JSON object').fill('{"gravity": 9.8}');
    await page.getByText('9.8 is not a whole number. Write it as text: "9.8".').waitFor();
    expect(await page.getByRole('button', { name: 'Scan this directory' }).isDisabled()).toBe(true);
  });
});

describe('an environment', () => {
  it('opens a changed file line by line, a file’s content, and backs out with Esc', async () => {
    open = await openConsole(bench);
    const { page, host } = open;
    const envId = environmentAhead(open);
    await page.goto(`${host.url}#/environments/${envId}`);
    await page
      .getByRole('row', { name: /^maze\/env\.py/ })
      .getByRole('link')
      .click();
    await page.getByRole('row', { name: /\+ +max_steps = 400/ }).waitFor();
    await page.getByRole('link', { name: 'Content' }).click();
    await page.getByLabel('maze/env.py').getByText('def step_0').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: /^Lineage/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Choose an environment').waitFor();
    await page.waitForFunction((id) => document.activeElement?.textContent.startsWith(id) === true, envId);
  });

  it('moves through a lane with the arrows, and filters it', async () => {
    open = await openConsole(bench, { address: '#/environments' });
    const { page } = open;
    const lane = page.getByRole('list', { name: 'Experimental environments' });
    await lane.getByRole('link').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '2');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '213');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'web-forms-34' }).waitFor();
    await page.getByRole('searchbox', { name: 'Filter the environments' }).fill('lunar');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.lanes .item b')].every((name) => name.textContent.startsWith('lunar')),
    );
  });

  it('follows the chain: what another person changes shows by itself', async () => {
    open = await openConsole(bench, { address: '#/environments/grid-maze' });
    const { page, host } = open;
    const version = host.node.environments.get('grid-maze')?.blue.version ?? 0;
    await page.getByText(`Blue v${version}`, { exact: true }).first().waitFor();
    host.node.commit('update_environment', 'grid-maze', host.node.apply('update_environment', { env_id: 'grid-maze' }));
    await page.getByRole('link', { name: `Promote v${version + 1}…` }).waitFor();
  });
});

describe('keys and integrity', () => {
  it('creates a key, acts with another, and says what is not a member', async () => {
    open = await openConsole(bench, { address: '#/keys' });
    const { page } = open;
    await page.getByRole('link', { name: /Operations 2/ }).click();
    await page.getByRole('button', { name: 'Act as Operations 2' }).click();
    await page.getByRole('link', { name: /Acting as Operations 2 Administrator/ }).waitFor();
    await page.getByRole('link', { name: 'Create a key…' }).click();
    await page.getByLabel('Name').fill('Laptop');
    await page.getByRole('button', { name: 'Create the key' }).click();
    await page.getByText('the chain does not know this key').waitFor();
    expect(await page.getByRole('list', { name: 'Fingerprint of Laptop' }).getByRole('listitem').count()).toBe(6);
  });

  it('verifies everything and says exactly what was looked at', async () => {
    open = await openConsole(bench, { address: '#/recovery/integrity' });
    const { page } = open;
    await page.getByText('Nothing is shown as verified before it was checked.').waitFor();
    expect(await page.locator('.cells .verified').count()).toBe(0);
    await page.getByRole('button', { name: 'Verify the whole chain' }).click();
    await page.getByText('Everything up to block 83,333 is valid.').waitFor();
    await page.getByText('83,334 blocks, 1,000,000 transactions').waitFor();
    expect(await page.locator('.cells .todo').count()).toBe(0);
  });
});
