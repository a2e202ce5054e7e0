import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { launchChromium } from './chromium.ts';
import {
  confirmDeed,
  createAccount,
  lookAt,
  openDesk,
  runDm,
  startRealConsole,
  temporaryDirectory,
  type Desk,
  type RealConsole,
} from './real-console.ts';

/** The first minutes with a console, and the starts after it, with a real process on a real directory. */

const PASSPHRASE = 'a passphrase of my own';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function open(console: RealConsole): Promise<Desk> {
  const desk = await openDesk(browser);
  await desk.page.goto(console.address);
  return desk;
}

async function openExisting(page: Page, path: string): Promise<void> {
  await page.getByLabel('Directory', { exact: true }).fill(path);
  await page.keyboard.press('Enter');
}

describe('an empty directory', () => {
  test('becomes a chain with an encrypted file, which a restart asks to be unlocked', async () => {
    const account = createAccount();
    const root = temporaryDirectory();
    const dataDirectory = join(root, 'data');
    const other = ['blockchain', 'init', '--chain-id', 'dark-matter-1', '--key-store', 'file', '--json'];
    const beside = await runDm(account, [...other, '--data', join(root, 'other')]);
    expect(JSON.parse(beside.stdout)).toMatchObject({ warnings: [] });
    const again = await runDm(account, [...other, '--data', join(root, 'again')]);
    expect(JSON.parse(again.stdout)).toMatchObject({
      warnings: [expect.stringContaining('is also called dark-matter-1')],
    });
    const first = await startRealConsole({ dataDirectory, account });
    const { page, complaints } = await open(first);
    for (const choice of [/New chain/, /Sandbox chain/, /Open an existing chain/]) {
      await page.getByRole('radio', { name: choice }).check();
      expect(await lookAt(page, `first run ${choice.source}`)).toEqual([]);
    }
    await page.getByRole('radio', { name: /New chain/ }).check();
    const create = page.getByRole('button', { name: 'Create the chain' });
    await create.click();
    await page.getByText('lower-case letters, digits and dashes, at most 63').waitFor();
    for (const [name, warning] of [
      ['dark-rnatter-l', 'This looks like dark-matter-1'],
      ['dark-matter-1', 'is also called dark-matter-1'],
    ] as const) {
      await page.getByLabel('Name of the chain').fill(name);
      await page.getByText(warning).waitFor();
    }
    expect(await lookAt(page, 'first run, a name like another')).toEqual([]);
    await page.getByLabel('Name of the chain').fill('dark-matter-main');
    expect(await page.getByText('Look closer.').count()).toBe(0);
    await page.getByLabel('Your name, as the first administrator').fill('Ada Lovelace');
    const passphrase = page.getByLabel('Passphrase', { exact: true });
    const repeat = page.getByLabel('Passphrase again');
    await passphrase.fill('short');
    await repeat.fill('short');
    await create.click();
    await page.getByText('Use at least 8 characters.').waitFor();
    await passphrase.fill(PASSPHRASE);
    await repeat.fill(PASSPHRASE.toUpperCase());
    await page.getByText('The two are not the same.').waitFor();
    await create.click();
    expect(await lookAt(page, 'first run refused')).toEqual([]);
    await repeat.fill(PASSPHRASE);
    await create.click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.getByText('chain dark-matter-main').waitFor();
    await page.getByRole('link', { name: /Acting as Ada Lovelace Administrator · encrypted file/ }).waitFor();
    expect(complaints).toEqual([]);
    await first.stop();

    const second = await startRealConsole({ dataDirectory, account });
    expect(second.stdout()).toMatch(/^Not running {3}/m);
    const later = await open(second);
    await later.page.getByRole('heading', { name: 'The keys are locked' }).waitFor();
    expect(await lookAt(later.page, 'keys are locked')).toEqual([]);
    await later.page.getByLabel('Passphrase').fill('not the passphrase');
    await later.page.getByRole('button', { name: 'Unlock the keys' }).click();
    await later.page.getByRole('alert').getByText('PASSPHRASE_WRONG').waitFor();
    await later.page.getByLabel('Passphrase').fill(PASSPHRASE);
    await later.page.keyboard.press('Enter');
    await later.page.getByText('Healthy · block 0').waitFor();
    await later.page.getByText('1 active', { exact: true }).waitFor();
    expect(later.complaints).toEqual([]);
    for (const text of [second.stdout(), second.stderr()]) expect(text).not.toContain(PASSPHRASE);
    await second.stop();
  });

  test('becomes a sandbox with three administrators', async () => {
    const account = createAccount();
    const console = await startRealConsole({ dataDirectory: join(temporaryDirectory(), 'data'), account });
    const { page, complaints } = await open(console);
    await page.getByRole('radio', { name: /Sandbox chain/ }).check();
    await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await page.getByLabel('Passphrase again').fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Create the sandbox' }).click();
    await page.getByText(/chain sandbox-[0-9a-f]{6} · sandbox/).waitFor();
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Keys' }).click();
    const list = page.getByRole('list', { name: 'Identities' });
    await list.getByRole('link', { name: /Security lead Administrator/ }).waitFor();
    expect(await list.getByRole('link', { name: /Administrator/ }).count()).toBe(3);
    expect(await list.getByRole('link', { name: /validator authority-1/ }).count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test('leads to a chain of another directory; what is none is refused in words', async () => {
    const account = createAccount();
    const other = join(account.home, 'other-chain');
    const made = await runDm(account, ['blockchain', 'init', '--chain-id', 'elsewhere', '--data', other]);
    expect(made.code, made.stderr).toBe(0);
    mkdirSync(join(account.home, 'no-chain'));
    const console = await startRealConsole({ dataDirectory: join(temporaryDirectory(), 'data'), account });
    const desk = await open(console);
    const { page, complaints } = desk;
    await page.getByRole('radio', { name: /Open an existing chain/ }).check();
    await openExisting(page, join(account.home, 'no-chain'));
    await page.getByRole('list', { name: `In ${join(account.home, 'no-chain')}` }).waitFor();
    const openChain = page.getByRole('button', { name: 'Open this chain' });
    await openChain.click();
    await page.getByRole('alert').getByText('DATA_DIR_EMPTY').waitFor();
    // Not what was granted at the start: the page asks, and sees it once the person has agreed.
    const elsewhere = join(temporaryDirectory(), 'elsewhere');
    mkdirSync(join(elsewhere, 'inside'), { recursive: true });
    await openExisting(page, elsewhere);
    const ask = page.getByRole('button', { name: 'Let this page read it…' });
    await ask.waitFor();
    expect(await lookAt(page, 'folder not granted')).toEqual([]);
    await confirmDeed(desk, console, 'Refuse', () => ask.click());
    await page.getByRole('alert').getByText('REFUSED').waitFor();
    await confirmDeed(desk, console, 'Let it read', () => ask.click());
    await page.getByRole('button', { name: /inside/ }).waitFor();

    await openExisting(page, join(account.home, 'not-there'));
    await page.getByRole('alert').getByText('DIRECTORY_UNREADABLE').waitFor();
    expect(await lookAt(page, 'no such directory')).toEqual([]);

    await openExisting(page, account.home);
    await page.getByRole('button', { name: /other-chain\/ *holds a chain/ }).click();
    await page.getByRole('list', { name: `In ${other}` }).waitFor();
    // A page does not turn to another chain by itself: the person says so where it cannot reach.
    await confirmDeed(desk, console, 'Refuse', () => openChain.click());
    await page.getByRole('alert').getByText('REFUSED').waitFor();
    await confirmDeed(desk, console, 'Open', () => openChain.click());
    await page.getByText('chain elsewhere').waitFor();
    await page.getByText('Healthy · block 0').waitFor();
    expect(complaints).toEqual([]);
  });
});

test('a second console on the same directory names the first, and ends', async () => {
  const account = createAccount();
  const dataDirectory = join(temporaryDirectory(), 'data');
  const first = await startRealConsole({ dataDirectory, account, args: ['--sandbox'] });
  const second = await runDm(account, ['console', '--data', dataDirectory]);
  expect(second.code).toBe(1);
  expect(second.stdout).toBe('');
  expect(second.stderr).toMatch(/DATA_DIR_LOCKED: a console runs on .* already \(process \d+\)/);
  await first.stop();
});
