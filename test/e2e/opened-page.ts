import type { Browser, Page } from 'playwright';
import { expect } from 'vitest';

import { openDesk, runDm, startRealConsole, type Account, type Desk, type RealConsole } from './real-console.ts';

export interface Opened extends Desk {
  readonly console: RealConsole;
}

/** The page of a real console on a sandbox chain of its own, signed in. */
export async function openPage(browser: Browser, account: Account, dataDirectory: string): Promise<Opened> {
  const console = await startRealConsole({ dataDirectory, account, args: ['--sandbox'] });
  const desk = await openDesk(browser);
  await desk.page.goto(console.address);
  await desk.page.getByRole('link', { name: /^(Healthy|Frozen|Degraded|Failed) · block/ }).waitFor();
  return { ...desk, console };
}

/** Another place of the same page: a document is not loaded for it. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => (globalThis.location.hash = to), hash);
  await page.waitForFunction((to) => globalThis.location.hash === to, hash);
}

/** Runs a command that succeeds; its document. */
export async function dm(account: Account, dataDirectory: string, ...args: readonly string[]): Promise<string> {
  const ran = await runDm(account, [...args, '--data', dataDirectory, '--json']);
  expect(ran.code, `${args.join(' ')}\n${ran.stderr}`).toBe(0);
  return ran.stdout;
}

export function proposalIn(stdout: string): string {
  return (JSON.parse(stdout) as { readonly proposal_id: string }).proposal_id;
}
