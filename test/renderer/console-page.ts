import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { build } from 'vite';

import { FakeHost } from './fake-host.ts';
import type { FakeNodeOptions } from './fake-node.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A moment that every test shares, so that nothing depends on the day it runs. */
export const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

/** Far more than anything here takes; a wait that reaches it has failed. */
const TIMEOUT_MS = 10_000;

export interface ConsoleBench {
  readonly browser: Browser;
  readonly pageDir: string;
  readonly close: () => Promise<void>;
}

/** Builds the page and starts a browser, once a suite. */
export async function openBench(): Promise<ConsoleBench> {
  const pageDir = mkdtempSync(join(tmpdir(), 'console-page-'));
  await buildPage(pageDir);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  return {
    browser,
    pageDir,
    close: async () => {
      await browser.close();
      rmSync(pageDir, { recursive: true });
    },
  };
}

/** The page as it is shipped: a test runner's own environment would make it a development build. */
export async function buildPage(outDir: string): Promise<void> {
  const environment = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error', build: { outDir, emptyOutDir: true } });
  } finally {
    if (environment === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = environment;
  }
}

export interface OpenConsole {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly host: FakeHost;
  /** The browser is expected to complain about this: everything else that it reports fails the test on closing. */
  readonly expectComplaints: (pattern: RegExp) => void;
  readonly close: () => Promise<void>;
}

interface ConsoleOptions extends Partial<FakeNodeOptions> {
  readonly address?: string;
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
  readonly prepare?: (host: FakeHost) => void;
}

/** A console of its own: a fake host, and the page in a fresh browser profile. */
export async function openConsole(bench: ConsoleBench, options: ConsoleOptions = {}): Promise<OpenConsole> {
  const { address = '', width = 1280, theme = 'light', prepare, ...node } = options;
  const host = new FakeHost(bench.pageDir, { now: NOW, logSize: 1_000_000, ...node });
  prepare?.(host);
  await host.start();
  const context = await bench.browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  const expected: RegExp[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(host.url + address);
  return {
    page,
    context,
    host,
    expectComplaints: (pattern) => expected.push(pattern),
    close: async () => {
      await context.close();
      await host.stop();
      const unexpected = complaints.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)));
      if (unexpected.length > 0) throw new Error(`the browser complained: ${unexpected.join('; ')}`);
    },
  };
}
