import type { Locator, Page } from 'playwright';

/** How a person works a page: the same acts, with the mouse or with the keyboard alone. */
export interface Hand {
  /** A link or a button. */
  press(target: Locator): Promise<void>;
  fill(target: Locator, text: string): Promise<void>;
  /** An option of a select, a radio button or a checkbox. */
  choose(target: Locator, option?: string): Promise<void>;
  fillTime(target: Locator, time: number): Promise<void>;
  goTo(screen: string): Promise<void>;
  /** One step out of what is open. */
  leave(): Promise<void>;
}

export type MakeHand = (page: Page) => Hand;

export function mouseHand(page: Page): Hand {
  return {
    press: (target) => target.click(),
    fill: (target, text) => target.fill(text),
    choose: async (target, option) => {
      if (option === undefined) await target.check();
      else await target.selectOption(option);
    },
    fillTime: (target, time) => target.fill(new Date(time).toISOString().slice(0, 19)),
    goTo: async (screen) => {
      await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click();
      await page.getByRole('heading', { level: 1, name: screen }).waitFor();
    },
    leave: async () => {
      await page
        .getByRole('link', { name: /^(← All|← Back|← Blocks|Close)$/ })
        .first()
        .click();
    },
  };
}

/** More stops than any screen has: a Tab that did not arrive by then goes round in circles. */
const TABS_MAX = 250;

interface Stop {
  readonly arrived: boolean;
  /** What has the focus without showing it; null where it shows. */
  readonly unseen: string | null;
}

/** The focus, as the next frame shows it. */
async function focusOf(target: Locator): Promise<Stop> {
  return target.evaluate(async (wanted): Promise<Stop> => {
    await new Promise(requestAnimationFrame);
    const at = document.activeElement;
    if (at === null || at === document.body) return { arrived: false, unseen: null };
    const style = getComputedStyle(at);
    const ring = at.querySelector('.ring');
    const isSeen =
      (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2) ||
      (ring !== null && getComputedStyle(ring).strokeOpacity === '1') ||
      // Where there is one field and nothing else, its caret is enough.
      at.getAttribute('role') === 'combobox';
    return {
      arrived: at === wanted,
      unseen: isSeen ? null : at.outerHTML.slice(0, 200),
    };
  });
}

export function keyboardHand(page: Page): Hand {
  const { keyboard } = page;

  const tabTo = async (target: Locator): Promise<void> => {
    await target.waitFor();
    for (let tabs = 0; tabs <= TABS_MAX; tabs++) {
      const { arrived, unseen } = await focusOf(target);
      if (arrived) {
        if (unseen !== null) throw new Error(`the focus cannot be seen on ${unseen}`);
        return;
      }
      await keyboard.press('Tab');
      const { unseen: passed } = await focusOf(target);
      if (passed !== null) throw new Error(`the focus cannot be seen on ${passed}`);
    }
    throw new Error(`Tab never reaches ${String(target)}`);
  };

  /** Into the list by Tab, through it by the arrows. */
  const moveTo = async (target: Locator): Promise<void> => {
    await target.waitFor();
    const row = await target.getAttribute('data-row');
    if (row === null) return tabTo(target);
    const list = target.locator('xpath=ancestor::*[.//*[@data-row and @tabindex="0"]][1]');
    await tabTo(list.locator('[data-row][tabindex="0"]'));
    await keyboard.press('Home');
    for (let steps = 0; steps <= Number(row); steps++) {
      const index = String(steps);
      await page.waitForFunction((wanted) => document.activeElement?.getAttribute('data-row') === wanted, index);
      if (steps < Number(row)) await keyboard.press('ArrowDown');
    }
    const { arrived, unseen } = await focusOf(target);
    if (!arrived || unseen !== null) throw new Error(`the arrows do not reach ${String(target)} visibly`);
  };

  return {
    press: async (target) => {
      await moveTo(target);
      await keyboard.press('Enter');
    },
    fill: async (target, text) => {
      await tabTo(target);
      await keyboard.press('Control+a');
      await keyboard.type(text);
    },
    choose: async (target, option) => {
      if ((await target.getAttribute('type')) === 'radio') {
        const name = await target.getAttribute('name');
        await tabTo(page.locator(`input[type="radio"][name="${name ?? ''}"]:checked`));
        while (!(await focusOf(target)).arrived) await keyboard.press('ArrowDown');
        return;
      }
      await tabTo(target);
      if (option === undefined) await keyboard.press('Space');
      else await keyboard.type(option);
    },
    // The parts of the field, as an American browser orders them.
    fillTime: async (target, time) => {
      const [date = '', clock = ''] = new Date(time).toISOString().slice(0, 19).split('T');
      const [year = '', month = '', day = ''] = date.split('-');
      const [hour = '', ...minuteAndSecond] = clock.split(':');
      const isAfternoon = Number(hour) >= 12;
      const hourOfHalf = String(Number(hour) % 12 === 0 ? 12 : Number(hour) % 12).padStart(2, '0');
      await tabTo(target);
      await keyboard.type(`${month}${day}${year}`);
      await keyboard.press('ArrowRight');
      await keyboard.type(`${hourOfHalf}${minuteAndSecond.join('')}${isAfternoon ? 'p' : 'a'}`);
    },
    goTo: async (screen) => {
      await keyboard.press('Control+k');
      const search = page.getByRole('combobox', { name: /^Find a block/ });
      await search.waitFor();
      await keyboard.type(`go to ${screen}`);
      await page.getByRole('option', { name: `Go to ${screen}`, selected: true }).waitFor();
      await keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: screen }).waitFor();
    },
    leave: async () => {
      await keyboard.press('Escape');
    },
  };
}
