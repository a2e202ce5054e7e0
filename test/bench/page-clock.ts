import type { Page } from 'playwright';

/** What is asked of the page in the page itself, so that no measure holds the way to the browser and back. */
interface PageClock {
  /** The next event of this type: until a frame that shows its answer is painted, in milliseconds. */
  arm(type: 'keydown' | 'click', answer: string): void;
  readonly answered: Promise<number> | null;
  /** Goes to an address. */
  open(hash: string): Promise<Opened>;
  readonly size: () => PageSize;
}

/** Milliseconds until a frame is painted. */
export interface Opened {
  /** In which the pane of what is opened says something, or the list of a screen has its first rows. */
  readonly first: number;
  /** In which nothing is still being read, out of sight as well. */
  readonly whole: number;
}

export interface PageSize {
  readonly elements: number;
  /** The most children that one element has. */
  readonly children: number;
}

declare global {
  var pageClock: PageClock;
}

/** Makes {@link PageClock} in every document of the page. */
export async function putClock(page: Page): Promise<void> {
  await page.addInitScript(() => {
    /** What took so long is told as never. */
    const LIMIT_MS = { open: 20_000, answer: 2_000 };
    /** Comes once the frame that is being made now is painted. */
    const painted = (): Promise<number> =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => resolve(performance.now()), { once: true });
        port1.start();
        port2.postMessage(null);
      });
    /** Looks once a frame, before it is painted. */
    const until = async (limitMs: number, isThere: () => boolean): Promise<number> => {
      const begin = performance.now();
      for (;;) {
        const isShown = await new Promise<boolean>((resolve) => {
          requestAnimationFrame(() => resolve(isThere()));
        });
        if (isShown) return painted();
        if (performance.now() - begin > limitMs) return Number.POSITIVE_INFINITY;
      }
    };
    const isBusy = (): boolean => document.querySelector('main :is(.skeleton, [aria-busy="true"])') !== null;
    const isInView = (element: Element): boolean => {
      const { top, bottom } = element.getBoundingClientRect();
      const list = element.closest('.list, .proposals, .link-list')?.getBoundingClientRect();
      const height = list === undefined ? innerHeight : Math.min(innerHeight, list.bottom);
      return bottom > Math.max(0, list?.top ?? 0) && top < height;
    };
    let answered: Promise<number> | null = null;
    globalThis.pageClock = {
      get answered() {
        return answered;
      },
      arm(type, answer) {
        // A row, or any from that on.
        const isAtLeast = answer.endsWith('+');
        answered = new Promise((resolve) => {
          addEventListener(
            type,
            ({ timeStamp }) => {
              void until(LIMIT_MS.answer, () => {
                const row = document.activeElement?.getAttribute('data-row');
                switch (answer) {
                  case 'any':
                    return true;
                  case 'palette':
                    return document.querySelector('.palette-input') !== null;
                  case 'no palette':
                    return document.querySelector('.palette-input') === null;
                  case 'typed':
                    return document.activeElement instanceof HTMLInputElement;
                  default:
                    // The row that has the focus, in sight and read.
                    return (
                      (isAtLeast ? Number(row) >= Number.parseInt(answer, 10) : row === answer) &&
                      document.activeElement !== null &&
                      isInView(document.activeElement) &&
                      document.activeElement.getAttribute('aria-busy') !== 'true'
                    );
                }
              }).then((at) => resolve(at - timeStamp));
            },
            { capture: true, once: true },
          );
        });
      },
      async open(hash) {
        const begin = performance.now();
        location.hash = hash;
        const opensOne = /^#\/[^/?]+(?:\/|\?.*\bdo=)/.test(hash);
        // The first frame may still show what was there before.
        let frames = 0;
        const isThere = (): boolean => ++frames > 1 && document.querySelector('main h1') !== null;
        const hasFirst = (): boolean =>
          opensOne
            ? (document.querySelector<HTMLElement>('main .pane.detail .pane-body')?.innerText.trim() ?? '') !== ''
            : document.querySelector('main [data-row]:not([aria-busy="true"])') !== null;
        const first = await until(LIMIT_MS.open, () => isThere() && (hasFirst() || !isBusy()));
        const whole = isBusy() ? await until(LIMIT_MS.open, () => !isBusy()) : first;
        return { first: first - begin, whole: whole - begin };
      },
      size() {
        let children = 0;
        const all = document.querySelectorAll('*');
        for (const element of all) children = Math.max(children, element.childElementCount);
        return { elements: all.length, children };
      },
    };
  });
}
