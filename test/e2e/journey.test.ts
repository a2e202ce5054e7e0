import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { sampled } from '../crash/seeded-random.ts';
import { launchChromium } from './chromium.ts';
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

/** The whole life of an environment, in the page of a real console on a real chain. */

/** Many looks at many screens, on a machine that may be busy. */
const JOURNEY_TIMEOUT_MS = 15 * 60_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const ENV_PY = `"""Cart-pole: balance a pole on a cart."""
import math

from cartpole.physics import step

MAX_STEPS = 400


class CartPole:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.reset()

    def reset(self) -> tuple[float, ...]:
        self.state = (0.0, 0.0, 0.05, 0.0)
        self.steps = 0
        return self.state

    def step(self, action: int) -> tuple[tuple[float, ...], float, bool]:
        self.state = step(self.state, force=10.0 if action == 1 else -10.0)
        self.steps += 1
        fallen = abs(self.state[2]) > math.radians(12)
        return self.state, 1.0, fallen or self.steps >= MAX_STEPS
`;

/** A small environment as an engineer has it on disk: code, settings, and a picture. */
function writeCartPole(home: string): string {
  const root = join(home, 'cartpole');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'env.py'), ENV_PY);
  writeFileSync(join(root, 'physics.py'), 'GRAVITY = 9.8\n\n\ndef step(state, force):\n    return state\n');
  writeFileSync(join(root, 'reward.json'), '{\n  "alive": 1,\n  "fallen": 0\n}\n');
  writeFileSync(join(root, 'README.md'), '# Cart-pole\n\nKeep the pole up.\n');
  writeFileSync(join(root, 'assets', 'cart.png'), Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]));
  return root;
}

function changeCartPole(root: string): void {
  writeFileSync(join(root, 'env.py'), ENV_PY.replace('MAX_STEPS = 400', 'MAX_STEPS = 500'));
  writeFileSync(join(root, 'wind.py'), 'GUST = 3\n');
  rmSync(join(root, 'README.md'));
}

interface Journey {
  readonly desk: Desk;
  readonly page: Page;
  readonly hand: Hand;
  readonly makeHand: MakeHand;
  readonly console: RealConsole;
  /** Looks at the page with axe, in both themes; once at each thing. */
  readonly look: (page: Page, name: string) => Promise<void>;
}

/** From the form to the block: what is signed is what was shown, here and in the confirming window. Gives the block. */
async function reviewAndSign(
  { desk, page, hand, makeHand, console: { signingCode }, look }: Journey,
  what: string,
  sentence: RegExp,
): Promise<number> {
  await hand.press(page.getByRole('button', { name: 'Review…' }));
  const panel = page.getByRole('region', { name: 'Review and sign' });
  const said = await panel.locator('.sentence').innerText();
  expect(said).toMatch(sentence);
  const fingerprint = await panel.getByRole('list', { name: 'Fingerprint' }).getByRole('listitem').allInnerTexts();
  const canonical = await panel.locator('pre').textContent();
  await look(page, `review ${what}`);

  const opening = desk.context.waitForEvent('page');
  await hand.press(panel.getByRole('button', { name: 'Sign…' }));
  const popup = await opening;
  const popupHand = makeHand(popup);
  await popup.getByRole('heading', { level: 1, name: said }).waitFor();
  const words = await popup.locator('.fingerprint').innerText();
  expect(words.split(/\s+/)).toEqual(fingerprint.map((word) => word.replace(/^\d+\s*/, '').trim()));
  expect(await popup.locator('pre').textContent()).toBe(canonical);
  await look(popup, `popup ${what}`);
  await popupHand.fill(popup.getByLabel(WORD_LABEL), await askedWord(popup));
  await popupHand.fill(popup.getByLabel('Signing code'), signingCode);
  await popupHand.press(popup.getByRole('button', { name: 'Sign' }));
  // What came of it, or what was wrong with what was typed.
  expect(await popup.locator('.outcome h1, .problem').innerText()).toBe('Signed and on the chain');
  // It closes itself, once it has been read.
  if (!popup.isClosed()) await popup.waitForEvent('close');

  const signed = panel.getByText(/^Signed, and on disk in block \d+\.$/);
  const block = Number(/\d+/.exec(await signed.innerText())?.[0]);
  await look(page, 'signed');
  return block;
}

async function rowsOf(table: Locator): Promise<readonly string[]> {
  await table.waitFor();
  return table.locator('tbody tr').allInnerTexts();
}

/** Every step of the check holds, and there are some. */
async function expectProved(page: Page): Promise<void> {
  await page.getByText('Proved by this page itself.').waitFor();
  const steps = await page.getByRole('list', { name: 'Steps of the check' }).getByRole('listitem').allInnerTexts();
  expect(steps.length).toBeGreaterThan(3);
  for (const step of steps) expect(step).toMatch(/^holds\b/);
}

/** A second tab that nobody touches: what happens shows there by itself. */
async function watchOverview(desk: Desk, { origin }: RealConsole): Promise<(block: number) => Promise<void>> {
  const page = await desk.context.newPage();
  await page.goto(`${origin}/#/overview`);
  const blocks = page.getByRole('region', { name: /^Blocks as they arrive/ });
  await blocks.getByRole('link', { name: '0', exact: true }).waitFor();
  return (block) => blocks.getByRole('link', { name: String(block), exact: true }).waitFor();
}

async function register(journey: Journey, envId: string, name: string): Promise<number> {
  const { page, hand, look } = journey;
  await hand.fill(page.getByLabel('Id', { exact: true }), envId);
  await hand.press(page.getByRole('list', { name: 'Folders that this page may read' }).getByRole('button'));
  await hand.press(page.getByRole('button', { name: `${envId}/`, exact: true }));
  await page.getByRole('list', { name: new RegExp(`/${envId}$`) }).waitFor();
  await hand.fill(page.getByLabel('Name', { exact: true }), name);
  await hand.press(page.getByRole('button', { name: 'Scan this directory' }));
  await page.getByRole('region', { name: 'Content found' }).waitFor();
  await look(page, 'register');
  return reviewAndSign(journey, 'registration', new RegExp(envId));
}

/** Promotes the newest Blue: the difference on the environment, before the review and in the task is one and the same. */
async function promote(journey: Journey, envId: string, version: number): Promise<number> {
  const { page, hand, look } = journey;
  const before = await rowsOf(page.locator('section[aria-labelledby="comparison"] table.difference'));
  expect(before.length).toBeGreaterThan(0);
  await look(page, `environment ${envId} v${version}`);
  await hand.press(page.getByRole('link', { name: `Promote v${version}…` }));
  await page.getByRole('heading', { name: `Promote v${version} to Green` }).waitFor();
  expect(await rowsOf(page.locator('.task-form table.difference'))).toEqual(before);
  await look(page, `promote ${envId} v${version}`);
  return reviewAndSign(journey, 'promotion', new RegExp(`^Version ${version} of ${envId} becomes Green`));
}

async function openEnvironment({ page, hand }: Journey, envId: string): Promise<void> {
  await hand.goTo('Environments');
  await hand.press(
    page.getByRole('region', { name: 'Blue environments' }).getByRole('link', { name: new RegExp(`^${envId}`) }),
  );
  await page.getByRole('heading', { level: 2, name: envId }).waitFor();
}

const field = (page: Page, name: string): Locator =>
  page
    .locator('.fact')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('dd');

/** The value of the environment at a past height and at a past time: before its promotion, and after. */
async function visitThePast({ page, hand, look }: Journey, promotedIn: number): Promise<void> {
  await hand.goTo('Explorer');
  await look(page, 'explorer');
  await hand.press(page.getByRole('list', { name: 'Blocks, newest first' }).getByRole('link', { name: /^1\b/ }));
  await page.getByRole('heading', { level: 2, name: 'Block 1' }).waitFor();
  const createdAt = Number((await field(page, 'timestamp').innerText()).split(' ')[0]);
  await look(page, 'block');
  await hand.press(page.getByRole('link', { name: 'State at any time' }));
  await hand.fill(page.getByLabel('Key', { exact: true }), 'cartpole');
  await hand.fill(page.getByLabel('At height'), '1');
  await hand.press(page.getByRole('button', { name: 'Show', exact: true }));
  const value = page.getByLabel('Value', { exact: true });
  expect(JSON.parse(await value.innerText())).toMatchObject({ green: null });
  await look(page, 'state at height 1');
  await hand.press(page.getByRole('link', { name: 'Proof', exact: true }));
  await expectProved(page);
  await page.getByText(/At block 1, .* had exactly this value\./).waitFor();
  await look(page, 'state proof');
  await hand.press(page.getByRole('link', { name: 'Value', exact: true }));

  // The field takes whole seconds: the first one that is not before the block.
  const time = Math.ceil(createdAt / 1_000) * 1_000;
  await hand.fillTime(page.getByLabel('or at time'), time);
  await hand.press(page.getByRole('button', { name: 'Show', exact: true }));
  await page.waitForURL((url) => url.hash.includes(`time=${time}`));
  await field(page, 'At block').getByText(/^1,/).waitFor();
  expect(JSON.parse(await value.innerText())).toMatchObject({ green: null });

  await hand.fill(page.getByLabel('At height'), String(promotedIn));
  await hand.press(page.getByRole('button', { name: 'Show', exact: true }));
  await page.getByLabel('Value', { exact: true }).filter({ hasText: '"promoted_at"' }).waitFor();

  await hand.fill(page.getByLabel('Key', { exact: true }), 'never-there');
  await hand.press(page.getByRole('button', { name: 'Show', exact: true }));
  await hand.press(page.getByRole('link', { name: /^Proof/ }));
  await page.getByText(/never-there did not exist\./).waitFor();
  await look(page, 'proof of absence');
}

async function auditAndProve({ page, hand, look }: Journey): Promise<void> {
  await hand.goTo('Audit log');
  const row = page.getByRole('list', { name: /newest first/ }).getByRole('link', { name: /[Pp]romote/ });
  await row.waitFor();
  await look(page, 'audit');
  await hand.press(row);
  const detail = page.getByRole('region', { name: 'Transaction', exact: true });
  await detail.getByRole('heading', { name: 'Payload' }).waitFor();
  await look(page, 'transaction');
  await hand.press(detail.getByRole('link', { name: 'Proof', exact: true }));
  await expectProved(page);
  await look(page, 'transaction proof');
}

async function verifyEverything({ page, hand, look }: Journey, height: number): Promise<void> {
  await hand.goTo('Recovery');
  await hand.press(page.getByRole('link', { name: 'Integrity', exact: true }));
  await page.getByText('Nothing is shown as verified before it was checked.').waitFor();
  await look(page, 'integrity before');
  await hand.press(page.getByRole('button', { name: 'Verify the whole chain' }));
  await page.getByText(`Everything up to block ${height} is valid.`).waitFor();
  await look(page, 'integrity after');
}

async function update(journey: Journey, root: string): Promise<number> {
  const { page, hand, look } = journey;
  changeCartPole(root);
  await openEnvironment(journey, 'cartpole');
  await hand.press(page.getByRole('link', { name: 'Update…' }));
  await hand.fill(page.getByLabel('Directory', { exact: true }), root);
  await page.keyboard.press('Enter');
  await page.getByRole('list', { name: `In ${root}` }).waitFor();
  await hand.press(page.getByRole('button', { name: 'Scan this directory' }));
  const changes = page
    .getByRole('region', { name: 'Content found' })
    .or(page.locator('section[aria-label="Content found"]'));
  await changes.first().getByText('What would change from Blue v1').waitFor();
  const rows = await rowsOf(changes.first().locator('table.difference'));
  expect(new Set(rows.map((row) => row.split(/\s+/)[0]))).toEqual(new Set(['README.md', 'env.py', 'wind.py']));
  await look(page, 'update');
  return reviewAndSign(journey, 'update', /cartpole/);
}

async function seeLines({ page, hand, look }: Journey): Promise<void> {
  await hand.press(page.locator('section[aria-labelledby="comparison"]').getByRole('link', { name: 'env.py' }));
  await page.getByRole('row', { name: /− MAX_STEPS = 400/ }).waitFor();
  await page.getByRole('row', { name: /\+ MAX_STEPS = 500/ }).waitFor();
  await look(page, 'lines');
  await hand.leave();
  await page.getByRole('heading', { name: /^Lineage/ }).waitFor();
}

async function checkpoint(journey: Journey): Promise<number> {
  const { page, hand, look } = journey;
  await hand.press(page.getByRole('link', { name: 'Checkpoint…' }));
  await hand.fill(page.getByLabel('Version label'), '1.0.0');
  await look(page, 'checkpoint');
  return reviewAndSign(journey, 'checkpoint', /1\.0\.0/);
}

async function mergeIntoGridWorld(journey: Journey): Promise<number> {
  const { page, hand, look } = journey;
  await hand.press(page.getByRole('link', { name: 'Merge into it…' }));
  await hand.choose(page.getByRole('checkbox', { name: /^cartpole/ }));
  await hand.choose(page.getByLabel('Strategy'), 'prefer_target');
  await look(page, 'merge');
  return reviewAndSign(journey, 'merge', /gridworld/);
}

async function archive(journey: Journey): Promise<number> {
  const { page, hand, look } = journey;
  await openEnvironment(journey, 'cartpole');
  await hand.press(page.getByRole('link', { name: 'Archive…' }));
  await hand.fill(page.getByLabel('Reason'), 'Merged into gridworld');
  await look(page, 'archive');
  return reviewAndSign(journey, 'archive', /cartpole/);
}

describe('the life of an environment', () => {
  const hands = [
    { how: 'by mouse', makeHand: mouseHand, looks: true },
    { how: 'by keyboard alone', makeHand: keyboardHand, looks: false },
  ];
  test.each(sampled(hands, 1, 'the hand of the journey'))(
    '$how',
    { timeout: JOURNEY_TIMEOUT_MS },
    async ({ makeHand, looks }) => {
      const account = createAccount();
      const root = writeCartPole(account.home);
      mkdirSync(join(account.home, 'gridworld'));
      writeFileSync(join(account.home, 'gridworld', 'env.py'), 'SIZE = 8\n');
      const dataDirectory = join(temporaryDirectory(), 'data');
      const console = await startRealConsole({ dataDirectory, account, args: ['--sandbox', '--folder', account.home] });
      const desk = await openDesk(browser);
      const { page } = desk;
      const found: string[] = [];
      const seen = new Set<string>();
      const look = async (shown: Page, name: string): Promise<void> => {
        if (!looks || seen.has(name)) return;
        seen.add(name);
        found.push(...(await lookAt(shown, name)));
      };
      const journey: Journey = { desk, page, hand: makeHand(page), makeHand, console, look };
      const { hand } = journey;

      await page.goto(console.address);
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      const seenArriving = await watchOverview(desk, console);
      await page.bringToFront();
      await look(page, 'overview of a new chain');

      await hand.goTo('Environments');
      await look(page, 'no environments');
      await hand.press(page.getByRole('link', { name: 'Register an environment…' }));
      expect(await register(journey, 'cartpole', 'Cart pole')).toBe(1);
      await seenArriving(1);
      await hand.press(page.getByRole('link', { name: 'Open cartpole' }));
      expect(await promote(journey, 'cartpole', 1)).toBe(2);
      await seenArriving(2);

      await auditAndProve(journey);
      await visitThePast(journey, 2);
      await verifyEverything(journey, 2);

      expect(await update(journey, root)).toBe(3);
      await hand.press(page.getByRole('link', { name: 'Open cartpole' }));
      await page.getByText('What promoting v2 changes in Green').waitFor();
      await seeLines(journey);
      expect(await promote(journey, 'cartpole', 2)).toBe(4);
      await hand.press(page.getByRole('link', { name: 'Open cartpole' }));
      expect(await checkpoint(journey)).toBe(5);
      await seenArriving(5);

      await hand.goTo('Environments');
      await hand.press(page.getByRole('link', { name: 'Register…' }));
      expect(await register(journey, 'gridworld', 'Grid world')).toBe(6);
      await hand.press(page.getByRole('link', { name: 'Open gridworld' }));
      expect(await mergeIntoGridWorld(journey)).toBe(7);
      await hand.press(page.getByRole('link', { name: 'Open gridworld' }));
      await field(page, 'Merged from').getByText('cartpole v2').waitFor();
      await look(page, 'merged');
      expect(await archive(journey)).toBe(8);
      await seenArriving(8);
      await hand.press(page.getByRole('link', { name: 'Open cartpole' }));
      await page.getByText('Archived: it cannot be updated or promoted any more.').waitFor();
      await look(page, 'archived');

      await hand.goTo('Keys');
      await hand.press(page.getByRole('list', { name: 'Identities' }).getByRole('link', { name: /Operations 2/ }));
      await page.getByRole('list', { name: 'Fingerprint of Operations 2' }).waitFor();
      await look(page, 'keys');
      await hand.goTo('Overview');
      await page.getByText('everything verified to block 2').waitFor();
      await look(page, 'overview');

      const verify = ['blockchain', 'verify', '--integrity-check', '--json'];
      const verified = await runDm(account, [...verify, '--data', dataDirectory]);
      expect(verified.code, verified.stderr).toBe(0);
      expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, height: 8, findings: [] });

      expect(found).toEqual([]);
      expect(desk.complaints).toEqual([]);
      await desk.context.close();
      await console.stop();
      // Whatever the page did, the secret of the terminal came from the person alone.
      const origins = [...desk.origins].map((origin) => new URL(origin));
      // The page's, and one of its own for each signature, all on this machine.
      expect(origins.filter(({ hostname }) => !hostname.endsWith('.localhost'))).toEqual([]);
      expect(new Set(origins.map(({ port }) => port)).size).toBe(2);
      expect(console.stderr()).not.toMatch(/error|unhandled/i);
    },
  );
});
