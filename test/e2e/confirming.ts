import type { Page } from 'playwright';

/** The field for the word. */
export const WORD_LABEL = 'Word that is asked for above';

/** The word of the fingerprint that the confirming window asks for, found as a reader finds it. */
export async function askedWord(popup: Page): Promise<string> {
  const asked = /word (\d+) of the fingerprint/.exec(await popup.locator('#asked').innerText())?.[1];
  const words = await popup.locator('.fingerprint li').allInnerTexts();
  const word = words[Number(asked) - 1];
  if (word === undefined) throw new Error(`the window asks for word ${String(asked)} of ${words.join(' ')}`);
  return word;
}

export async function typeAskedWord(popup: Page): Promise<void> {
  await popup.getByLabel(WORD_LABEL).fill(await askedWord(popup));
}
