import { join } from 'node:path';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import { ChainReader } from '../../src/node/storage/chain-reader.ts';
import { encodeKeyCard, makeKeyCard } from '../../src/ledger/documents/key-card.ts';
import { launchChromium } from './chromium.ts';
import { sampled } from '../crash/seeded-random.ts';
import { askedWord, WORD_LABEL } from './confirming.ts';
import { keyboardHand, mouseHand, type Hand, type MakeHand } from './hands.ts';
import {
  createAccount,
  lookAt,
  openDesk,
  runDm,
  startRealConsole,
  temporaryDirectory,
  type Desk,
  type RealConsole,
} from './real-console.ts';

/** A change that two people make together, in the page of a real console on a real chain. */

/** Many looks at many screens, on a machine that may be busy. */
const JOURNEY_TIMEOUT_MS = 10 * 60_000;
/** The key of the validator that is added; on no machine but in this file. */
const NEW_KEY = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

function chainIn(dataDirectory: string): ChainIdentity {
  const { reader, database } = ChainReader.open(dataPaths(dataDirectory).chain);
  try {
    return reader.identity();
  } finally {
    database.close();
  }
}

interface Journey {
  readonly desk: Desk;
  readonly page: Page;
  readonly hand: Hand;
  readonly makeHand: MakeHand;
  readonly console: RealConsole;
  readonly dataDirectory: string;
  readonly look: (page: Page, name: string) => Promise<void>;
}

async function wordsIn(page: Page, region: string): Promise<readonly string[]> {
  const list = page.getByRole('region', { name: region }).getByRole('list', { name: 'Fingerprint', exact: true });
  return list.getByRole('listitem').allInnerTexts();
}

/** Signs what is under review, where the confirming window shows the same words. Gives the block. */
async function sign({ desk, page, hand, makeHand, console, look }: Journey, button: string): Promise<number> {
  // The words are there once the review is: asking for it takes its time.
  await page.getByRole('button', { name: button }).waitFor();
  const words = await wordsIn(page, 'Review and sign');
  await look(page, `governance review ${button}`);
  const opening = desk.context.waitForEvent('page');
  await hand.press(page.getByRole('button', { name: button }));
  const popup = await opening;
  const popupHand = makeHand(popup);
  expect((await popup.locator('.fingerprint').innerText()).split(/\s+/)).toEqual(words);
  await look(popup, `governance popup ${button}`);
  await popupHand.fill(popup.getByLabel(WORD_LABEL), await askedWord(popup));
  await popupHand.fill(popup.getByLabel('Signing code'), console.signingCode);
  await popupHand.press(popup.getByRole('button', { name: 'Sign' }));
  expect(await popup.locator('.outcome h1, .problem').innerText()).toBe('Signed and on the chain');
  await popup.close();
  const signed = page.getByText(/^Signed, and on disk in block \d+\.$/);
  return Number(/\d+/.exec(await signed.innerText())?.[0]);
}

async function propose(journey: Journey): Promise<readonly string[]> {
  const { page, hand, look } = journey;
  await hand.goTo('Validators');
  await hand.press(page.getByRole('link', { name: 'Add a validator…' }));
  const chain = chainIn(journey.dataDirectory);
  const card = makeKeyCard({ chain, subject: 'validator/authority-2' }, NEW_KEY);
  await hand.fill(page.getByLabel('Id', { exact: true }), 'authority-2');
  await hand.fill(page.getByRole('textbox', { name: 'Key card' }), encodeKeyCard(card).trim());
  await page.getByRole('region', { name: 'The key' }).waitFor();
  await look(page, 'governance add validator');
  await hand.press(page.getByRole('button', { name: 'Propose…' }));
  await page.getByText('If you sign, this is proposed. Once it has enough approvals, this happens:').waitFor();
  const words = await wordsIn(page, 'Review and sign');
  expect(await sign(journey, 'Sign the proposal…')).toBe(1);
  await hand.press(page.getByRole('link', { name: 'Open the proposal' }));
  await page.getByText('Once 1 more has approved, this happens:').waitFor();
  await page.getByText('You have approved this. It waits for other members.').waitFor();
  await look(page, 'governance proposed');
  return words;
}

async function approve(journey: Journey, words: readonly string[]): Promise<void> {
  const { page, hand, look } = journey;
  await hand.goTo('Keys');
  await hand.press(page.getByRole('link', { name: /^Operations 2/ }));
  await hand.press(page.getByRole('button', { name: 'Act as Operations 2' }));
  await page.getByRole('link', { name: 'Approvals 1 waits for you' }).waitFor();
  await hand.goTo('Overview');
  await page.getByRole('region', { name: 'Waiting for approval' }).getByText('yours is missing').waitFor();
  await look(page, 'governance overview');
  await hand.goTo('Approvals');
  await look(page, 'governance list');
  await hand.press(page.getByRole('list', { name: 'Waits for you' }).getByRole('link', { name: /authority-2/ }));
  await page.getByText('If you approve, this happens at once:').waitFor();
  const detail = page.getByRole('region', { name: 'Proposal', exact: true });
  expect(await detail.locator('.sentence').innerText()).toMatch(/authority-2/);
  expect(await wordsIn(page, 'Proposal')).toEqual(words);
  await detail
    .getByRole('row', { name: /authority-2/ })
    .first()
    .waitFor();
  await look(page, 'governance proposal');
  await hand.press(page.getByRole('link', { name: 'Review and sign…' }));
  await page.getByText('If you sign, this happens at once:').waitFor();
  expect(await wordsIn(page, 'Review and sign')).toEqual(words);
  expect(await sign(journey, 'Sign the approval…')).toBe(2);
  await hand.press(page.getByRole('link', { name: 'Open the proposal' }));
  await page.getByText('This happened in block 2:').waitFor();
  await page.getByRole('row', { name: /^Operations 1 approved/ }).waitFor();
  await page.getByRole('row', { name: /^Operations 2 approved/ }).waitFor();
  await look(page, 'governance executed');
}

async function inspect({ page, hand, look }: Journey): Promise<void> {
  await hand.goTo('Validators');
  await page.getByRole('link', { name: /^authority-2/ }).waitFor();
  await hand.goTo('Audit log');
  const rows = page.getByRole('list', { name: 'Transactions, newest first' }).getByRole('link');
  await rows.nth(1).waitFor();
  const log = (await rows.allInnerTexts()).join('\n');
  expect(log).toMatch(/Approved: Add validator authority-2\. It was executed\.\s+Operations 2/);
  expect(log).toMatch(/Proposed: Add validator authority-2\.\s+Operations 1/);
  await look(page, 'governance audit');
  await hand.goTo('Recovery');
  await hand.press(page.getByRole('link', { name: 'Integrity', exact: true }));
  await hand.press(page.getByRole('button', { name: 'Verify the whole chain' }));
  await page.getByText('Everything up to block 2 is valid.').waitFor();
}

const HANDS = [
  ['the mouse', mouseHand],
  ['the keyboard alone', keyboardHand],
] as const;

describe.each(sampled(HANDS, 1, 'the hand of governance'))('with %s', (_, makeHand) => {
  test(
    'one proposes a validator, another approves it, and it is one in the block of the last approval',
    { timeout: JOURNEY_TIMEOUT_MS },
    async () => {
      const dataDirectory = join(temporaryDirectory(), 'chain');
      const console = await startRealConsole({ dataDirectory, account: createAccount(), args: ['--sandbox'] });
      const desk = await openDesk(browser);
      const { page } = desk;
      const looked = new Set<string>();
      const found: string[] = [];
      const look = async (at: Page, name: string): Promise<void> => {
        if (looked.has(name)) return;
        looked.add(name);
        found.push(...(await lookAt(at, name)));
      };
      const journey: Journey = { desk, page, hand: makeHand(page), makeHand, console, dataDirectory, look };
      await page.goto(console.address);
      await page.getByText('Healthy · block 0').waitFor();
      const words = await propose(journey);
      await approve(journey, words);
      await inspect(journey);
      expect(found).toEqual([]);
      expect(desk.complaints).toEqual([]);
      expect(
        [...desk.origins].filter((origin) => !/\.localhost$|^127\.0\.0\.1$/.test(new URL(origin).hostname)),
      ).toEqual([]);
      await console.stop();
    },
  );
});

test(
  'an approval signed by the command line from the exported file is carried in through the page',
  { timeout: JOURNEY_TIMEOUT_MS },
  async () => {
    const directory = temporaryDirectory();
    const dataDirectory = join(directory, 'chain');
    const account = createAccount();
    const console = await startRealConsole({ dataDirectory, account, args: ['--sandbox'] });
    const desk = await openDesk(browser);
    const { page } = desk;
    const look = (): Promise<void> => Promise.resolve();
    const journey: Journey = { desk, page, hand: mouseHand(page), makeHand: mouseHand, console, dataDirectory, look };
    await page.goto(console.address);
    await page.getByText('Healthy · block 0').waitFor();
    await page.goto(`${console.origin}/#/approvals?do=parameter`);
    await page.getByLabel('New value').fill('5');
    await page.getByRole('button', { name: 'Review…' }).click();
    await sign(journey, 'Sign the proposal…');
    await page.getByRole('link', { name: 'Open the proposal' }).click();
    const words = await wordsIn(page, 'Proposal');

    await page.getByRole('link', { name: 'Export to sign offline…' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the file' }).click();
    const file = join(directory, 'proposal.json');
    await (await download).saveAs(file);
    const approval = join(directory, 'approval.json');
    const signed = await runDm(account, [
      '--data',
      dataDirectory,
      '--as',
      'Operations 2',
      'proposal',
      'sign',
      '--input',
      file,
      '--output',
      approval,
      '--yes',
    ]);
    expect(signed).toMatchObject({ code: 0 });
    expect(signed.stderr).toContain(words.join(' '));

    await page.getByRole('link', { name: 'Close' }).click();
    await page
      .getByRole('region', { name: 'Proposal', exact: true })
      .getByRole('link', { name: 'Import an approval…' })
      .click();
    await page.getByLabel('A file of the approval, or a picture of its code').setInputFiles(approval);
    await page.getByText('Approved by Operations 2.').waitFor();
    await page.getByRole('button', { name: 'Review and import…' }).click();
    await page.getByText('If you sign, this happens at once:').waitFor();
    expect(await sign(journey, 'Sign…')).toBe(2);
    await page.getByRole('link', { name: 'Open the proposal' }).click();
    await page.getByText('This happened in block 2:').waitFor();
    await page.getByText('signed elsewhere, imported by Operations 1').waitFor();
    expect(desk.complaints).toEqual([]);
    await console.stop();
  },
);
