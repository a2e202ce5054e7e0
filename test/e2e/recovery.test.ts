import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { decodeDrill } from '../../src/node/recovery/drill-statement.ts';
import { launchChromium } from './chromium.ts';
import { typeAskedWord } from './confirming.ts';
import { dm, goTo, openPage, type Opened } from './opened-page.ts';
import { confirmDeed, createAccount, lookAt, temporaryDirectory, type Account, type Defer } from './real-console.ts';

/** The days that matter, in the page of a real console on a real sandbox chain: rollback, recall, and what is stored. */

/** Many looks at many screens, on a machine that may be busy. */
const JOURNEY_TIMEOUT_MS = 10 * 60_000;

let browser: Browser;
/** One chain for all of these tests, one after the other. */
let chain: Chain;
const cleaning: (() => void | Promise<void>)[] = [];
beforeAll(async () => {
  browser = await launchChromium();
  chain = await prepareChain((work) => void cleaning.unshift(work));
}, JOURNEY_TIMEOUT_MS);
afterAll(async () => {
  await browser.close();
  for (const work of cleaning) await work();
});

interface Chain {
  readonly account: Account;
  readonly dataDirectory: string;
}

/** Three environments; two are Green and have a good version, and one of them then gets a bad one. */
async function prepareChain(defer: Defer): Promise<Chain> {
  const account = createAccount(defer);
  const root = temporaryDirectory(defer);
  const dataDirectory = join(root, 'chain');
  const files = join(root, 'files');
  mkdirSync(files);
  const write = (text: string): void => writeFileSync(join(files, 'env.py'), text);
  const command = (...args: readonly string[]): Promise<string> => dm(account, dataDirectory, ...args);
  write('STEPS = 200\n');
  await command('blockchain', 'init', '--sandbox', '--key-store', 'file');
  for (const id of ['grid-maze', 'lunar-lander', 'pong']) await command('env', 'create', '--id', id, '--path', files);
  await command('env', 'promote', '--id', 'lunar-lander');
  await command('env', 'promote', '--id', 'grid-maze');
  await command('env', 'checkpoint', '--id', 'grid-maze', '--version', '1.0.0');
  write('STEPS = -1\n');
  await command('env', 'update', '--id', 'grid-maze', '--path', files);
  await command('env', 'promote', '--id', 'grid-maze');
  return { account, dataDirectory };
}

/** Presses a button of the review, and confirms it where the page cannot reach. Gives the block. */
async function sign({ context, page, console }: Opened, button: string): Promise<number> {
  const opening = context.waitForEvent('page');
  await page.getByRole('button', { name: button }).click();
  const popup = await opening;
  await typeAskedWord(popup);
  await popup.getByLabel('Signing code').fill(console.signingCode);
  await popup.getByRole('button', { name: 'Sign' }).click();
  expect(await popup.locator('.outcome h1, .problem').innerText()).toBe('Signed and on the chain');
  if (!popup.isClosed()) await popup.close();
  const signed = page.getByText(/^Signed, and on disk in block \d+\.$/);
  return Number(/\d+/.exec(await signed.innerText())?.[0]);
}

async function actAs(page: Page, name: string): Promise<void> {
  await goTo(page, '#/keys');
  await page
    .getByRole('link', { name: new RegExp(`^${name}`) })
    .first()
    .click();
  await page.getByRole('button', { name: `Act as ${name}` }).click();
  await page.getByRole('button', { name: `Acting as ${name}` }).waitFor();
}

/** Proposes what the wizard shows, approves it as the other administrator, and gives the block of the execution. */
async function carryOut(opened: Opened, reason: string, approver: string): Promise<number> {
  const { page } = opened;
  await page.getByLabel('Reason').fill(reason);
  await page.getByRole('button', { name: 'Propose rollback…' }).click();
  await sign(opened, 'Sign the proposal…');
  await page.getByRole('link', { name: 'Open the proposal' }).click();
  await page.getByRole('heading', { name: /^What Green will be/ }).waitFor();
  const place = await page.evaluate(() => globalThis.location.hash);
  await actAs(page, approver);
  await goTo(page, place);
  await page.getByText('If you approve, this happens at once:').waitFor();
  await page.getByRole('row', { name: /^grid-maze/ }).waitFor();
  expect(await lookAt(page, 'recovery approvals')).toEqual([]);
  await page.getByRole('link', { name: 'Review and sign…' }).click();
  return sign(opened, 'Sign the approval…');
}

/** What is Green is taken back while the chain is frozen; whoever looks at it learns why, and what to use instead. */
async function recall(opened: Opened): Promise<void> {
  const { page } = opened;
  await goTo(page, '#/environments/lunar-lander');
  await page.getByRole('link', { name: 'Recall…' }).click();
  await page.getByLabel('Reason').fill('a third of its levels cannot be won');
  await page.getByRole('combobox', { name: 'Superseded by' }).fill('grid-maze');
  await page.getByText('Give both the environment and a version').waitFor();
  await page.getByLabel('Version of it').fill('2');
  expect(await lookAt(page, 'recall form')).toEqual([]);
  await page.getByRole('button', { name: 'Review the recall…' }).click();
  await sign(opened, 'Sign…');
  await page.getByRole('link', { name: 'Open lunar-lander' }).click();
  await page.locator('.tag.bad', { hasText: 'v1 recalled from Green' }).waitFor();
  const notice = page.locator('.notice.bad');
  expect(await notice.innerText()).toMatch(
    /v1 is recalled since .*A third of its levels cannot be won\. Superseded by grid-maze v2\./,
  );
  await page
    .getByRole('region', { name: 'Blue environments' })
    .getByRole('link', { name: /^lunar-lander recalled v1/ })
    .waitFor();
  expect(await lookAt(page, 'recalled environment')).toEqual([]);
}

/** A destination, a backup that is verified, a rehearsal, and what a restore would do. */
async function backUpAndRehearse(opened: Opened, { account, dataDirectory }: Chain): Promise<void> {
  const { page, console } = opened;
  const folder = join(account.home, 'backups');
  mkdirSync(folder);
  await goTo(page, '#/recovery/backups');
  await page.getByText('Backups go nowhere yet').waitFor();
  expect(await lookAt(page, 'backups none')).toEqual([]);
  await page.getByRole('link', { name: 'Add a destination…' }).first().click();
  await page.getByLabel('Name').fill('Other disk');
  await page.getByRole('textbox', { name: 'Directory' }).fill(folder);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Add it…' }).waitFor();
  expect(await lookAt(page, 'backups add')).toEqual([]);
  await page.waitForFunction(() => document.querySelector('main .skeleton') === null);
  await confirmDeed(opened, console, 'Add', () => page.getByRole('button', { name: 'Add it…' }).click());

  const destinations = page.getByRole('region', { name: 'Destinations' });
  await destinations.getByText('nothing there yet').waitFor();
  await destinations.getByRole('button', { name: 'Test' }).click();
  await destinations.getByText('A small file was written there, read back, and taken away.').waitFor();
  await page.getByRole('button', { name: 'Back up now' }).click();
  const told = page.getByRole('region', { name: /^Backups/ }).locator('.notice');
  expect(await told.first().innerText()).toMatch(/Other disk: written and verified\./);
  await destinations.getByText(/^verified/).waitFor();

  const copies = page.getByRole('region', { name: 'Copies' });
  await copies.getByRole('button', { name: /^Verify / }).click();
  await copies.getByText('Every byte of it is as it was written.').waitFor();
  await page.getByRole('button', { name: 'Rehearse now' }).click();
  const drills = page.getByRole('region', { name: 'Rehearsals of a restore' });
  await drills.getByText('restored', { exact: true }).waitFor();
  const [statement] = await Promise.all([
    page.waitForEvent('download'),
    drills.getByRole('button', { name: 'Save the statement' }).click(),
  ]);
  expect(statement.suggestedFilename()).toMatch(/^drill-.*\.json$/);
  // To the byte as it was written: a line end more is another file, and refused.
  expect(decodeDrill(readFileSync(await statement.path(), 'utf8')).statement.ok).toBe(true);

  await page.getByRole('link', { name: 'Set a schedule…' }).click();
  await page.getByLabel('Hours between two backups').fill('12');
  expect(await lookAt(page, 'backups schedule')).toEqual([]);
  await confirmDeed(opened, console, 'Set', () => page.getByRole('button', { name: 'Set the schedule…' }).click());
  await page.getByText('every 12 hours, every 7th in full').waitFor();
  expect(await lookAt(page, 'backups')).toEqual([]);

  // The schedule makes one at once: there may be two by now.
  await copies
    .getByRole('link', { name: /^Restore / })
    .first()
    .click();
  await page.getByText(/^block \d+$/).waitFor();
  expect(await page.getByRole('button', { name: 'Restore…' }).isEnabled()).toBe(true);
  expect(await lookAt(page, 'restore plan')).toEqual([]);

  // What is encrypted tells nothing before it is opened, and can be restored all the same.
  const passphrase = join(account.home, 'backup-passphrase.txt');
  writeFileSync(passphrase, 'four words of some length\n');
  const locked = ['--output', join(folder, 'locked.backup'), '--encrypt-passphrase-file', passphrase];
  await dm(account, dataDirectory, 'blockchain', 'backup', ...locked);
  await goTo(page, '#/recovery/backups?do=restore');
  await page.getByRole('textbox', { name: 'Directory' }).fill(folder);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^locked\.backup/ }).click();
  await page.getByText('It is encrypted:').waitFor();
  expect(await page.getByRole('button', { name: 'Restore…' }).isEnabled()).toBe(true);
  expect(await lookAt(page, 'restore encrypted')).toEqual([]);
  await goTo(page, '#/recovery');
  await page
    .getByRole('region', { name: 'Backups' })
    .getByText(/^verified/)
    .waitFor();
  expect(await lookAt(page, 'recovery end')).toEqual([]);
}

test(
  'a bad promotion is rolled back by two administrators, and the rollback itself is rolled back',
  async () => {
    const opened = await openPage(browser, chain.account, chain.dataDirectory);
    const { page, complaints } = opened;
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Recovery' }).click();
    await page.getByRole('heading', { level: 1, name: 'Recovery' }).waitFor();
    const timeline = page.getByRole('slider', { name: 'Roll back to' });
    await timeline.getByText('promote grid-maze v2').waitFor();
    expect(await lookAt(page, 'recovery begin')).toEqual([]);

    // From now one step back by the keyboard: before the bad promotion, and nothing else goes.
    await timeline.focus();
    await page.keyboard.press('ArrowLeft');
    const difference = page.getByRole('region', { name: 'What Green will be' });
    const row = difference.getByRole('row', { name: /^grid-maze/ });
    await row.getByText('v2', { exact: true }).waitFor();
    expect(await difference.getByRole('row').count()).toBe(2);
    await difference.getByText(/1 environment changes, 2 stay as they are/).waitFor();
    await difference.getByText(/promotion by operations-1/).waitFor();
    expect(await lookAt(page, 'recovery difference')).toEqual([]);

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save this difference' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^rollback-to-block-\d+\.json$/);

    // Nothing moves any more.
    await page.getByRole('button', { name: 'Freeze first…' }).click();
    await sign(opened, 'Sign the freeze…');
    await page.getByRole('button', { name: 'On to the rollback' }).click();
    await page.getByText('The chain is not frozen.').waitFor({ state: 'detached' });

    const undoneIn = await carryOut(opened, 'v2 never ends an episode', 'Operations 2');
    await goTo(page, '#/environments/grid-maze');
    await page.locator('.tag.green', { hasText: 'Green v1' }).waitFor();
    await page.getByText('Rolled back', { exact: true }).waitFor();
    expect(await lookAt(page, 'recovery rolled back environment')).toEqual([]);

    // The story, and the chain as a whole.
    await goTo(page, '#/audit');
    const log = page.getByRole('list', { name: /newest first/ });
    for (const row of [
      /Approved: Roll all environments back to block 7\. It was executed\./,
      /Proposed: Roll all environments back to block 7\./,
      /A rollback to block 7 is being prepared/,
    ])
      await log.getByText(row).first().waitFor();
    await goTo(page, '#/recovery/integrity');
    await page.getByRole('button', { name: 'Verify the whole chain' }).click();
    await page.getByText(/^Everything up to block \d+ is valid\.$/).waitFor();
    expect(await lookAt(page, 'recovery integrity')).toEqual([]);

    // And back again: before the rollback, v2 is Green.
    await goTo(page, `#/recovery?height=${undoneIn - 1}`);
    await difference
      .getByRole('row', { name: /^grid-maze/ })
      .getByText('v2', { exact: true })
      .waitFor();
    await carryOut(opened, 'it was v1 after all', 'Operations 1');
    await goTo(page, '#/environments/grid-maze');
    await page.locator('.tag.green', { hasText: 'Green v2' }).waitFor();
    expect(complaints).toEqual([]);
  },
  JOURNEY_TIMEOUT_MS,
);

test(
  'what is Green is recalled, and the chain is backed up, verified and rehearsed',
  async () => {
    const opened = await openPage(browser, chain.account, chain.dataDirectory);
    await recall(opened);
    await backUpAndRehearse(opened, chain);
    expect(opened.complaints).toEqual([]);
  },
  JOURNEY_TIMEOUT_MS,
);
