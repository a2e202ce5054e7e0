import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import type { CDPSession, Page } from 'playwright';

import { checkoutRoot } from '../../build/checkout.mjs';
import { ensureBuilt } from '../../build/setup/built-output.mjs';
import { rendererOutput } from '../../build/setup/renderer.mjs';
import { LocalConsole } from '../../src/node/doors/local-console.ts';
import { percentile } from '../../src/node/monitoring/finality-meter.ts';
import { launchChromium } from '../e2e/chromium.ts';
import { chainAtSize, environmentId, type ChainAtSize, type ChainSize } from './chain-at-size.ts';
import type { Figure } from './figures.ts';
import { putClock, type Opened, type PageSize } from './page-clock.ts';

const FIRST_CONTENT_MS_MAX = 300;
const ANSWER_MS_MAX = 100;
const ELEMENTS_MAX = 5_000;
/** Where nothing is shown that any other place shows too. */
const ELSEWHERE = '#/keys';
/** As renderer/stores/read-cache.ts has it. */
const UNSHOWN_KEPT_MS = 100;
const ROUNDS = 3;
const STEPS = 12;

interface Options {
  readonly size: ChainSize;
  /** How long the page is led through all places, to see whether its memory grows. */
  readonly minutes: number;
  /** Where the chain is made, and kept for another run. */
  readonly chainDirectory: string;
}

/**
 * The page of a real console, in Chromium, on a chain that is as large as any registry becomes: how soon each place shows what it has, how soon
 * keys and clicks are answered, how many elements there are, and whether memory grows with use. The places are found by following the
 * page's own links, one of each kind, so that a new screen is measured without being named here.
 */
export async function measureConsoleAtSize({ size, minutes, chainDirectory }: Options): Promise<Figure[]> {
  ensureBuilt(rendererOutput, (line) => console.error(`  page: ${line}`));
  const chain = await chainAtSize(chainDirectory, size);
  const local = await LocalConsole.open({
    dataDirectory: chain.machine.dataDirectory,
    pageDirectory: join(checkoutRoot, 'dist', 'renderer'),
    version: '0.1.0',
    port: 0,
    passphrase: null,
    folders: [chain.machine.home],
    now: Date.now,
    log: (line) => console.error(line),
  });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await putClock(page);
    const begin = performance.now();
    await page.goto(local.link);
    await page.getByRole('link', { name: /^(Healthy|Frozen|Degraded|Failed) · block/ }).waitFor();
    const loaded = performance.now() - begin;
    const measured = new Measured(page, await page.context().newCDPSession(page));
    const places = await measured.findPlaces(chain);
    await measured.openAll(places);
    await measured.workLists();
    await measured.workPalette();
    return [
      { name: 'the page loaded', value: loaded, unit: 'ms' },
      ...measured.figures(),
      ...(await measured.memory(places, minutes)),
    ];
  } finally {
    await browser.close();
    await local.close();
  }
}

/** The kind of place that an address names: the same screen, of another thing, is not another kind. */
function kindOf(hash: string): string {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const segments = path
    .split('/')
    .map((segment, depth, all) =>
      depth > 0 && (/[\d%:]/.test(segment) || all[depth - 1] === 'people') ? '*' : segment,
    );
  const values = new URLSearchParams(query);
  const task = values.get('do');
  const names = task === null ? [...new Set(values.keys())].sort() : [`do=${task}`];
  return [segments.join('/'), ...names].join(' ');
}

class Measured {
  readonly #page: Page;
  readonly #cdp: CDPSession;
  readonly #places = new Map<string, { readonly times: readonly Opened[]; readonly size: PageSize }>();
  readonly #answers = new Map<string, number[]>();
  /** One of each kind: where it is, as the how manieth, and how it is named. */
  readonly #lists = new Map<string, { readonly hash: string; readonly place: number; readonly label: string }>();

  constructor(page: Page, cdp: CDPSession) {
    this.#page = page;
    this.#cdp = cdp;
  }

  /** What is largest, and one of each kind of place that a link leads to. */
  async findPlaces(chain: ChainAtSize): Promise<ReadonlyMap<string, string>> {
    const { widest, longest, review, size } = chain;
    const of = (...segments: readonly string[]): string => `#/${segments.map(encodeURIComponent).join('/')}`;
    const largest = {
      'the environment of all files': of('environments', widest),
      'its difference as promoting it is reviewed': `${of('environments', widest)}?do=promote`,
      'the longest history': of('environments', longest),
      'an environment in the middle of the lane': of('environments', environmentId(Math.floor(size.environments / 2))),
      'the review of thousands of files': of('approvals', review),
      'the log narrowed to a word that most have': '#/audit?text=registered',
      'the log narrowed to a word that one has': `#/audit?text=${environmentId(1)}`,
      'environments narrowed by tag and owner': '#/environments?tag=planning&owner=trainer-07&sort=updated',
    };
    const places = new Map(Object.entries(largest));
    const seen = new Set([kindOf('#/overview')]);
    const waiting = ['#/overview', ...places.values()];
    for (let hash = waiting.shift(); hash !== undefined; hash = waiting.shift()) {
      const kind = kindOf(hash);
      if (![...places.values()].includes(hash)) places.set(kind, hash);
      await this.#open(hash);
      const links = await this.#page.evaluate(() =>
        Array.from(document.querySelectorAll('a[href^="#/"]'), (link) => link.getAttribute('href') ?? ''),
      );
      for (const link of links) {
        if (seen.has(kindOf(link))) continue;
        seen.add(kindOf(link));
        waiting.push(link);
      }
    }
    return places;
  }

  /** Each place, from elsewhere; the first time as well as when it was shown before. */
  async openAll(places: ReadonlyMap<string, string>): Promise<void> {
    for (const [name, hash] of places) {
      const times: Opened[] = [];
      let size: PageSize = { elements: 0, children: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        await this.#open(hash === ELSEWHERE ? '#/overview' : ELSEWHERE);
        // What is handed over from one place to the next is given up by then: all of it is read.
        await setTimeout(2 * UNSHOWN_KEPT_MS);
        times.push(await this.#open(hash));
        size = await this.#page.evaluate(() => globalThis.pageClock.size());
      }
      this.#places.set(name, { times, size });
      console.error(
        `  ${name}: ${times.map(({ first, whole }) => `${Math.round(first)}/${Math.round(whole)}`).join(', ')} ms, ${size.elements} elements  ${hash}`,
      );
      const labels = await this.#page.evaluate(() => {
        const rows = Array.from(document.querySelectorAll('main [data-row][tabindex="0"]'));
        return rows.map((row) => row.closest('[aria-label]')?.getAttribute('aria-label') ?? '');
      });
      for (const [place, label] of labels.entries()) {
        const list = `${label.replaceAll(/v?[\d,]+/g, '…')} (${name})`;
        if (![...this.#lists.values()].some((known) => known.label === label.replaceAll(/v?[\d,]+/g, '…')))
          this.#lists.set(list, { hash, place, label: label.replaceAll(/v?[\d,]+/g, '…') });
      }
    }
  }

  #open(hash: string): Promise<Opened> {
    return this.#page.evaluate((to) => globalThis.pageClock.open(to), hash);
  }

  async #answer(what: string, type: 'keydown' | 'click', answer: string, act: () => Promise<void>): Promise<void> {
    await this.#page.evaluate(([event, to]) => globalThis.pageClock.arm(event, to), [type, answer] as const);
    await act();
    const time = await this.#page.evaluate(() => globalThis.pageClock.answered);
    const times = this.#answers.get(what) ?? [];
    this.#answers.set(what, times);
    if (time === Number.POSITIVE_INFINITY)
      console.error(
        `  no answer: ${what}, at row ${await this.#page.evaluate(() => document.activeElement?.getAttribute('data-row'))}, wanted ${answer}`,
      );
    times.push(time ?? Number.NaN);
  }

  /** Through every list of every place by all keys that move in one. */
  async workLists(): Promise<void> {
    const { keyboard } = this.#page;
    for (const [name, { hash, place }] of this.#lists) {
      await this.#open(ELSEWHERE);
      await this.#open(hash);
      const start = this.#page.locator('main [data-row][tabindex="0"]').nth(place);
      await start.focus();
      const count = await start.evaluate((row) => {
        const size = row.closest('li')?.getAttribute('aria-setsize');
        const within = row.closest('[aria-label]')?.querySelectorAll('[data-row]').length ?? 0;
        return size === null || size === undefined ? within : Number(size);
      });
      if (count < 2) continue;
      console.error(`  ${name}: ${count.toLocaleString('en')} rows`);
      // Where more is read as the end is reached, the end is further each time.
      const key = async (pressed: string, row: number): Promise<void> => {
        const from = await this.#page.evaluate(() => Number(document.activeElement?.getAttribute('data-row')));
        const wanted =
          pressed === 'ArrowUp'
            ? String(Math.max(0, from - 1))
            : pressed === 'End'
              ? `${row}+`
              : String(Math.min(count - 1, row));
        await this.#answer(`${pressed}, ${name}`, 'keydown', wanted, () => keyboard.press(pressed));
      };
      await key('Home', 0);
      for (let step = 1; step <= STEPS; step++) await key('ArrowDown', step);
      for (let round = 0; round < ROUNDS; round++) {
        await key('End', count - 1);
        for (let step = 1; step <= 3; step++) await key('ArrowUp', Number.NaN);
        await key('Home', 0);
      }
      for (let step = 1; step <= STEPS; step++)
        await this.#answer(`PageDown, ${name}`, 'keydown', 'any', () => keyboard.press('PageDown'));
      // The row that is reached opens what it is of.
      const row = this.#page.locator('main [data-row][tabindex="0"]').nth(place);
      await this.#answer(`click, ${name}`, 'click', 'any', () => row.click());
    }
  }

  /** By keys alone: open it, find something, go there, and step out again. */
  async workPalette(): Promise<void> {
    const { keyboard } = this.#page;
    for (let round = 0; round < ROUNDS; round++) {
      await this.#open('#/overview');
      await this.#answer('Ctrl K', 'keydown', 'palette', () => keyboard.press('Control+k'));
      for (const letter of 'grid-0')
        await this.#answer('a letter in the palette', 'keydown', 'any', () => keyboard.press(letter));
      await this.#page
        .getByRole('option', { name: /grid-0/ })
        .first()
        .waitFor();
      await this.#answer('Enter in the palette', 'keydown', 'no palette', () => keyboard.press('Enter'));
      await this.#answer('Esc', 'keydown', 'any', () => keyboard.press('Escape'));
      await this.#open('#/environments');
      await this.#page.getByRole('searchbox', { name: 'Filter the environments' }).focus();
      for (const letter of 'grid-00')
        await this.#answer('a letter in the filter of the lanes', 'keydown', 'any', () => keyboard.press(letter));
      await this.#open('#/audit');
      await this.#answer('/ to the filter of the log', 'keydown', 'typed', () => keyboard.press('/'));
    }
  }

  figures(): Figure[] {
    const bound = (value: number): NonNullable<Figure['bound']> => ({ at: 'most', value });
    const answers = [...this.#answers].map(([name, times]) => ({ name, times }));
    const all = answers.flatMap(({ times }) => times);
    const opened = [...this.#places.values()].flatMap(({ times }) => times);
    const sizes = [...this.#places.values()].map(({ size }) => size);
    return [
      { name: 'places', value: this.#places.size, unit: '' },
      ...[...this.#places].map(([name, { times }]) => ({
        name: `first content, ${name}`,
        value: quantile(
          times.map(({ first }) => first),
          0.5,
        ),
        unit: 'ms',
        bound: bound(FIRST_CONTENT_MS_MAX),
      })),
      {
        name: 'first content, all places, p95',
        value: quantile(
          opened.map(({ first }) => first),
          0.95,
        ),
        unit: 'ms',
      },
      {
        name: 'all of it, all places, p95',
        value: quantile(
          opened.map(({ whole }) => whole),
          0.95,
        ),
        unit: 'ms',
      },
      ...[...this.#places]
        .filter(
          ([, { times }]) =>
            quantile(
              times.map(({ whole }) => whole),
              0.5,
            ) > FIRST_CONTENT_MS_MAX,
        )
        .map(([name, { times }]) => ({
          name: `all of it, ${name}`,
          value: quantile(
            times.map(({ whole }) => whole),
            0.5,
          ),
          unit: 'ms',
        })),
      ...answers.map(({ name, times }) => ({
        name: `answered, p95: ${name}`,
        value: quantile(times, 0.95),
        unit: 'ms',
        bound: bound(ANSWER_MS_MAX),
      })),
      { name: 'keys and clicks', value: all.length, unit: '' },
      { name: 'a key or a click answered, p50', value: quantile(all, 0.5), unit: 'ms' },
      { name: 'a key or a click answered, p95', value: quantile(all, 0.95), unit: 'ms', bound: bound(ANSWER_MS_MAX) },
      ...[...this.#places]
        .filter(([, { size }]) => size.elements > ELEMENTS_MAX / 4)
        .map(([name, { size }]) => ({
          name: `elements, ${name}`,
          value: size.elements,
          unit: '',
          bound: bound(ELEMENTS_MAX),
        })),
      {
        name: 'elements of a place, at most',
        value: Math.max(...sizes.map(({ elements }) => elements)),
        unit: '',
        bound: bound(ELEMENTS_MAX),
      },
      {
        name: 'children of one element, at most',
        value: Math.max(...sizes.map(({ children }) => children)),
        unit: '',
        bound: bound(ELEMENTS_MAX),
      },
    ];
  }

  /** All places in turn, for so many minutes; what is still held once the garbage is collected. */
  async memory(places: ReadonlyMap<string, string>, minutes: number): Promise<Figure[]> {
    const end = performance.now() + minutes * 60_000;
    // What is loaded once and kept is there after the first round.
    await this.#round(places);
    const before = await this.#held();
    let rounds = 0;
    do {
      await this.#round(places);
      rounds += 1;
    } while (performance.now() < end);
    const after = await this.#held();
    return [
      { name: `rounds through all places in ${minutes} min`, value: rounds, unit: '' },
      { name: 'heap after the first', value: before.heap / 1024 ** 2, unit: 'MiB' },
      { name: 'heap after the last', value: after.heap / 1024 ** 2, unit: 'MiB' },
      {
        name: 'heap, last against first',
        value: after.heap / before.heap,
        unit: '×',
        bound: { at: 'most', value: 1.1 },
      },
      { name: 'DOM nodes after the first', value: before.nodes, unit: '' },
      { name: 'DOM nodes after the last', value: after.nodes, unit: '' },
      { name: 'event listeners after the first', value: before.listeners, unit: '' },
      { name: 'event listeners after the last', value: after.listeners, unit: '' },
    ];
  }

  async #round(places: ReadonlyMap<string, string>): Promise<void> {
    const { keyboard } = this.#page;
    for (const hash of places.values()) {
      await this.#open(hash);
      const row = this.#page.locator('main [data-row][tabindex="0"]').first();
      if ((await row.count()) > 0) {
        await row.focus();
        for (const key of ['ArrowDown', 'PageDown', 'End', 'Home']) await keyboard.press(key);
      }
    }
    await this.#open(ELSEWHERE);
  }

  async #held(): Promise<{ readonly heap: number; readonly nodes: number; readonly listeners: number }> {
    await this.#cdp.send('HeapProfiler.collectGarbage');
    await this.#cdp.send('HeapProfiler.collectGarbage');
    const { usedSize: heap } = await this.#cdp.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners: listeners } = await this.#cdp.send('Memory.getDOMCounters');
    return { heap, nodes, listeners };
  }
}

function quantile(values: readonly number[], fraction: number): number {
  return (
    percentile(
      values.toSorted((left, right) => left - right),
      fraction,
    ) ?? Number.NaN
  );
}
