import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright';
import { expect, onTestFinished } from 'vitest';

import { decodeHex } from '../../src/base/bytes.ts';
import { checkoutRoot, projectNode } from '../../build/checkout.mjs';
import { isSoak, SeededRandom } from '../crash/seeded-random.ts';

/** As a person runs it. */
export const DM = join(checkoutRoot, 'build', 'dm.mjs');
/** The last line that the console prints when it is up. */
const READY = 'Ctrl C stops it';
/** Far more than anything in the page takes; a wait that reaches it has failed. */
const TIMEOUT_MS = 60_000;

/** A person's account on a machine: a home, and no keychain, whatever this machine has. */
export interface Account {
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** When to clear away: at the end of the test, or of whatever shares a console. */
export type Defer = (work: () => void | Promise<void>) => void;

export function temporaryDirectory(defer: Defer = onTestFinished): string {
  const directory = mkdtempSync(join(tmpdir(), 'quantum-lock-console-'));
  defer(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function createAccount(defer?: Defer): Account {
  const home = join(temporaryDirectory(defer), 'home');
  mkdirSync(join(home, '.cache'), { recursive: true, mode: 0o700 });
  return {
    home,
    environment: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: home,
      XDG_RUNTIME_DIR: home,
      XDG_DATA_HOME: join(home, 'data'),
      TZ: 'UTC',
    },
  };
}

export interface Started {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Ctrl C, and waits until the process has ended well. */
  readonly stop: () => Promise<void>;
}

/** Any program that prints `ready` and then runs until it is told to stop. */
export async function startProgram(options: {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly ready: string;
  readonly defer?: Defer | undefined;
}): Promise<Started> {
  const { defer = onTestFinished } = options;
  const child = spawn(options.command, options.args, { stdio: ['ignore', 'pipe', 'pipe'], env: options.environment });
  let stdout = '';
  let stderr = '';
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ready = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes(options.ready)) resolve();
    });
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    const [code, signal] = await ended;
    if (code !== 0) throw new Error(`it ended with ${String(code ?? signal)}: ${stderr}`);
  };
  defer(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  await Promise.race([
    ready,
    ended.then(([code]) => Promise.reject(new Error(`it ended with ${String(code)} before it was ready: ${stderr}`))),
  ]);
  return { stdout: () => stdout, stderr: () => stderr, stop };
}

export interface RealConsole extends Started {
  /** The link that signs one browser in, once. */
  readonly address: string;
  /** Of the page: a name that only who was given a link knows. */
  readonly origin: string;
  /** What anybody on the machine may ask. */
  readonly publicAddress: string;
  /** What the terminal shows, and a person types into the confirming window. */
  readonly signingCode: string;
}

/** A real `dm console` in a process of its own. */
export async function startRealConsole(options: {
  readonly dataDirectory: string;
  readonly account: Account;
  readonly args?: readonly string[];
  readonly defer?: Defer;
}): Promise<RealConsole> {
  const started = await startProgram({
    command: projectNode,
    // The page may look into the person's home, and nowhere else.
    args: [DM, 'console', '--data', options.dataDirectory, '--folder', options.account.home, ...(options.args ?? [])],
    environment: options.account.environment,
    ready: READY,
    defer: options.defer,
  });
  return consoleOf(started);
}

/** What a person reads off the terminal. */
export function consoleOf(started: Started): RealConsole {
  const address = /^Console +(\S+)$/m.exec(started.stdout())?.[1];
  const signingCode = /^Signing code +([\d-]+)/m.exec(started.stdout())?.[1];
  const publicAddress = /http:\/\/127\.0\.0\.1:\d+\//.exec(started.stdout())?.[0];
  if (address === undefined || signingCode === undefined || publicAddress === undefined)
    throw new Error(`not as expected: ${started.stdout()}`);
  return { ...started, address, origin: new URL(address).origin, publicAddress, signingCode };
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a `dm` command to its end. */
export async function runDm(account: Account, args: readonly string[]): Promise<Ran> {
  const child = spawn(projectNode, [DM, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: account.environment });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

export interface Desk {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Everything that a browser complained of: errors, refused policies, failed requests. */
  readonly complaints: readonly string[];
  /** Every origin that anything was asked of. */
  readonly origins: ReadonlySet<string>;
}

/** A fresh browser profile, listening to everything that it complains of. */
export async function openDesk(browser: Browser, options: { readonly width?: number } = {}): Promise<Desk> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 800 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    permissions: ['clipboard-write'],
  });
  onTestFinished(() => context.close());
  context.setDefaultTimeout(TIMEOUT_MS);
  const complaints: string[] = [];
  const origins = new Set<string>();
  context.on('page', (page) => page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`)));
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    complaints.push(`${message.type()} at ${message.location().url}: ${message.text()}`);
  });
  context.on('request', (request) => origins.add(new URL(request.url()).origin));
  return { context, page: await context.newPage(), complaints, origins };
}

/** The secret that the page keeps. Waits for it: the browser may clear what was stored once more, late, and the page then stores it again. */
export async function sessionOf(page: Page): Promise<Uint8Array> {
  const session = await page.waitForFunction(() => sessionStorage.getItem('quantum-lock:session'));
  return decodeHex((await session.jsonValue()) ?? '');
}

/** The window that asks about this machine, opened by pressing something in the console. */
export async function openDeed(desk: Pick<Desk, 'context'>, press: () => Promise<void>): Promise<Page> {
  const [window] = await Promise.all([desk.context.waitForEvent('page'), press()]);
  await window.getByRole('button', { name: 'Refuse' }).waitFor();
  return window;
}

/** What is typed there: by the labels of its fields. The code is typed where it is asked for. */
export async function fillDeed(
  window: Page,
  console: Pick<RealConsole, 'signingCode'>,
  typed: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const [label, text] of Object.entries(typed)) await window.getByLabel(label, { exact: true }).fill(text);
  const code = window.getByLabel('Signing code');
  if ((await code.count()) > 0) await code.fill(console.signingCode);
}

/** Types what the window asks for, and presses a button of it. */
export async function confirmDeed(
  desk: Pick<Desk, 'context'>,
  console: Pick<RealConsole, 'signingCode'>,
  button: 'Open' | 'Allow reading' | 'Create' | 'Unlock' | 'Import' | 'Add' | 'Set' | 'Restore' | 'Refuse',
  press: () => Promise<void>,
  typed: Readonly<Record<string, string>> = {},
): Promise<void> {
  const window = await openDeed(desk, press);
  if (button !== 'Refuse') await fillDeed(window, console, typed);
  await window.getByRole('button', { name: button, exact: true }).click();
  await window.getByRole('heading', { name: button === 'Refuse' ? 'Refused' : 'Done' }).waitFor();
  await window.close();
}

/** A browser notes each refused form of a confirming window. */
export const WRONG_TRY: unknown = expect.stringMatching(/\/confirm\/.*403 \(Forbidden\)$/);

/** What is typed for a new encrypted key file. */
export function newPassphrase(passphrase: string): Readonly<Record<string, string>> {
  return { 'New passphrase of the key file': passphrase, 'The same again': passphrase };
}

const THEMES = ['light', 'dark'] as const;

let themes: SeededRandom | null = null;

/** Both in a soak, and where pictures are asked for; one by the seed otherwise. Each color is held to its contrast in both by a test of its own. */
function themesToLookAt(): readonly (typeof THEMES)[number][] {
  if (isSoak || picturesDirectory() !== null) return THEMES;
  themes ??= SeededRandom.announced('the themes that are looked at');
  return [THEMES[themes.below(THEMES.length)] ?? 'light'];
}

/** Where QL_PICTURES wants pictures; null where it does not. */
function picturesDirectory(): string | null {
  const directory = process.env['QL_PICTURES'];
  return directory === undefined || directory === '' ? null : directory;
}

/** What axe finds on the page as it stands. With QL_PICTURES=DIR it leaves pictures there, for people to look at. */
export async function lookAt(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of themesToLookAt()) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const { id, nodes } of violations) {
      for (const node of nodes) {
        found.push(`${name}, ${colorScheme}: ${id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`);
      }
    }
    await takePictures(page, `${name} ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

const PICTURE_WIDTHS = [1280, 800];

export async function takePictures(page: Page, name: string): Promise<void> {
  const directory = picturesDirectory();
  const before = page.viewportSize();
  if (directory === null || before === null) return;
  for (const width of before.width < 800 ? [before.width] : PICTURE_WIDTHS) {
    await page.setViewportSize({ width, height: before.height });
    await page.screenshot({ path: join(directory, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}-${width}.png`) });
  }
  await page.setViewportSize(before);
}
