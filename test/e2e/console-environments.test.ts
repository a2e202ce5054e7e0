import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Locator, Page } from 'playwright';
import { describe, expect, it } from 'vitest';

import { hashOf } from '../crash/test-chain.ts';
import { AHEAD } from '../sandbox/environments.ts';
import { LANE_LENGTH, longLanes } from '../sandbox/long-lane.ts';
import { refuseReview } from './confirm-review.ts';
import { lookAt } from './real-console.ts';
import { seededSuite } from './seeded-suite.ts';

/** Of a page, whatever it shows the rows of. */
const ELEMENTS_MAX = 5_000;

const suite = seededSuite();
const { openConsole, confirm } = suite;

/** A new Blue version of the same files, made elsewhere. */
async function update(envId: string, metadata: Readonly<Record<string, number>>): Promise<void> {
  const { blue } = await suite.sandbox.client.chain.environment({ env_id: envId });
  await suite.sandbox.elsewhere.act('trainer-07', 'update_environment', {
    env_id: envId,
    base_version: blue.version,
    state_hash: blue.state_hash,
    metadata: { ...blue.metadata, ...metadata },
  });
}

/** Why a control is disabled, as everyone is told. */
async function expectDescription(control: Locator, words: string): Promise<void> {
  const id = (await control.getAttribute('aria-describedby')) ?? '';
  expect(await control.page().locator(`[id="${id}"]`).textContent()).toBe(words);
}

/** Whether all of it can be seen without scrolling. */
async function inView(page: Page, locator: Locator): Promise<boolean> {
  const box = await locator.boundingBox();
  const { height = 0 } = page.viewportSize() ?? {};
  return box !== null && box.y >= 0 && box.y + box.height <= height;
}

describe('what others say of a version', () => {
  it('is shown as claims, with what fits and what does not', async () => {
    const files = { same: 3, different_count: 1, missing_count: 0, unsigned_count: 1 };
    const paths = { different: ['maze/env.py'], missing: [], unsigned: ['run.sh'] };
    suite.sandbox.answer({
      modelClaims: () =>
        Promise.resolve({
          known: true,
          claims: [
            {
              path: 'model.sig',
              problem: null,
              name: 'maze',
              files: { ...files, ...paths },
              signature: 'valid',
              signer: 'a certificate for CN=Lab',
            },
          ],
        }),
    });
    await openConsole({ address: '#/environments/grid-maze' });
    const { page } = suite.open;
    const claims = page.getByRole('region', { name: /What others say of it/ });
    await claims.getByText('3 files are as signed. 1 file different: maze/env.py.').waitFor();
    expect(await claims.textContent()).toContain('by a certificate for CN=Lab; its signature holds');
    expect(await lookAt(page, 'claims')).toEqual([]);
  });
});

const README = `# Grid *maze*

Find the way out. See [the map](docs/map.md), [nothing](gone.md) and <https://example.org/paper>.

| Reward | Value |
|---|--:|
| goal | 10 |

1. Install
2. Run \`train.py\`

> Seeds are fixed.

\`\`\`sh
python train.py --steps 400
\`\`\`
${'\nMore about it, at some length.\n'.repeat(60)}
## The end
`;

/** What a stranger would try on whoever reads it. */
const HOSTILE_README = `<script>document.title='owned'</script><img src=x onerror="document.title='owned'">

[Approve it here](https://evil.example/sign) ![badge](https://evil.example/seen.png) [a](javascript:alert)
[${'\u202E'}gnp.exe](//evil.example/x)
`;

describe('the README of a version', () => {
  const answerWith = (text: string): void =>
    suite.sandbox.answer({
      files: () =>
        Promise.resolve({
          known: true,
          files: ['docs/map.md', 'README.md'].map((path) => ({
            path,
            mode: 0o644,
            size_bytes: text.length,
            content_hash: hashOf(path + text),
          })),
        }),
      file: () =>
        Promise.resolve({ path: 'README.md', size_bytes: text.length, content_hash: hashOf(text), kind: 'text', text }),
    });

  it('is shown as its author laid it out, at first as much as a screen has', async () => {
    answerWith(README);
    await openConsole({ address: '#/environments/grid-maze' });
    const { page } = suite.open;
    const readme = page.getByRole('region', { name: /^README.md/ });
    await readme.getByRole('heading', { name: 'Grid maze' }).waitFor();
    await readme.getByRole('cell', { name: '10' }).waitFor();
    await readme.scrollIntoViewIfNeeded();
    expect(await readme.getByRole('heading', { name: 'The end' }).count()).toBe(0);
    expect(await readme.textContent()).toContain('nothing (gone.md) and https://example.org/paper.');
    expect(await lookAt(page, 'readme')).toEqual([]);
    await readme.getByRole('button', { name: 'Show all of it' }).press('Enter');
    await readme.getByRole('heading', { name: 'The end' }).waitFor();
    await readme.getByRole('link', { name: 'the map' }).click();
    await page.getByRole('link', { name: '← Back' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/environments/grid-maze?to=blue&file=docs%2Fmap.md');
  });

  it('of a stranger runs nothing, loads nothing and leads nowhere', async () => {
    answerWith(HOSTILE_README);
    await openConsole({ address: '#/environments/grid-maze' });
    const { page } = suite.open;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const readme = page.getByRole('region', { name: /^README.md/ });
    await readme.getByText('Approve it here (https://evil.example/sign)').waitFor();
    expect(await readme.textContent()).toContain("<script>document.title='owned'</script><img src=x onerror=");
    expect(await readme.textContent()).toContain('image: badge (https://evil.example/seen.png) [a](javascript:alert)');
    expect(await readme.textContent()).toContain(String.raw`\u{202e}gnp.exe (//evil.example/x)`);
    expect(await readme.locator('a, img, script').count()).toBe(0);
    expect(await page.title()).not.toContain('owned');
    expect(asked.filter((url) => url.includes('evil'))).toEqual([]);
    expect(await lookAt(page, 'hostile readme')).toEqual([]);
  });
});

describe('promoting', () => {
  it('shows the difference, the review and the fingerprint, asks in its own window, and shows the block', async () => {
    const envId = 'lunar-lander-x-01';
    await update(envId, { seeds: 3 });
    await openConsole({ address: '#/environments' });
    const { page } = suite.open;
    await page.getByRole('searchbox', { name: 'Filter the environments' }).fill(envId);
    // It is in the whole lane as well, where it goes from under the pointer once the filter counts.
    await page
      .getByRole('region', { name: 'Green environments' })
      .locator('li[aria-setsize="1"]')
      .getByRole('link', { name: new RegExp(`^${envId}`) })
      .click();
    await page.getByText(/What promoting v\d+ changes in Green/).waitFor();
    await page.getByRole('row', { name: /reward\.goal − 1 \+ 10/ }).waitFor();
    await page.getByRole('link', { name: /^Promote v\d+…$/ }).click();
    await page.getByRole('button', { name: 'Review…' }).click();
    await page.getByText(`Version 3 of ${envId} becomes Green, in place of version 1.`).waitFor();
    await page.getByText('2 Blue versions become Green at once; review the difference.').waitFor();
    expect(await page.getByRole('list', { name: 'Fingerprint' }).getByRole('listitem').count()).toBe(12);

    const { height } = await suite.sandbox.status();
    const waiting = page.getByText('Waiting for your confirmation.').waitFor();
    await confirm('Sign…');
    await waiting;
    const block = (height + 1).toLocaleString('en');
    await page.getByText(`Signed, and on disk in block ${block}.`).waitFor();
    await page.getByRole('link', { name: `Block ${block}`, exact: true }).click();
    await page.getByRole('heading', { level: 2, name: `Block ${block}` }).waitFor();
  });

  it('changes nothing when the person does not confirm', async () => {
    await openConsole();
    const { page } = suite.open;
    const { height } = await suite.sandbox.status();
    await suite.open.goTo(`#/environments/${AHEAD}?do=promote`);
    await page.getByRole('button', { name: 'Review…' }).click();
    await refuseReview(suite.open, 'Sign…');
    await page.getByText('You did not confirm. Nothing was signed, and nothing has changed.').waitFor();
    expect((await suite.sandbox.status()).height).toBe(height);
  });
});

describe('a difference of thousands of files', () => {
  it('is counted and shown by folder, found by keyboard, with the review in sight', { timeout: 120_000 }, async () => {
    const directory = join(suite.sandbox.machine.home, 'many');
    for (let part = 0; part < 30; part++) {
      const folder = join(directory, 'data', 'train', `part-${String(part).padStart(2, '0')}`);
      mkdirSync(folder, { recursive: true });
      for (let file = 0; file < 100; file++)
        writeFileSync(join(folder, `${file}.json`), `{"part":${part},"file":${file}}`);
    }
    writeFileSync(join(directory, 'env.py'), 'pass\n');
    await openConsole({ address: '#/environments' });
    const { page } = suite.open;
    await page.getByRole('link', { name: 'Register…' }).click();
    await page.getByLabel('Id', { exact: true }).fill('many');
    await page.getByRole('button', { name: `${suite.sandbox.machine.home}/` }).click();
    await page.getByRole('button', { name: 'many/' }).click();
    await page.getByRole('button', { name: 'Scan this directory' }).click();
    const found = page.getByRole('region', { name: 'Content found' });
    const list = found.getByRole('list', { name: '3,001 changed files, by folder' });
    await found.getByRole('button', { name: '+ 3,001 added' }).waitFor();
    expect(await found.getByRole('button', { name: '− 0 removed' }).isDisabled()).toBe(true);
    expect(await list.getByRole('listitem').count()).toBe(2);
    expect(await inView(page, page.getByRole('button', { name: 'Review…' }))).toBe(true);

    // A folder that holds nothing but a folder is one row with it.
    const train = list.getByRole('button', { name: 'data/train/' });
    await train.focus();
    await page.keyboard.press('ArrowRight');
    await list.getByRole('button', { name: /^part-00\/ \+ 100/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await list.getByRole('button', { name: 'part-00/' }).getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('End');
    await list.getByText('env.py').waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent?.includes('env.py') === true);
    expect(await lookAt(page, 'thousands of changed files')).toEqual([]);
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(5_000);

    await found.getByRole('searchbox', { name: 'Find a changed file' }).fill('part-29/7');
    await found.getByRole('list', { name: '11 changed files, by folder' }).getByText('70.json').waitFor();
    await found.getByRole('searchbox', { name: 'Find a changed file' }).fill('nowhere');
    await found.getByText('No changed file has that in its path.').waitFor();
    expect(await inView(page, page.getByRole('button', { name: 'Review…' }))).toBe(true);
  });
});

describe('registering', () => {
  it('scans a directory, shows what is there, and signs', async () => {
    await openConsole({ address: '#/environments' });
    const { page } = suite.open;
    await page.getByRole('link', { name: 'Register…' }).click();
    const review = page.getByRole('button', { name: 'Review…' });
    expect(await review.isDisabled()).toBe(true);
    await expectDescription(review, 'Enter the id.');
    await page.getByLabel('Id', { exact: true }).fill('cartpole');
    await expectDescription(review, 'Scan the directory first.');
    await page.getByRole('button', { name: `${suite.sandbox.machine.home}/` }).click();
    await page.getByRole('button', { name: 'cartpole/' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Cart pole');
    await page.getByRole('button', { name: 'Scan this directory' }).click();
    await page.getByRole('region', { name: 'Content found' }).getByText('7 files, 212 KiB').waitFor();
    await page.getByText(`npx dm env create --id cartpole --path ${suite.sandbox.machine.home}/cartpole`).waitFor();
    await review.click();
    await confirm('Sign…');
    await page.getByText('Signed, and on disk').waitFor();
    await page
      .getByRole('region', { name: 'Blue environments' })
      .getByRole('link', { name: /^cartpole v1/ })
      .waitFor();
  });

  it('cannot sign what the ledger would refuse, and says why', async () => {
    await openConsole({ address: '#/environments?do=register' });
    const { page } = suite.open;
    await page.getByLabel('Id', { exact: true }).fill('grid-maze');
    await page.getByRole('button', { name: `${suite.sandbox.machine.home}/` }).click();
    await page.getByRole('button', { name: 'cartpole/' }).click();
    await page.getByRole('button', { name: 'Scan this directory' }).click();
    await page.getByRole('button', { name: 'Review…' }).click();
    await page.getByText('This cannot be signed: the ledger would refuse it.').waitFor();
    await page.getByText('20 ENVIRONMENT_EXISTS').waitFor();
    expect(await page.getByRole('button', { name: 'Sign…' }).count()).toBe(0);
  });

  it('says that a fraction is not allowed in metadata before anything is scanned', async () => {
    await openConsole({ address: '#/environments?do=register' });
    const { page } = suite.open;
    await page.getByText('More metadata').click();
    await page.getByLabel('As a JSON object').fill('{"gravity": 9.8}');
    await page.getByText('9.8 is not a whole number. Write it as text: "9.8".').waitFor();
    expect(await page.getByRole('button', { name: 'Scan this directory' }).isDisabled()).toBe(true);
  });
});

describe('an environment', () => {
  it('opens a changed file line by line, a file’s content, and backs out with Esc', async () => {
    await openConsole();
    const { page } = suite.open;
    await suite.open.goTo(`#/environments/${AHEAD}`);
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
    await page.waitForFunction((id) => document.activeElement?.textContent.startsWith(id) === true, AHEAD);
  });

  it('moves through a lane with the arrows, and filters it', async () => {
    await openConsole({ address: '#/environments' });
    const { page } = suite.open;
    const { blue_count: count } = await suite.sandbox.client.chain.environments({
      zone: 'blue',
      archived: false,
      limit: 1,
    });
    const lane = page.getByRole('list', { name: 'Experimental environments' });
    await lane.getByRole('link').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '2');
    await page.keyboard.press('End');
    await page.waitForFunction((last) => document.activeElement?.getAttribute('data-row') === last, String(count - 1));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'web-forms-34' }).waitFor();
    await page.getByRole('searchbox', { name: 'Filter the environments' }).fill('lunar');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.lanes .item b')].every((name) => name.textContent.startsWith('lunar')),
    );
  });

  it('reaches either end of a lane of a hundred thousand by a key, and scrolls to what is opened', async () => {
    const { environments } = await suite.sandbox.client.chain.environments({ zone: 'blue', text: AHEAD, limit: 1 });
    const [real] = environments;
    if (real === undefined) throw new Error(`there is no ${AHEAD}`);
    suite.sandbox.answer(longLanes(real, 70_000));
    await openConsole({ address: `#/environments/${AHEAD}` });
    const { page } = suite.open;
    const lane = page.getByRole('list', { name: 'Experimental environments' });
    const opened = lane.getByRole('link', { name: new RegExp(`^${AHEAD}`) });
    await opened.waitFor();
    expect(await inView(page, opened)).toBe(true);
    const focusOn = async (row: number): Promise<void> => {
      // It is read, it has the focus, and it is in sight.
      await page.waitForFunction((wanted) => {
        const at = document.activeElement;
        return at?.getAttribute('data-row') === wanted && at.getAttribute('aria-busy') === 'false';
      }, String(row));
      expect(await inView(page, page.locator('[aria-label="Experimental environments"] :focus'))).toBe(true);
    };
    await opened.focus();
    for (const [key, row] of [
      ['ArrowDown', 70_001],
      ['End', LANE_LENGTH - 1],
      ['ArrowUp', LANE_LENGTH - 2],
      ['Home', 0],
      ['ArrowDown', 1],
      ['End', LANE_LENGTH - 1],
    ] as const) {
      await page.keyboard.press(key);
      await focusOn(row);
    }
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(ELEMENTS_MAX);
    await page
      .getByRole('link', { name: `environment-0${LANE_LENGTH - 1}` })
      .first()
      .waitFor();
  });

  it('moves through thousands of files without the focus leaving what can be seen', async () => {
    const count = 5_000;
    suite.sandbox.answer({
      files: () =>
        Promise.resolve({
          known: true,
          files: Array.from({ length: count }, (_, place) => ({
            path: `shard/episode-${String(place).padStart(4, '0')}.json`,
            mode: 0o644,
            size_bytes: place,
            content_hash: hashOf(String(place)),
          })),
        }),
    });
    await openConsole({ address: '#/environments/grid-maze' });
    const { page } = suite.open;
    const files = page.getByRole('list', { name: /^Files of/ });
    await files.getByRole('link').first().focus();
    for (const [key, row] of [
      ['End', count - 1],
      ['ArrowUp', count - 2],
      ['Home', 0],
      ['PageDown', 10],
      ['ArrowDown', 11],
    ] as const) {
      await page.keyboard.press(key);
      await page.waitForFunction((wanted) => document.activeElement?.getAttribute('data-row') === wanted, String(row));
      expect(await inView(page, files.locator(':focus')), key).toBe(true);
    }
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(ELEMENTS_MAX);
  });

  it('narrows both lanes to an owner, a state and a tag, sorts them, and keeps that while one is opened and left', async () => {
    await openConsole({ address: '#/environments' });
    const { page } = suite.open;
    const namesIn = (lane: string): Promise<string[]> =>
      page
        .getByRole('list', { name: `${lane} environments` })
        .locator('.item b')
        .allTextContents();
    const all = await suite.sandbox.client.chain.environments({ zone: 'blue', limit: 500, order: 'updated' });
    const shown = (ids: readonly string[]): Promise<unknown> =>
      page.waitForFunction(
        (expected) =>
          [...document.querySelectorAll('.lanes [aria-label="Blue environments"] .item b')]
            .slice(0, 5)
            .map(({ textContent }) => textContent)
            .join(' ') === expected,
        ids.slice(0, 5).join(' '),
      );
    await page.getByLabel('Sort').selectOption('Updated last');
    await shown(all.environments.map(({ env_id }) => env_id));
    expect(await lookAt(page, 'environments sorted')).toEqual([]);

    const [owner] = (await suite.sandbox.client.chain.environmentFacets()).owners;
    await page.getByLabel('Owner').selectOption(owner?.member_id ?? '');
    await page.getByLabel('State').selectOption('Ahead of Green');
    const fitting = all.environments.filter(
      (one) =>
        one.owner === owner?.member_id && one.green_version !== null && one.blue_state_hash !== one.green_state_hash,
    );
    expect(fitting.length).toBeGreaterThan(1);
    await shown(fitting.map(({ env_id }) => env_id));

    await page.getByRole('list', { name: 'Experimental environments' }).getByRole('link').first().click();
    await page.getByRole('heading', { level: 2, name: fitting[0]?.env_id ?? '' }).waitFor();
    expect(await page.getByLabel('State').inputValue()).toBe('ahead');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !location.hash.includes('/environments/'));
    expect(new URL(page.url()).hash).toContain('stage=ahead');
    await shown(fitting.map(({ env_id }) => env_id));

    await page.getByLabel('State').selectOption('Recalled');
    await page.getByText('No environment fits.').waitFor();
    expect(await namesIn('Canonical')).toEqual([]);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('list', { name: 'Canonical environments' }).getByRole('link').first().waitFor();
    expect(new URL(page.url()).hash).toBe('#/environments');
  });

  it('follows the chain: what another person changes shows by itself', async () => {
    await openConsole({ address: '#/environments/grid-maze' });
    const { page } = suite.open;
    const { version } = (await suite.sandbox.client.chain.environment({ env_id: 'grid-maze' })).blue;
    await page.getByText(`Blue v${version}`, { exact: true }).first().waitFor();
    await update('grid-maze', { seeds: 4 });
    await page.getByRole('link', { name: `Promote v${version + 1}…` }).waitFor();
  });
});

describe('keys and integrity', () => {
  it('changes who acts on any screen, by keyboard alone', async () => {
    await openConsole({ address: '#/explorer' });
    const { page } = suite.open;
    const acting = page.getByRole('button', { name: /^Acting as/ });
    const menu = page.getByRole('dialog', { name: 'Who acts' });
    for (const name of ['Operations 2', 'Operations 1']) {
      await page.keyboard.press('i');
      expect(await menu.getByRole('listitem').filter({ hasText: 'acting' }).count()).toBe(1);
      expect(await menu.textContent()).toContain('Signing: each signature is asked for.');
      if (name === 'Operations 1') expect(await lookAt(page, 'who acts')).toEqual([]);
      await menu.getByRole('button', { name: `Act as ${name}` }).press('Enter');
      await acting.getByText(name, { exact: true }).waitFor();
      expect(await acting.textContent()).toContain('Administrator');
      expect(await menu.count()).toBe(0);
    }
    await acting.press('Enter');
    await menu.waitFor();
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    expect(await acting.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('i');
    await menu.getByRole('link', { name: 'All keys of this machine' }).click();
    await page.getByRole('list', { name: 'Identities' }).waitFor();
    expect(await menu.count()).toBe(0);
  });

  it('creates a key, acts with another, and says what is not a member', async () => {
    await openConsole({ address: '#/keys' });
    const { page } = suite.open;
    await page.getByRole('link', { name: /Operations 2/ }).click();
    await page.getByRole('button', { name: 'Act as Operations 2' }).click();
    await page.getByRole('button', { name: /Acting as Operations 2 Administrator/ }).waitFor();
    await page.getByRole('link', { name: 'Create a key…' }).click();
    await page.getByLabel('Name').fill('Laptop');
    await page.getByRole('button', { name: 'Create the key' }).click();
    await page.getByText('the chain does not know this key').waitFor();
    expect(await page.getByRole('list', { name: 'Fingerprint of Laptop' }).getByRole('listitem').count()).toBe(6);
  });

  it('verifies everything and says exactly what was looked at', async () => {
    await openConsole({ address: '#/recovery/integrity' });
    const { page } = suite.open;
    await page.getByText('Nothing is shown as verified before it was checked.').waitFor();
    // The node checks its chain in the background too, and shows that apart from it.
    const check = page.getByRole('region', { name: /^The whole chain, from its first block/ });
    expect(await check.locator('.cells .verified').count()).toBe(0);
    await page.getByRole('button', { name: 'Verify the whole chain' }).click();
    const { height, log_size: size } = await suite.sandbox.status();
    await page.getByText(`Everything up to block ${height.toLocaleString('en')} is valid.`).waitFor();
    const found = `${(height + 1).toLocaleString('en')} blocks, ${size.toLocaleString('en')} transactions`;
    await page.getByText(found).waitFor();
    expect(await check.locator('.cells .verified').count()).toBeGreaterThan(0);
    expect(await check.locator('.cells .todo').count()).toBe(0);
  });
});
