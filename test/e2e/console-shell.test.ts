import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { JobView } from '../../src/api/operator/jobs.ts';
import { openBench, openConsole, type ConsoleBench, type OpenConsole } from '../renderer/console-page.ts';

let bench: ConsoleBench;
let open: OpenConsole;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
afterEach(() => open.close());

describe('the shell', () => {
  it('shows the chain, its health and who acts, and follows the newest block', async () => {
    open = await openConsole(bench);
    const { page, host } = open;
    const { height } = host.node.log;
    await page.getByText(`Healthy · block ${height.toLocaleString('en')}`).waitFor();
    await page.getByRole('link', { name: /Acting as Operations 1 Administrator/ }).waitFor();
    host.node.commit('update_environment', 'grid-maze', 'Updated grid-maze to version 2');
    await page.getByText(`Healthy · block ${(height + 1).toLocaleString('en')}`).waitFor();
    await page
      .getByRole('row')
      .filter({ hasText: (height + 1).toLocaleString('en') })
      .waitFor();
  });

  it('goes everywhere by links, shortcuts, Back and Forward', async () => {
    open = await openConsole(bench);
    const { page } = open;
    for (const title of ['Environments', 'Audit log', 'Explorer', 'Keys', 'Recovery']) {
      await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: title }).click();
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
    }
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Keys' }).waitFor();
    await page.goForward();
    await page.getByRole('heading', { level: 1, name: 'Recovery' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await help.getByText('Go to Audit log').waitFor();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
  });

  it('skips to the content', async () => {
    open = await openConsole(bench);
    const { page } = open;
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
  });

  it('keeps the chosen theme', async () => {
    open = await openConsole(bench, { theme: 'dark' });
    const { page } = open;
    const theme = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset['theme']);
    expect(await theme()).toBe('dark');
    await page.getByRole('button', { name: 'Theme: system. Change to light.' }).click();
    expect(await theme()).toBe('light');
    await page.reload();
    await page.getByRole('button', { name: 'Theme: light. Change to dark.' }).waitFor();
    expect(await theme()).toBe('light');
  });

  it('says when there is no such place', async () => {
    open = await openConsole(bench, { address: '#/nowhere' });
    await open.page.getByText('The console has no such place').waitFor();
  });
});

describe('long work of this machine', () => {
  const job = (id: string, more: Partial<JobView>): JobView => ({
    job_id: id,
    kind: 'scan',
    title: 'Scan of /srv/environments/grid-maze',
    started_at: 1_700_000_000_000,
    state: 'running',
    progress: { done: 34, total: 100 },
    ended_at: null,
    error: null,
    ...more,
  });

  it('is on every screen, with how far it is, and is stopped there', async () => {
    open = await openConsole(bench);
    const { page, host } = open;
    await page.getByText(/^Healthy · block/).waitFor();
    expect(await page.getByRole('status', { name: 'Work that is running' }).count()).toBe(0);
    host.node.jobs = [job('job-1', {}), job('job-0', { state: 'done', ended_at: 1_700_000_000_001 })];
    host.node.changed.notify();
    const running = page.getByRole('status', { name: 'Work that is running' });
    await running.getByText('Scanning 34 %').waitFor();
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Keys' }).click();
    host.node.jobs = [job('job-1', { progress: { done: 61, total: 100 } }), job('job-2', { progress: null })];
    host.node.changed.notify();
    await running.getByText('Scanning… · 1 more').waitFor();
    await running.getByRole('button', { name: 'Stop' }).click();
    await running.getByText('Scanning 61 %').waitFor();
    await running.getByRole('button', { name: 'Stop' }).click();
    await running.waitFor({ state: 'hidden' });
  });

  it('is found again by a page that was loaded since: a check of the chain, with its result', async () => {
    open = await openConsole(bench);
    const { page, host } = open;
    host.node.jobs = [
      job('verify-1', { kind: 'verify', title: 'Integrity check', state: 'done', ended_at: Date.now() }),
    ];
    await page.reload();
    await page.goto(`${page.url().split('#')[0] ?? ''}#/recovery/integrity`);
    await page.getByText('last full check').waitFor();
    await page.getByText('nothing wrong was found').waitFor();
  });
});

describe('the charts', () => {
  it('zoom in by dragging, keep the place while data arrives, and zoom out again', async () => {
    open = await openConsole(bench);
    const { page, host } = open;
    const chart = page.getByRole('img', { name: /^Throughput\. tx\/s: [\d,]+ now, [\d,]+ at most/ });
    const box = await chart.boundingBox();
    if (box === null) throw new Error('the chart is not drawn');
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 });
    await page.mouse.up();
    const showAll = page.getByRole('button', { name: 'Show all' });
    await showAll.waitFor();
    host.node.commit('update_environment', 'grid-maze', 'Updated grid-maze to version 2');
    await page.getByText(`Healthy · block ${host.node.log.height.toLocaleString('en')}`).waitFor();
    await showAll.click();
    await showAll.waitFor({ state: 'detached' });
  });

  it('show another window', async () => {
    open = await openConsole(bench);
    const { page } = open;
    await page.getByRole('button', { name: '15 min' }).click();
    expect(await page.getByRole('button', { name: '15 min' }).getAttribute('aria-pressed')).toBe('true');
  });
});

describe('the palette', () => {
  it('finds commands, environments and blocks by keyboard alone', async () => {
    open = await openConsole(bench);
    const { page } = open;
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    const search = page.getByRole('combobox', { name: /^Find a block/ });

    await page.keyboard.press('Control+k');
    await search.fill('integrity of');
    await page.getByRole('option', { name: /Show the integrity of the chain/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Recovery' }).waitFor();

    await page.keyboard.press('Control+k');
    await search.fill('grid-maze-05');
    await page.getByRole('option', { name: /grid-maze-05/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'grid-maze-05' }).waitFor();

    await page.keyboard.press('Control+k');
    await search.fill('40000');
    await page.getByRole('option', { name: /Block 40000/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Block 40,000' }).waitFor();
  });

  it('gives the focus back when it closes', async () => {
    open = await openConsole(bench);
    const { page } = open;
    const button = page.getByRole('button', { name: /Find a block/ });
    await button.click();
    await page.getByRole('combobox', { name: /^Find a block/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: /^Find a block/ }).waitFor({ state: 'detached' });
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
  });
});

describe('the connection', () => {
  it('says how old the figures are while the host is away, and catches up when it is back', async () => {
    open = await openConsole(bench);
    const { page, host } = open;
    const { height } = host.node.log;
    await page.getByText(`Healthy · block ${height.toLocaleString('en')}`).waitFor();
    open.expectComplaints(/ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE)/);
    await host.stop();
    await page.getByText('Connection lost.').waitFor();
    await page.getByText(`Not connected · last seen block ${height.toLocaleString('en')}`).waitFor();
    await page.getByRole('heading', { level: 2, name: 'Blocks as they arrive' }).waitFor();
    host.node.commit('update_environment', 'grid-maze', 'Updated grid-maze to version 2');
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('Connection lost.').waitFor();
    await host.start();
    await page.getByText(`Healthy · block ${(height + 1).toLocaleString('en')}`).waitFor();
    await page.getByText('Connection lost.').waitFor({ state: 'detached' });
  });

  it('tells a page without a session where to go', async () => {
    open = await openConsole(bench, {
      prepare: (host) => {
        host.refusing = true;
      },
    });
    // The page asks in plain HTTP why it was not let in: the answer is that this is a door for WebSockets.
    open.expectComplaints(/426/);
    await open.page.getByRole('heading', { name: 'This page is not signed in to the console' }).waitFor();
    await open.page.getByText('--link').waitFor();
  });
});

describe('first run', () => {
  it('makes a sandbox chain, with the keys in a file where there is no keychain', async () => {
    open = await openConsole(bench, { firstRun: true, keychain: false });
    const { page } = open;
    await page.getByRole('radio', { name: /Sandbox chain/ }).check();
    await page.getByText('no secret service answers on the session bus').waitFor();
    expect(await page.getByRole('radio', { name: /Secret Service/ }).isDisabled()).toBe(true);
    const create = page.getByRole('button', { name: 'Create the sandbox' });
    // What is secret is asked for elsewhere.
    expect(await page.locator('input[type=password]').count()).toBe(0);
    await create.click();
    await page.getByText(/chain sandbox-[0-9a-f]{6} · sandbox/).waitFor();
  });

  it('says why a directory cannot be opened', async () => {
    open = await openConsole(bench, { firstRun: true });
    const { page } = open;
    await page.getByRole('radio', { name: /Open an existing chain/ }).check();
    await page.getByRole('button', { name: /chains\// }).click();
    await page.getByRole('button', { name: 'Open this chain' }).click();
    await page.getByRole('alert').getByText('DATA_DIR_EMPTY').waitFor();
  });

  it('asks for the passphrase where the keys are locked', async () => {
    open = await openConsole(bench, {
      firstRun: true,
      prepare: (host) => {
        host.node.problem = {
          code: 'PASSPHRASE_REQUIRED',
          message: 'The keys are locked.',
          advice: 'Give the passphrase.',
        };
      },
    });
    const { page, host } = open;
    await page.getByRole('heading', { name: 'The keys are locked' }).waitFor();
    host.node.deeds.refuses = true;
    await page.getByRole('button', { name: 'Unlock the keys…' }).click();
    await page.getByRole('alert').getByText('You did not confirm it.').waitFor();
    host.node.deeds.refuses = false;
    await page.getByRole('button', { name: 'Unlock the keys…' }).click();
    await page.getByText('chain dark-matter-main').waitFor();
  });
});
