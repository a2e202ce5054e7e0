import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { WebSocketRoute } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import type { VerifyEvent } from '../../src/api/operator/integrity.ts';
import type { JobView } from '../../src/api/operator/jobs.ts';
import { readGeneratedPassphrase } from '../../src/node/keys/passphrase.ts';
import { confirmDeed, newPassphrase } from './real-console.ts';
import { lookAt } from './real-console.ts';
import { openBench, SeededConsole, type Bench, type LookOptions, type OpenPage } from './seeded-console.ts';

let bench: Bench;
let shared: SeededConsole;
let sandbox: SeededConsole;
let open: OpenPage;

beforeAll(async () => {
  // Whatever this machine has: no keychain answers.
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nowhere/bus');
  bench = await openBench();
  shared = await SeededConsole.start(bench);
  sandbox = shared;
});
afterAll(async () => {
  await shared.close();
  await bench.close();
  vi.unstubAllEnvs();
});
afterEach(async () => {
  await open.close();
  if (sandbox === shared) return shared.settle();
  await sandbox.close();
  sandbox = shared;
});

async function openConsole(look: LookOptions = {}): Promise<void> {
  open = await sandbox.open(look);
}

let updates = 0;
/** A block that comes from elsewhere. */
async function commitElsewhere(): Promise<void> {
  const { blue } = await sandbox.client.chain.environment({ env_id: 'grid-maze' });
  await sandbox.elsewhere.act('trainer-07', 'update_environment', {
    env_id: 'grid-maze',
    base_version: blue.version,
    state_hash: blue.state_hash,
    metadata: { ...blue.metadata, updates: ++updates },
  });
}

describe('the shell', () => {
  it('shows the chain, its health and who acts, and follows the newest block', async () => {
    await openConsole();
    const { page } = open;
    const { height } = await sandbox.status();
    await page.getByText(`Healthy · block ${height.toLocaleString('en')}`).waitFor();
    await page.getByRole('button', { name: /Acting as Operations 1 Administrator/ }).waitFor();
    await commitElsewhere();
    await page.getByText(`Healthy · block ${(height + 1).toLocaleString('en')}`).waitFor();
    await page
      .getByRole('row')
      // A row begins with its height; the same digits stand in hashes too.
      .filter({ hasText: new RegExp(`^${(height + 1).toLocaleString('en')}(?![\\d,])`) })
      .waitFor();
  });

  it('leads through a sandbox step by step, from where it is, and can be left and taken up', async () => {
    const { client } = sandbox;
    await openConsole();
    const { page } = open;
    const steps = page.getByRole('region', { name: /^First steps/ });
    const next = (): Promise<string | null> => steps.locator('li[aria-current="step"]').textContent();
    await steps.getByText('· 2 of 7 done').waitFor();
    expect(await next()).toBe('Propose what nobody may do alone');
    expect(await lookAt(page, 'first steps')).toEqual([]);

    await steps.getByRole('button', { name: 'Hide' }).click();
    expect(await steps.getByRole('listitem').count()).toBe(0);
    await page.reload();
    await steps.getByRole('button', { name: 'Show the steps' }).click();
    await steps.getByRole('link', { name: 'Protect…' }).click();
    await page.getByRole('heading', { level: 1, name: 'Members & access' }).waitFor();

    const { rows } = await client.chain.audit({ filter: {}, limit: 1 });
    await open.goTo(`#/explorer/proof/transaction/${rows[0]?.id ?? ''}`);
    await page.getByText('Proved by this page itself.').waitFor();
    await open.goTo('#/overview');
    await steps.getByText('· 3 of 7 done').waitFor();
    expect(await steps.getByText('Look at a proof').textContent()).toContain('(done)');
  });

  it('goes everywhere by links, shortcuts, Back and Forward', async () => {
    await openConsole();
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

  it('hears keys as soon as anything of it is seen, on a machine that is slow', async () => {
    await openConsole({
      beforeLoad: async (context) => {
        // What the page does after it was shown waits for a turn that comes late.
        await context.addInitScript(() => {
          globalThis.MessageChannel = class extends MessageChannel {
            constructor() {
              super();
              const post = this.port2.postMessage.bind(this.port2);
              this.port2.postMessage = (message: unknown) => void setTimeout(() => post(message), 500);
            }
          };
        });
      },
    });
    await open.page.keyboard.press('Control+k');
    await open.page.getByRole('dialog', { name: 'Find anything' }).getByRole('combobox').waitFor();
  });

  it('leads to a screen’s filter with one key, and to the search for everything where there is none', async () => {
    await openConsole({ address: '#/environments' });
    const { page } = open;
    const filter = page.getByRole('searchbox', { name: 'Filter the environments' });
    await filter.waitFor();
    const isFocused = (): Promise<boolean> => filter.evaluate((element) => element === document.activeElement);
    await page.keyboard.press('/');
    await expect.poll(isFocused).toBe(true);
    await page.keyboard.type('maze/1');
    expect(await filter.inputValue()).toBe('maze/1');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill('Filter what');
    await page.keyboard.press('Enter');
    await expect.poll(isFocused).toBe(true);
    await open.goTo('#/keys');
    await page.getByRole('heading', { level: 1, name: 'Keys' }).waitFor();
    await page.keyboard.press('/');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
  });

  it('skips to the content', async () => {
    await openConsole();
    const { page } = open;
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
  });

  it('keeps the chosen theme', async () => {
    await openConsole({ theme: 'dark' });
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
    await openConsole({ address: '#/nowhere' });
    await open.page.getByText('The console has no such place').waitFor();
  });
});

describe('long work of this machine', () => {
  interface Work {
    readonly report: (progress: JobView['progress']) => void;
    readonly end: () => void;
  }

  /** Long work of the host, which a test drives. */
  function startWork(key: string): Work {
    let report: Work['report'] = () => undefined;
    let end: Work['end'] = () => undefined;
    sandbox.host.jobs.start<JobView['progress'], null>({
      kind: 'scan',
      key,
      title: `Scan of /srv/environments/${key}`,
      measure: (progress) => progress ?? { done: 0, total: null },
      work: (tell, signal) =>
        new Promise((resolve, reject) => {
          report = tell;
          end = () => resolve(null);
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    });
    return { report, end };
  }

  it('is on every screen, with how far it is, and is stopped there', async () => {
    await openConsole();
    const { page } = open;
    await page.getByText(/^Healthy · block/).waitFor();
    expect(await page.getByRole('status', { name: 'Work that is running' }).count()).toBe(0);
    startWork('grid-done').end();
    const first = startWork('grid-maze');
    first.report({ done: 34, total: 100 });
    const running = page.getByRole('status', { name: 'Work that is running' });
    await running.getByText('Scanning 34 %').waitFor();
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Keys' }).click();
    first.report({ done: 61, total: 100 });
    startWork('grid-other');
    await running.getByText('Scanning… · 1 more').waitFor();
    await running.getByRole('button', { name: 'Stop' }).click();
    await running.getByText('Scanning 61 %').waitFor();
    await running.getByRole('button', { name: 'Stop' }).click();
    await running.waitFor({ state: 'hidden' });
  });

  it('is found again by a page that was loaded since: a check of the chain, with its result', async () => {
    await openConsole();
    const { page } = open;
    const events: VerifyEvent[] = [];
    for await (const event of await sandbox.client.operator.verify({})) events.push(event);
    expect(events.at(-1)).toMatchObject({ type: 'done', ok: true, findings: [] });
    await page.reload();
    await open.goTo('#/recovery/integrity');
    await page.getByText('last full check').waitFor();
    await page.getByText('nothing wrong was found').waitFor();
  });
});

describe('the charts', () => {
  it('zoom in by dragging, keep the place while data arrives, and zoom out again', async () => {
    await openConsole();
    const { page } = open;
    const chart = page.getByRole('img', { name: /^Throughput\. tx\/s: [\d,]+ now, [\d,]+ at most/ });
    const box = await chart.boundingBox();
    if (box === null) throw new Error('the chart is not drawn');
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 });
    await page.mouse.up();
    const showAll = page.getByRole('button', { name: 'Show all' });
    await showAll.waitFor();
    await commitElsewhere();
    const { height } = await sandbox.status();
    await page.getByText(`Healthy · block ${height.toLocaleString('en')}`).waitFor();
    await showAll.click();
    await showAll.waitFor({ state: 'detached' });
  });

  it('show another window', async () => {
    await openConsole();
    const { page } = open;
    await page.getByRole('button', { name: '15 min' }).click();
    expect(await page.getByRole('button', { name: '15 min' }).getAttribute('aria-pressed')).toBe('true');
  });
});

describe('the palette', () => {
  it('finds commands, environments and blocks by keyboard alone', async () => {
    // Ten thousands of blocks are minutes of work: here a block of a short chain is found as the one with that index.
    const block = await sandbox.client.chain.block({ at: { index: 3 }, offset: 0, limit: 10 });
    sandbox.answer({
      search: async (real, { text }: { readonly text: string }) => {
        const found = await real();
        if (text !== '40000') return found;
        const named = { kind: 'block' as const, id: text, title: 'Block 40000', subtitle: '12 transactions' };
        return { results: [named, ...found.results] };
      },
      block: () => Promise.resolve({ ...block, index: 40_000 }),
    });
    await openConsole();
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
    await openConsole();
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
    const line = { isCut: false, sockets: new Set<WebSocketRoute>() };
    await openConsole({
      beforeLoad: async (context) => {
        await context.routeWebSocket(/\/bridge$/, (socket) => {
          if (line.isCut) return void socket.close();
          line.sockets.add(socket);
          socket.connectToServer();
        });
        await context.route(/\/bridge$/, (route) => (line.isCut ? route.abort() : route.continue()));
      },
    });
    const { page } = open;
    const { height } = await sandbox.status();
    await page.getByText(`Healthy · block ${height.toLocaleString('en')}`).waitFor();
    open.expectComplaints(/ERR_FAILED/);
    line.isCut = true;
    for (const socket of line.sockets) await socket.close();
    await page.getByText('Connection lost.').waitFor();
    await page.getByText(`Not connected · last seen block ${height.toLocaleString('en')}`).waitFor();
    await page.getByRole('heading', { level: 2, name: 'Blocks as they arrive' }).waitFor();
    await commitElsewhere();
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('Connection lost.').waitFor();
    line.isCut = false;
    await page.getByText(`Healthy · block ${(height + 1).toLocaleString('en')}`).waitFor();
    await page.getByText('Connection lost.').waitFor({ state: 'detached' });
  });

  it('tells a page without a session where to go', async () => {
    await openConsole({ link: `${new URL(sandbox.link()).origin}/` });
    // The page asks in plain HTTP why it was not let in: the answer is that this is a door for WebSockets.
    open.expectComplaints(/426/);
    await open.page.getByRole('heading', { name: 'This page is not signed in to the console' }).waitFor();
    await open.page.getByText('--link').waitFor();
  });
});

describe('first run', () => {
  const PASSPHRASE = 'correct horse battery staple';

  async function openEmpty(): Promise<void> {
    sandbox = await SeededConsole.start(bench, bench.emptyMachine());
    await openConsole();
  }

  it('makes a sandbox chain, with the keys in a file where there is no keychain', async () => {
    await openEmpty();
    const { page } = open;
    await page.getByRole('radio', { name: /Sandbox chain/ }).check();
    const { keychain } = await sandbox.client.operator.host();
    expect(keychain.available).toBe(false);
    await page.getByText(keychain.reason ?? '').waitFor();
    expect(await page.getByRole('radio', { name: /Secret Service/ }).isDisabled()).toBe(true);
    const create = page.getByRole('button', { name: 'Create the sandbox' });
    // What is secret is asked for elsewhere.
    expect(await page.locator('input[type=password]').count()).toBe(0);
    await confirmDeed(open, sandbox, 'Create', () => create.click(), newPassphrase(PASSPHRASE));
    await page.getByText(/chain sandbox-[0-9a-f]{6} · sandbox/).waitFor();
  });

  it('says why a directory cannot be opened', async () => {
    await openEmpty();
    const { page } = open;
    await page.getByRole('radio', { name: /Open an existing chain/ }).check();
    await page.getByLabel('Directory', { exact: true }).fill(sandbox.machine.home);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /chains\// }).click();
    await page.getByRole('button', { name: 'Open this chain' }).click();
    await page.getByRole('alert').getByText('DATA_DIR_EMPTY').waitFor();
  });

  it('asks for the passphrase where the keys are locked', async () => {
    const machine = bench.machine();
    const passphrase = readGeneratedPassphrase(machine.dataDirectory) ?? '';
    rmSync(join(machine.dataDirectory, 'keys', 'passphrase'));
    sandbox = await SeededConsole.start(bench, machine);
    await openConsole();
    const { page } = open;
    await page.getByRole('heading', { name: 'The keys are locked' }).waitFor();
    const unlock = page.getByRole('button', { name: 'Unlock the keys…' });
    await confirmDeed(open, sandbox, 'Refuse', () => unlock.click());
    await page.getByRole('alert').getByText('You did not confirm it.').waitFor();
    await confirmDeed(open, sandbox, 'Unlock', () => unlock.click(), { 'Passphrase of the key file': passphrase });
    await page.getByText('chain sandbox-of-tests').waitFor();
  });
});
