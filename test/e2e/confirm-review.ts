import type { BrowserContext, Page } from 'playwright';
import { expect } from 'vitest';

import { typeAskedWord } from './confirming.ts';
import { mouseHand, type Hand } from './hands.ts';

export interface Confirming {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly signingCode: string;
  readonly hand?: Hand;
  /** What is typed besides the word and the code, by the labels of its fields. */
  readonly typed?: Readonly<Record<string, string>>;
  /** The heading of what came of it. */
  readonly outcome?: string;
}

/** Confirms, in the window of its own that a button of the console opens, what the button asks for. */
export async function confirmReview(confirming: Confirming, button: string | RegExp): Promise<void> {
  const { page, context, signingCode, typed = {}, outcome = 'Signed and on the chain' } = confirming;
  const { hand = mouseHand(page) } = confirming;
  const opening = context.waitForEvent('page');
  await hand.press(page.getByRole('button', { name: button }));
  const window = await opening;
  await typeAskedWord(window);
  await window.getByLabel('Signing code').fill(signingCode);
  for (const [label, text] of Object.entries(typed)) await window.getByLabel(label, { exact: true }).fill(text);
  await window.locator('button.sign').click();
  expect(await window.locator('.outcome h1, .problem').innerText()).toBe(outcome);
  await window.close();
}

/** Refuses it there. */
export async function refuseReview(
  { page, context }: Pick<Confirming, 'page' | 'context'>,
  button: string | RegExp,
): Promise<void> {
  const opening = context.waitForEvent('page');
  await page.getByRole('button', { name: button }).click();
  const window = await opening;
  await window.getByRole('button', { name: 'Refuse' }).click();
  await window.getByRole('heading', { name: 'Refused' }).waitFor();
  await window.close();
}
