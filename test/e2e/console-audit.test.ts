import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { FakeHost } from '../renderer/fake-host.ts';
import { openBench, openConsole, type ConsoleBench, type OpenConsole } from '../renderer/console-page.ts';

/** Rows that may exist at once, whatever the length of the log: what fits, and a margin. */
const DRAWN_ROWS_MAX = 60;

let bench: ConsoleBench;
let open: OpenConsole;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
afterEach(() => open.close());

const rows = (page: Page): Locator => page.getByRole('list', { name: /ransactions, newest first/ }).getByRole('link');
const row = (page: Page, logIndex: number): Locator =>
  rows(page).filter({ hasText: new RegExp(`^${logIndex.toLocaleString('en')}`) });
const list = (page: Page): Locator => page.locator('.list.tall');

describe('a search', () => {
  it.each([
    [
      { unchecked_after: 40, failure: null },
      0,
      /being checked against the chain, up to block 40 of .* so far: until that/,
    ],
    [{ unchecked_after: -1, failure: null }, 0, /being checked against the chain: until that is done/],
    [{ unchecked_after: null, failure: null }, 900, /catching up, at block .* of .*: newer transactions are not found/],
    [
      {
        unchecked_after: 7,
        failure: { code: 'STORAGE_FULL', message: 'the disk is full', advice: 'Free space on it.' },
      },
      0,
      /The index fails, .* The disk is full\. Free space on it\. .* delete index\.db from its data directory/,
    ],
  ] as const)('says what it may not find: %j, %i blocks behind', async (index, lag, words) => {
    const prepare = (host: FakeHost): void => {
      host.node.index = index;
      host.node.indexLag = lag;
    };
    open = await openConsole(bench, { address: '#/audit?text=registered', prepare });
    const { page } = open;
    await page.getByRole('status').filter({ hasText: words }).waitFor();
    // The log itself is not found by the index.
    await page.evaluate(() => (globalThis.location.hash = '#/audit'));
    await page.getByText('1,000,000 transactions').waitFor();
    expect(await page.getByText(words).count()).toBe(0);
  });
});

describe('the audit log with a million transactions', () => {
  it('reaches the middle and both ends at once, and draws only what is in sight', async () => {
    open = await openConsole(bench, { address: '#/audit' });
    const { page } = open;
    await page.getByText('1,000,000 transactions').waitFor();
    await row(page, 999_999).waitFor();

    await list(page).evaluate((element) => {
      element.scrollTop = (element.scrollHeight - element.clientHeight) / 2;
    });
    await row(page, 500_000).waitFor();
    expect(await page.locator('.list.tall li').count()).toBeLessThan(DRAWN_ROWS_MAX);

    await list(page).evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await row(page, 0).waitFor();
    await row(page, 0).focus();
    await page.keyboard.press('Home');
    await row(page, 999_999).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '0');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '999999');
    await row(page, 0).waitFor();
  });

  it('moves pixel by pixel under the wheel, however far down', async () => {
    open = await openConsole(bench, { address: '#/audit' });
    const { page } = open;
    await row(page, 999_999).waitFor();
    await list(page).evaluate((element) => {
      element.scrollTop = element.scrollHeight / 3;
    });
    await page.waitForFunction(() => document.querySelectorAll('.list.tall li a[href]').length > 10);
    const first = (): Promise<number> =>
      list(page).evaluate((element) => {
        const top = element.getBoundingClientRect().top;
        const items = [...element.querySelectorAll('li')].filter((item) => item.getBoundingClientRect().top >= top);
        return Math.min(...items.map((item) => Number(item.getAttribute('aria-posinset'))));
      });
    const before = await first();
    await list(page).hover();
    await page.mouse.wheel(0, 360);
    await page.waitForFunction((place) => {
      const element = document.querySelector('.list.tall');
      const top = element?.getBoundingClientRect().top ?? 0;
      const items = [...(element?.querySelectorAll('li') ?? [])].filter(
        (item) => item.getBoundingClientRect().top >= top,
      );
      return Math.min(...items.map((item) => Number(item.getAttribute('aria-posinset')))) === place;
    }, before + 10);
  });

  it('keeps up with a long scroll, and fills every row where it rests', async () => {
    open = await openConsole(bench, { address: '#/audit' });
    const { page } = open;
    await row(page, 999_999).waitFor();
    const median = await list(page).evaluate(async (element) => {
      const gaps: number[] = [];
      let last = performance.now();
      for (let frame = 0; frame < 120; frame++) {
        element.scrollTop += 90;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        gaps.push(performance.now() - last);
        last = performance.now();
      }
      return gaps.sort((left, right) => left - right)[60];
    });
    expect(median).toBeLessThan(34);
    await page.waitForFunction(() => document.querySelectorAll('.list.tall .waiting').length === 0);
  });

  it('stands still while it is read, and counts what is new', async () => {
    open = await openConsole(bench, { address: '#/audit' });
    const { page, host } = open;
    await row(page, 999_999).click();
    await page.getByRole('heading', { level: 2, name: 'Transaction' }).waitFor();
    const place = await row(page, 999_999).boundingBox();
    host.node.commit('update_environment', 'grid-maze', 'Updated grid-maze to version 8');
    host.node.commit('update_environment', 'grid-maze', 'Updated grid-maze to version 9');
    await page.getByRole('button', { name: '2 new' }).waitFor();
    expect(await row(page, 999_999).boundingBox()).toEqual(place);
    await page.getByRole('button', { name: '2 new' }).click();
    await row(page, 1_000_001).waitFor();
    await page.getByText('Updated grid-maze to version 9').first().waitFor();
  });

  it('holds its filters in the address, reads on at the end, and links to what it found', async () => {
    open = await openConsole(bench, { address: '#/audit', logSize: 100_000 });
    const { page } = open;
    await row(page, 99_999).waitFor();
    await page.getByRole('combobox', { name: 'Action' }).selectOption('promote_environment');
    await page.getByText('10,000 or more match').waitFor();
    await page.getByRole('combobox', { name: 'Signed by' }).selectOption('auditor');
    await page.getByRole('searchbox', { name: 'Search the log' }).fill('grid-maze');
    await page.waitForFunction(() => location.hash.includes('text=grid-maze'));
    expect(new URL(page.url()).hash).toBe('#/audit?action=promote_environment&signer=auditor&text=grid-maze');
    await rows(page).first().waitFor();
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.list.tall a[href]')].every((link) =>
        /Promoted .*grid-maze.*Auditor/.test(link.textContent),
      ),
    );
    const sizeOf = (): Promise<number> =>
      rows(page)
        .first()
        .evaluate((link) => Number(link.closest('li')?.getAttribute('aria-setsize')));
    const size = await sizeOf();
    await list(page).evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await page.waitForFunction(
      (last) => Number(document.querySelector('.list.tall li')?.getAttribute('aria-setsize')) > last,
      size,
    );

    await page.reload();
    await rows(page).first().click();
    await page.getByRole('heading', { level: 2, name: 'Transaction' }).waitFor();
    await page.getByRole('link', { name: 'Proof' }).click();
    await page.getByRole('heading', { level: 2, name: 'Proof of inclusion' }).waitFor();
    await page.goBack();
    await page.keyboard.press('Escape');
    await page.getByText('Choose a transaction').waitFor();
    expect(new URL(page.url()).hash).toBe('#/audit?action=promote_environment&signer=auditor&text=grid-maze');
  });

  it('teaches what to do when nothing matches', async () => {
    open = await openConsole(bench, { address: '#/audit?env=nothing-is-called-this', logSize: 100_000 });
    const { page } = open;
    await page.getByText('No transaction matches').waitFor();
    await page.getByText('0 transactions match').waitFor();
    await page.getByRole('link', { name: 'Clear the filters' }).click();
    await row(page, 99_999).waitFor();
  });

  it('replaces the list by the detail on a narrow window', async () => {
    open = await openConsole(bench, { address: '#/audit', width: 800 });
    const { page } = open;
    await rows(page).first().click();
    await page.getByRole('heading', { level: 2, name: 'Transaction' }).waitFor();
    expect(await list(page).isVisible()).toBe(false);
    await page.getByRole('link', { name: '← All' }).click();
    await list(page).waitFor();
  });
});

describe('the explorer', () => {
  it('refuses to call an invented proof proved, and names the step that fails', async () => {
    open = await openConsole(bench, { address: '#/explorer/block/40000' });
    const { page } = open;
    await page.getByText('previous_hash', { exact: true }).waitFor();
    await page.getByRole('table').getByRole('link').first().click();
    await page.getByRole('link', { name: 'Proof', exact: true }).click();
    await page.getByText('Not proved.').waitFor();
    await page.getByRole('list', { name: 'Steps of the check' }).getByText('fails').waitFor();
  });

  it('shows the state of anything, and says when there was nothing', async () => {
    open = await openConsole(bench, { address: '#/explorer/state/environments' });
    const { page } = open;
    await page.getByLabel('Key').fill('grid-maze');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByLabel('Value').getByText('"env_id": "grid-maze"').waitFor();
    await page.getByLabel('Key').fill('not-there');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('There was no such entry').waitFor();
  });

  it('looks up a hash, and says when there is none', async () => {
    open = await openConsole(bench, { address: '#/explorer' });
    const { page } = open;
    const field = page.getByRole('textbox', { name: 'Block number, block hash or transaction id' });
    await field.fill('12');
    await field.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Block 12' }).waitFor();
    await field.fill('what');
    await field.press('Enter');
    await page.getByText('Nothing on this chain has this number, hash or id.').waitFor();
  });
});
