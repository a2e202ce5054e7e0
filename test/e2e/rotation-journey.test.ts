import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { launchChromium } from './chromium.ts';
import { askedWord, WORD_LABEL } from './confirming.ts';
import { mouseHand, type Hand } from './hands.ts';
import {
  createAccount,
  lookAt,
  openDesk,
  runDm,
  startRealConsole,
  temporaryDirectory,
  type Account,
  type Desk,
  type RealConsole,
} from './real-console.ts';

/** The key of the only validator is replaced in the page of a real console, while somebody else keeps working. */

const JOURNEY_TIMEOUT_MS = 10 * 60_000;
const EXPORT_PASSPHRASE = 'a passphrase for the exported key';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

interface Sitting {
  readonly desk: Desk;
  readonly page: Page;
  readonly hand: Hand;
  readonly console: RealConsole;
}

/** Presses the button, and confirms in the window of its own. */
async function confirm(
  { desk, page, hand, console: { signingCode } }: Sitting,
  { button, decision, outcome }: { readonly button: string; readonly decision: string; readonly outcome: string },
): Promise<void> {
  const opening = desk.context.waitForEvent('page');
  await hand.press(page.getByRole('button', { name: button }));
  const popup = await opening;
  const popupHand = mouseHand(popup);
  await popupHand.fill(popup.getByLabel(WORD_LABEL), await askedWord(popup));
  await popupHand.fill(popup.getByLabel('Signing code'), signingCode);
  const exported = popup.getByLabel('New passphrase for the exported file');
  if (decision === 'Export') {
    await popupHand.fill(exported, EXPORT_PASSPHRASE);
    await popupHand.fill(popup.getByLabel('The same again'), EXPORT_PASSPHRASE);
  }
  await popupHand.press(popup.getByRole('button', { name: decision }));
  // What came of it, or what was wrong with what was typed.
  expect(await popup.locator('.outcome h1, .problem').innerText()).toBe(outcome);
  await popup.close();
}

/** Somebody registers one environment after another from a terminal until told to stop; gives how many. */
function keepWorking(account: Account, dataDirectory: string): { readonly stop: () => Promise<number> } {
  const root = join(account.home, 'work');
  mkdirSync(root);
  let isWorking = true;
  const work = (async (): Promise<number> => {
    let count = 0;
    for (; isWorking; count++) {
      writeFileSync(join(root, 'env.py'), `SEED = ${count}\n`);
      const ran = await runDm(account, [
        'env',
        'create',
        '--id',
        `env-${count}`,
        '--path',
        root,
        '--data',
        dataDirectory,
      ]);
      if (ran.code !== 0) throw new Error(`env-${count}: ${ran.stderr}`);
    }
    return count;
  })();
  return {
    stop: () => {
      isWorking = false;
      return work;
    },
  };
}

interface Validator {
  readonly public_key: string;
  readonly keys: readonly { readonly public_key: string; readonly status: string }[];
}

async function readValidator(account: Account, dataDirectory: string): Promise<Validator> {
  const shown = await runDm(account, ['validator', 'show', 'authority-1', '--json', '--data', dataDirectory]);
  expect(shown.code, shown.stderr).toBe(0);
  return JSON.parse(shown.stdout) as Validator;
}

test('the sole validator’s key is rotated while others work', { timeout: JOURNEY_TIMEOUT_MS }, async () => {
  const account = createAccount();
  const dataDirectory = join(temporaryDirectory(), 'data');
  const console = await startRealConsole({ dataDirectory, account, args: ['--sandbox'] });
  const desk = await openDesk(browser);
  const { page } = desk;
  const hand = mouseHand(page);
  const sitting: Sitting = { desk, page, hand, console };
  const found: string[] = [];
  const look = async (name: string): Promise<void> => void found.push(...(await lookAt(page, name)));
  await page.goto(console.address);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  const before = await readValidator(account, dataDirectory);
  const others = keepWorking(account, dataDirectory);

  await hand.goTo('Validators');
  await hand.press(page.getByRole('list', { name: 'Validators' }).getByRole('link', { name: /^authority-1/ }));
  await look('rotation 0 the validator');
  await hand.press(page.getByRole('link', { name: 'Rotate its key…' }));
  await page.getByLabel('Name', { exact: true }).waitFor();
  await look('rotation 1 new key');
  await hand.press(page.getByRole('button', { name: 'Create the key and continue' }));
  await page.getByText('The signature proves this').waitFor();
  await look('rotation 2 prove');
  await confirm(sitting, { button: 'Sign…', decision: 'Prove', outcome: 'Proved' });

  await page.getByText('What will change').waitFor();
  await look('rotation 3 propose');
  await confirm(sitting, { button: 'Sign the proposal…', decision: 'Sign', outcome: 'Signed and on the chain' });

  await page.getByText('1 of 2 approvals by administrators').waitFor();
  await look('rotation 4 approvals');
  // The page is left; the rotation is found again where it was.
  await page.goto(`${console.origin}/#/overview`);
  await page.goto(`${console.origin}/#/validators/authority-1`);
  await hand.press(page.getByRole('link', { name: 'Follow it' }));
  await hand.press(
    page.getByRole('button', { name: /^Act as (Operations 2|Security lead), whose approval is missing$/ }),
  );
  await hand.press(page.getByRole('button', { name: /^Approve as (Operations 2|Security lead)…$/ }));
  await confirm(sitting, { button: 'Sign the approval…', decision: 'Sign', outcome: 'Signed and on the chain' });

  const since = page.getByText(/^authority-1 seals with its new key since block [\d,]+\.$/);
  const first = Number(/block ([\d,]+)\./.exec(await since.innerText())?.[1]?.replaceAll(',', ''));
  await page.getByText(/^seen Block [\d,]+ carries the seal of/).waitFor();
  await look('rotation 5 done');
  expect(await others.stop()).toBeGreaterThan(1);

  const after = await readValidator(account, dataDirectory);
  expect(after.public_key).not.toBe(before.public_key);
  expect(after.keys.map(({ public_key, status }) => [public_key, status])).toEqual([
    [after.public_key, 'active'],
    [before.public_key, 'retired'],
  ]);
  const sealedBy = async (block: number): Promise<string> => {
    const shown = await runDm(account, [
      'blockchain',
      'inspect',
      '--block',
      String(block),
      '--json',
      '--data',
      dataDirectory,
    ]);
    return (JSON.parse(shown.stdout) as { proof: { public_key: string } }).proof.public_key;
  };
  expect([await sealedBy(first - 1), await sealedBy(first)]).toEqual([before.public_key, after.public_key]);

  // The new key is kept elsewhere too, and the old one is forgotten.
  await hand.press(page.getByRole('link', { name: 'Export it encrypted…' }));
  await hand.press(page.getByRole('button', { name: 'Export encrypted…' }));
  await confirm(sitting, { button: 'Export…', decision: 'Export', outcome: 'Exported' });
  const path = await page.locator('.notice code').innerText();
  expect(readFileSync(path, 'utf8')).not.toBe('');
  await look('key exported');
  await page.goBack();
  await page.getByText('What is left to do').waitFor();
  await hand.press(page.getByRole('link', { name: 'Remove it…' }));
  await page.getByRole('link', { name: /^Validator authority-1 retired key of validator authority-1/ }).waitFor();
  await look('key to forget');
  await hand.press(page.getByRole('button', { name: 'Remove the key…' }));
  await confirm(sitting, { button: 'Remove the key…', decision: 'Remove permanently', outcome: 'Removed' });
  await page.waitForURL((url) => url.hash === '#/keys');
  await page.getByRole('link', { name: /^Validator authority-1, key 2/ }).waitFor();

  await hand.goTo('Members & access');
  await look('members');
  await hand.press(page.getByRole('link', { name: 'Posture' }));
  await page.getByText('One validator seals everything').waitFor();
  await look('posture');
  await hand.press(page.getByRole('link', { name: 'Policies' }));
  await page.getByRole('link', { name: /^Rotate validator/ }).waitFor();
  await look('policies');

  await hand.goTo('Recovery');
  await hand.press(page.getByRole('link', { name: 'Integrity', exact: true }));
  await hand.press(page.getByRole('button', { name: 'Verify the whole chain' }));
  await page.getByText(/^Everything up to block [\d,]+ is valid\.$/).waitFor();
  expect(found).toEqual([]);
  expect(desk.complaints).toEqual([]);
  await desk.context.close();
  await console.stop();
  expect(console.stderr()).not.toMatch(/error|unhandled/i);

  // Without the old key the node starts, and what it seals verifies.
  const again = await startRealConsole({ dataDirectory, account });
  const create = ['env', 'create', '--id', 'after-restart', '--path', join(account.home, 'work')];
  const created = await runDm(account, [...create, '--data', dataDirectory]);
  expect(created.code, created.stderr).toBe(0);
  await again.stop();
  const verify = ['blockchain', 'verify', '--integrity-check', '--json'];
  const verified = await runDm(account, [...verify, '--data', dataDirectory]);
  expect(JSON.parse(verified.stdout), verified.stderr).toMatchObject({ ok: true, findings: [] });
});
