import { afterAll, beforeAll, expect, it, vi } from 'vitest';

import { openBench, SeededConsole, type Bench, type OpenPage } from './seeded-console.ts';

/** Links and notifications of the desktop, as the page hears of them. */

let bench: Bench;
let sandbox: SeededConsole;
let open: OpenPage;

beforeAll(async () => {
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nowhere/bus');
  bench = await openBench();
  sandbox = await SeededConsole.start(bench);
});
afterAll(async () => {
  await open.close();
  await sandbox.close();
  await bench.close();
  vi.unstubAllEnvs();
});

it('shows what was opened before there was a page, then what comes, above anything that is open', async () => {
  const { opened } = sandbox.host;
  opened.add({ kind: 'environment', env_id: 'grid-maze' });
  open = await sandbox.open();
  const { page } = open;
  await page.waitForURL(/#\/environments\/grid-maze$/);
  await page.getByRole('heading', { name: 'grid-maze' }).waitFor();

  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  opened.add({ kind: 'block', index: 2 });
  await page.waitForURL(/#\/explorer\/block\/2$/);
  await page.getByRole('heading', { name: 'Block 2' }).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);

  const { rows } = await sandbox.client.chain.audit({ filter: {}, limit: 1 });
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('no transaction');
  opened.add({ kind: 'transaction', transaction_id: id });
  await page.waitForURL(new RegExp(`#/explorer/transaction/${id}$`));

  await page.goBack();
  await page.getByRole('heading', { name: 'Block 2' }).waitFor();
});
