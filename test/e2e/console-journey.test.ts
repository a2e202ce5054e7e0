import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildPage } from '../renderer/console-page.ts';
import { typeAskedWord } from './confirming.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PASSPHRASE = 'correct horse battery';
const TIMEOUT_MS = 20_000;

let directory: string;
let node: ChildProcess;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

/** Starts the console as a person would, and returns the address that it prints. */
async function startConsole(): Promise<string> {
  node = spawn(
    process.execPath,
    [join(ROOT, 'src/cli/main.ts'), '--data', join(directory, 'data'), 'console', '--port', '0', '--folder', directory],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (node.stdout === null) throw new Error('the console has no output');
  for await (const line of createInterface({ input: node.stdout })) {
    const address = /http:\/\/[0-9a-f]+\.localhost:\d+\/#\S+/.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error('the console ended without printing its address');
}

function writeEnvironment(maxSteps: number): string {
  const path = join(directory, 'cartpole');
  mkdirSync(join(path, 'assets'), { recursive: true });
  writeFileSync(join(path, 'env.py'), `class CartPole:\n    max_steps = ${maxSteps}\n`);
  writeFileSync(join(path, 'assets', 'weights.bin'), Buffer.alloc(3_000, 7));
  return path;
}

async function signInItsOwnWindow(): Promise<void> {
  const opened = context.waitForEvent('page');
  await page.getByRole('button', { name: 'Sign…' }).click();
  const confirming = await opened;
  await typeAskedWord(confirming);
  await confirming.getByLabel(/passphrase/i).fill(PASSPHRASE);
  await confirming.getByRole('button', { name: 'Sign' }).click();
  await page.getByText(/^Signed, and on disk in block \d+\.$/).waitFor();
}

async function scan(): Promise<void> {
  await page.getByRole('textbox', { name: 'Directory' }).fill(join(directory, 'cartpole'));
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Scan this directory' }).click();
  await page.getByRole('region', { name: /What is there|What would change/ }).waitFor();
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'console-journey-'));
  await buildPage(join(ROOT, 'dist/renderer'));
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(TIMEOUT_MS);
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(await startConsole());
});

afterAll(async () => {
  await browser.close();
  const ended = once(node, 'exit');
  node.kill('SIGTERM');
  await ended;
  rmSync(directory, { recursive: true });
});

/** One person's first hour, on a real node, in the order that it happens. */
describe('the first hour with the console', () => {
  it('makes a sandbox chain', async () => {
    await page.getByRole('radio', { name: /Sandbox chain/ }).check();
    await page.getByRole('radio', { name: /Encrypted file/ }).check();
    await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await page.getByLabel('Passphrase again').fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Create the sandbox' }).click();
    await page.getByText('Healthy · block 0').waitFor();
    await page.getByText('Only genesis is here.').waitFor();
  });

  it('registers a directory', async () => {
    writeEnvironment(200);
    await page.keyboard.press('n');
    await page.getByLabel('Id', { exact: true }).fill('cartpole');
    await page.getByLabel('Name', { exact: true }).fill('Cart pole');
    await scan();
    await page.getByRole('button', { name: 'Review…' }).click();
    await page.getByText('cartpole is registered as a Blue environment, version 1.').waitFor();
    await signInItsOwnWindow();
    await page.getByText('Healthy · block 1').waitFor();
  });

  it('promotes it, and updates Blue', async () => {
    await page.getByRole('link', { name: 'Open cartpole' }).click();
    await page.getByRole('link', { name: 'Promote v1…' }).click();
    await page.getByRole('button', { name: 'Review…' }).click();
    await signInItsOwnWindow();
    writeEnvironment(400);
    await page.getByRole('link', { name: 'Open cartpole' }).click();
    await page.getByRole('link', { name: 'Update…' }).click();
    await scan();
    await page.getByRole('button', { name: 'Review…' }).click();
    await signInItsOwnWindow();
  });

  it('shows what promoting again would change, line by line', async () => {
    await page.getByRole('link', { name: 'Open cartpole' }).click();
    await page.getByText('What promoting v2 changes in Green').waitFor();
    await page
      .getByRole('row', { name: /^env\.py/ })
      .getByRole('link')
      .click();
    await page.getByRole('row', { name: /− +max_steps = 200/ }).waitFor();
    await page.getByRole('row', { name: /\+ +max_steps = 400/ }).waitFor();
  });

  it('finds the promotion in the audit log, and proves it in the page', async () => {
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByRole('combobox', { name: 'Action' }).selectOption('promote_environment');
    await page.getByText('1 transaction matches').waitFor();
    await page
      .getByRole('list', { name: /transactions, newest first/ })
      .getByRole('link')
      .click();
    await page.getByRole('link', { name: 'Proof' }).click();
    await page.getByText('Proved, by this page itself.').waitFor();
    expect(await page.getByText('fails', { exact: true }).count()).toBe(0);
  });

  it('proves what Green was at an earlier block, and that something never was', async () => {
    const base = new URL(page.url()).origin;
    await page.goto(`${base}/#/explorer/proof/state/environments/cartpole?height=1`);
    await page.getByText(/At block 1, .* cartpole had exactly this value\./).waitFor();
    await page.goto(`${base}/#/explorer/proof/state/environments/never-there`);
    await page.getByText(/never-there did not exist\./).waitFor();
  });

  it('verifies the whole chain', async () => {
    await page.getByRole('link', { name: 'Integrity' }).click();
    await page.getByRole('button', { name: 'Verify the whole chain' }).click();
    await page.getByText('Everything up to block 3 holds.').waitFor();
  });

  it('gave the browser nothing to complain about', () => {
    expect(complaints).toEqual([]);
  });
});
