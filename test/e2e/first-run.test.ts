import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { launchChromium } from './chromium.ts';
import {
  confirmDeed,
  fillDeed,
  newPassphrase,
  openDeed,
  WRONG_TRY,
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
    const desk = await open(first);
    const { page, complaints } = desk;
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
    expect(await page.getByText('Check carefully.').count()).toBe(0);
    await page.getByLabel('Your name, as the first administrator').fill('Ada Lovelace');
    expect(await page.locator('input[type=password]').count()).toBe(0);
    const asking = await openDeed(desk, () => create.click());
    await asking.getByText('Creates the chain dark-matter-main in').waitFor();
    for (const [typed, again, told] of [
      ['short', 'short', 'The passphrase is shorter than 8 characters.'],
      [PASSPHRASE, PASSPHRASE.toUpperCase(), 'The two new passphrases differ.'],
      ['aaaaaaaaaaaa', 'aaaaaaaaaaaa', 'The passphrase is one character repeated.'],
    ] as const) {
      await fillDeed(asking, first, { ...newPassphrase(typed), 'The same again': again });
      await asking.getByRole('button', { name: 'Create' }).click();
      await asking.getByRole('alert').getByText(told).waitFor();
    }
    expect(await lookAt(asking, 'a new passphrase is asked for')).toEqual([]);
    await fillDeed(asking, first, newPassphrase(PASSPHRASE));
    await asking.getByRole('button', { name: 'Create' }).click();
    await asking.getByRole('heading', { name: 'Done' }).waitFor();
    await asking.close();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.getByText('chain dark-matter-main').waitFor();
    await page.getByRole('button', { name: /Acting as Ada Lovelace Administrator · encrypted file/ }).waitFor();
    expect(complaints).toEqual([WRONG_TRY, WRONG_TRY, WRONG_TRY]);
    await first.stop();

    const second = await startRealConsole({ dataDirectory, account });
    expect(second.stdout()).toMatch(/^Not running {3}/m);
    const later = await open(second);
    await later.page.getByRole('heading', { name: 'The keys are locked' }).waitFor();
    expect(await lookAt(later.page, 'keys are locked')).toEqual([]);
    expect(await later.page.locator('input[type=password]').count()).toBe(0);
    const unlock = later.page.getByRole('button', { name: 'Unlock the keys…' });
    const withdrawn = await openDeed(later, () => unlock.click());
    await later.page.getByRole('button', { name: 'Cancel the request' }).click();
    await later.page.getByRole('alert').getByText('WITHDRAWN').waitFor();
    await fillDeed(withdrawn, second, { 'Passphrase of the key file': PASSPHRASE });
    await withdrawn.getByRole('button', { name: 'Unlock' }).click();
    await withdrawn.getByRole('heading', { name: 'Cancelled' }).waitFor();
    await withdrawn.close();
    const window = await openDeed(later, () => unlock.click());
    await fillDeed(window, second, { 'Passphrase of the key file': 'not the passphrase' });
    await window.getByRole('button', { name: 'Unlock' }).click();
    await window
      .getByRole('alert')
      .getByText('The passphrase is not the one of this key file. 4 tries are left.')
      .waitFor();
    expect(await lookAt(window, 'a passphrase is asked for')).toEqual([]);
    await window.getByLabel('Passphrase of the key file').fill(PASSPHRASE);
    await window.keyboard.press('Enter');
    await window.getByRole('heading', { name: 'Done' }).waitFor();
    await later.page.getByText('Healthy · block 0').waitFor();
    await later.page.getByText('1 active', { exact: true }).waitFor();
    expect(later.complaints).toEqual([WRONG_TRY]);
    for (const text of [second.stdout(), second.stderr()]) expect(text).not.toContain(PASSPHRASE);
    await second.stop();
  });

  test('becomes a sandbox with three administrators', async () => {
    const account = createAccount();
    const console = await startRealConsole({ dataDirectory: join(temporaryDirectory(), 'data'), account });
    const desk = await open(console);
    const { page, complaints } = desk;
    await page.getByRole('radio', { name: /Sandbox chain/ }).check();
    const create = page.getByRole('button', { name: 'Create the sandbox' });
    await confirmDeed(desk, console, 'Create', () => create.click(), newPassphrase(PASSPHRASE));
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
    const ask = page.getByRole('button', { name: 'Allow this page to read it…' });
    await ask.waitFor();
    expect(await lookAt(page, 'folder not granted')).toEqual([]);
    await confirmDeed(desk, console, 'Refuse', () => ask.click());
    await page.getByRole('alert').getByText('REFUSED').waitFor();
    await confirmDeed(desk, console, 'Allow reading', () => ask.click());
    await page.getByRole('button', { name: /inside/ }).waitFor();

    await openExisting(page, join(account.home, 'not-there'));
    await page.getByRole('alert').getByText('DIRECTORY_UNREADABLE').waitFor();
    expect(await lookAt(page, 'no such directory')).toEqual([]);

    await openExisting(page, account.home);
    await page.getByRole('button', { name: /other-chain\/ *contains a chain/ }).click();
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

test('a link is had beside a console whose chain is not open yet, and commands work there as if nothing ran', async () => {
  const account = createAccount();
  const dataDirectory = join(temporaryDirectory(), 'data');
  const console = await startRealConsole({ dataDirectory, account });
  const link = async (): Promise<string> => {
    const made = await runDm(account, ['console', '--link', '--data', dataDirectory]);
    expect(made.code, made.stderr).toBe(0);
    return made.stdout.trim();
  };
  const signIn = async (heading: string): Promise<void> => {
    const { page } = await openDesk(browser);
    await page.goto(await link());
    await page.getByRole('heading', { name: heading, exact: true }).waitFor();
    await page.close();
  };
  // Nothing founded; founded by a command beside it, and not open here; open.
  await signIn('Quantum-Lock');
  const second = await runDm(account, ['console', '--data', dataDirectory]);
  expect([second.code, second.stdout]).toEqual([1, '']);
  expect(second.stderr).toMatch(/DATA_DIR_LOCKED: a console runs on .* already \(process \d+\)/);
  const founded = await runDm(account, ['blockchain', 'init', '--chain-id', 'beside', '--data', dataDirectory]);
  expect(founded.code, founded.stderr).toBe(0);
  await signIn('Quantum-Lock');
  const status = await runDm(account, ['blockchain', 'status', '--json', '--data', dataDirectory]);
  expect(JSON.parse(status.stdout)).toMatchObject({ running: false, chain_id: 'beside' });
  const frozen = await runDm(account, ['blockchain', 'freeze', '--reason', 'a drill', '--data', dataDirectory]);
  expect(frozen.code, frozen.stderr).toBe(0);
  await console.stop();
  const none = await runDm(account, ['console', '--link', '--data', dataDirectory]);
  expect(none.stderr).toContain('NODE_STOPPED');
});

test('a console opens no door among files that are not its own', async () => {
  const account = createAccount();
  const dataDirectory = join(temporaryDirectory(), 'documents');
  mkdirSync(dataDirectory, { mode: 0o755 });
  writeFileSync(join(dataDirectory, 'letter.txt'), 'Dear Ada');
  const console = await startRealConsole({ dataDirectory, account });
  const { page } = await openDesk(browser);
  await page.goto(console.address);
  await page.getByRole('heading', { name: 'Quantum-Lock', exact: true }).waitFor();
  expect(readdirSync(dataDirectory).filter((name) => /sock|secret|console.lock/.test(name))).toEqual([]);
  expect(statSync(dataDirectory).mode & 0o777).toBe(0o755);
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
