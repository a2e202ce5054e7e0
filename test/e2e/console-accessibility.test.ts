import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sampled } from '../crash/seeded-random.ts';
import { openBench, openConsole, sampledLooks, type ConsoleBench } from '../renderer/console-page.ts';

let bench: ConsoleBench;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

/** Each place, and the words that tell that it is there. */
const PLACES: readonly (readonly [address: string, ready: string | RegExp])[] = [
  ['#/overview', 'Blocks as they arrive'],
  ['#/environments', 'Choose an environment'],
  ['#/environments/cartpole-wind-04', /Files of Blue/],
  ['#/environments/cartpole-wind-04?from=green&to=blue&view=difference&file=maze/env.py', 'max_steps = 400'],
  ['#/environments/cartpole-wind-04?do=promote', 'State hash'],
  ['#/environments/cartpole-wind-04?do=merge', 'Sources'],
  ['#/environments?do=register', 'notes.txt'],
  ['#/audit', 'Choose a transaction'],
  ['#/audit?action=promote_environment&from_block=1', 'match'],
  ['#/explorer/block/40000', 'previous_hash'],
  ['#/explorer/state/environments/grid-maze', 'state_root'],
  ['#/explorer/proof/state/environments/grid-maze', 'Not proved.'],
  ['#/keys/operations-1', 'compare these words by voice'],
  ['#/recovery', 'Roll Green back to'],
  ['#/recovery/backups', 'Backups go nowhere yet'],
  ['#/recovery/backups?do=add', 'A store that speaks S3'],
  ['#/recovery/backups?do=schedule', 'Hours between two backups'],
  ['#/recovery/integrity', 'What is checked'],
  ['#/environments/grid-maze-05?do=recall', 'Superseded by'],
];

it.each(sampledLooks([1280, 800], 'the look of every screen'))(
  'axe finds nothing on any screen, %s, %i px wide',
  async (theme, width) => {
    const open = await openConsole(bench, { theme, width });
    const found: string[] = [];
    for (const [address, ready] of PLACES) {
      await open.page.goto(open.host.url + address);
      await open.page.getByText(ready).first().waitFor({ state: 'attached' });
      found.push(...(await violations(open, address)));
    }
    await open.page.keyboard.press('Control+k');
    await open.page.getByRole('combobox', { name: /Find a block/ }).waitFor();
    found.push(...(await violations(open, 'palette')));
    await open.close();
    expect(found).toEqual([]);
  },
);

it.each(sampled(['light', 'dark'] as const, 1, 'the look of the first run'))(
  'axe finds nothing on first run, %s',
  async (theme) => {
    const open = await openConsole(bench, { theme, firstRun: true, keychain: false });
    const found: string[] = [];
    for (const choice of [/New chain/, /Sandbox chain/, /Open an existing chain/]) {
      await open.page.getByRole('radio', { name: choice }).check();
      found.push(...(await violations(open, String(choice))));
    }
    await open.close();
    expect(found).toEqual([]);
  },
);

describe('on a phone’s width', () => {
  it.each(sampled([420, 360], 1, 'a phone’s width'))(
    'nothing lies beside the page, and who acts, the state and the place are in sight: %i px',
    async (width) => {
      const open = await openConsole(bench, { width });
      const { page } = open;
      for (const [address, ready] of PLACES) {
        await page.goto(open.host.url + address);
        await page.getByText(ready).first().waitFor({ state: 'attached' });
        const held = [
          page.getByRole('banner').getByRole('link', { name: /^Healthy/ }),
          page.getByRole('button', { name: /^Theme/ }),
          page.getByRole('link', { name: /^Acting as/ }),
          page.getByRole('navigation', { name: 'Screens' }).locator('[aria-current="page"]'),
        ];
        for (const one of held) {
          const box = await one.boundingBox();
          expect(box?.x, `${address}: ${String(one)}`).toBeGreaterThanOrEqual(0);
          expect((box?.x ?? 0) + (box?.width ?? width), `${address}: ${String(one)}`).toBeLessThanOrEqual(width);
        }
        expect(await page.evaluate(() => document.documentElement.scrollWidth), address).toBe(width);
      }
      await open.close();
    },
  );
});

async function violations({ page }: Awaited<ReturnType<typeof openConsole>>, place: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${place}: ${id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}
