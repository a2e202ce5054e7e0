import { join } from 'node:path';

import type { Browser, BrowserContext, Page } from 'playwright';

import { checkoutRoot } from '../../build/checkout.mjs';
import { sampled } from '../crash/seeded-random.ts';
import { launchChromium } from '../e2e/chromium.ts';
import { FakeHost } from './fake-host.ts';
import type { FakeNodeOptions } from './fake-node.ts';

/** A moment that every test shares, so that nothing depends on the day it runs. */
export const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

/** Far more than anything here takes; a wait that reaches it has failed. */
const TIMEOUT_MS = 10_000;

/** The page as it is shipped, which the suite's set-up has built. */
const PAGE_DIRECTORY = join(checkoutRoot, 'dist', 'renderer');

export interface ConsoleBench {
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** Starts a browser, once a suite. */
export async function openBench(): Promise<ConsoleBench> {
  const browser = await launchChromium();
  return { browser, close: () => browser.close() };
}

/** Each theme at each width, in pixels: all of them in a soak, one by the seed otherwise. */
export function sampledLooks(
  widths: readonly number[],
  what: string,
): readonly (readonly [theme: 'light' | 'dark', width: number])[] {
  const looks = (['light', 'dark'] as const).flatMap((theme) => widths.map((width) => [theme, width] as const));
  return sampled(looks, 1, what);
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
  const host = new FakeHost(PAGE_DIRECTORY, { now: NOW, logSize: 1_000_000, ...node });
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
