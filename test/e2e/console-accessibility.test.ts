import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Hash } from '../../src/base/bytes.ts';
import { AHEAD } from '../sandbox/environments.ts';
import { sampled } from '../crash/seeded-random.ts';
import { openBench, sampledLooks, SeededConsole, type Bench, type OpenPage } from './seeded-console.ts';

let bench: Bench;
let sandbox: SeededConsole;

beforeAll(async () => {
  bench = await openBench();
  sandbox = await SeededConsole.start(bench);
  // A proof that does not hold has a look of its own, and a real node gives none.
  const invented = `0x${'7e'.repeat(32)}` as Hash;
  sandbox.answer({
    stateProof: async (real) => {
      const proof = await real();
      return { ...proof, siblings: proof.siblings.map(() => invented) };
    },
  });
});
afterAll(async () => {
  await sandbox.close();
  await bench.close();
});

/** Each place, and the words that tell that it is there. */
const PLACES: readonly (readonly [address: string, ready: string | RegExp])[] = [
  ['#/overview', 'Blocks as they arrive'],
  ['#/environments', 'Choose an environment'],
  [`#/environments/${AHEAD}`, /Files of Blue/],
  [`#/environments/${AHEAD}?from=green&to=blue&view=difference&file=maze/env.py`, 'max_steps = 400'],
  [`#/environments/${AHEAD}?do=promote`, 'State hash'],
  [`#/environments/${AHEAD}?do=merge`, 'Sources'],
  ['#/audit', 'Choose a transaction'],
  ['#/audit?action=promote_environment&from_block=1', 'match'],
  ['#/explorer/block/3', 'previous_hash'],
  ['#/explorer/state/environments/grid-maze', 'state_root'],
  ['#/explorer/proof/state/environments/grid-maze', 'Not proved.'],
  ['#/recovery', 'Roll Green back to'],
  ['#/recovery/backups', 'Backups go nowhere yet'],
  ['#/recovery/backups?do=add', 'A store that speaks S3'],
  ['#/recovery/backups?do=schedule', 'Hours between two backups'],
  ['#/recovery/integrity', 'What is checked'],
  ['#/environments/grid-maze-05?do=recall', 'Superseded by'],
];

/** Those, and the places of this machine. */
async function places(): Promise<typeof PLACES> {
  return [
    ...PLACES,
    ['#/environments?do=register', sandbox.machine.home],
    [`#/keys/${await sandbox.keyId('Operations 1')}`, 'compare these words by voice'],
  ];
}

it.each(sampledLooks([1280, 800], 'the look of every screen'))(
  'axe finds nothing on any screen, %s, %i px wide',
  async (theme, width) => {
    const open = await sandbox.open({ theme, width });
    const found: string[] = [];
    for (const [address, ready] of await places()) {
      await open.goTo(address);
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

/** Where something is filled in, as it opens: nothing of it is there yet. */
const EMPTY_FORMS: readonly (readonly [address: string, button: string, why: string])[] = [
  ['#/keys?do=create', 'Create the key', 'Enter a name.'],
  ['#/keys?do=import', 'Import the key', 'Choose the file.'],
  ['#/approvals?do=import', 'Review and import…', 'Read an approval first.'],
  ['#/members?do=add', 'Propose…', ''],
  ['#/validators?do=add', 'Propose…', ''],
  ['#/environments?do=register', 'Review…', 'Enter the id.'],
  ['#/recovery/backups', 'Back up now', 'Add a destination first.'],
  ['#/recovery/backups?do=add', 'Add it…', 'Enter a name.'],
];

it('says at each button that cannot be pressed why not', async () => {
  const open = await sandbox.open();
  const { page } = open;
  const silent: string[] = [];
  for (const [address, button, why] of EMPTY_FORMS) {
    await open.goTo(address);
    const disabled = page.locator('main').getByRole('button', { name: button });
    await disabled.waitFor();
    expect(await disabled.isDisabled(), address).toBe(true);
    const found = await page.locator('main button:disabled').evaluateAll((buttons) =>
      buttons.map((each) => ({
        name: each.textContent,
        why: document.querySelector(`[id="${each.getAttribute('aria-describedby') ?? ''}"]`)?.textContent ?? '',
      })),
    );
    silent.push(...found.filter((each) => each.why === '').map(({ name }) => `${address}: ${name}`));
    if (why !== '') expect(found, address).toContainEqual({ name: button, why });
  }
  await open.close();
  expect(silent).toEqual([]);
});

it.each(sampled(['light', 'dark'] as const, 1, 'the look of the first run'))(
  'axe finds nothing on first run, %s',
  async (theme) => {
    const empty = await SeededConsole.start(bench, bench.emptyMachine());
    const open = await empty.open({ theme });
    const found: string[] = [];
    for (const choice of [/New chain/, /Sandbox chain/, /Open an existing chain/]) {
      await open.page.getByRole('radio', { name: choice }).check();
      found.push(...(await violations(open, String(choice))));
    }
    await open.close();
    await empty.close();
    expect(found).toEqual([]);
  },
);

describe('on a phone’s width', () => {
  it.each(sampled([420, 360], 1, 'a phone’s width'))(
    'nothing lies beside the page, and who acts, the state and the place are in sight: %i px',
    async (width) => {
      const open = await sandbox.open({ width });
      const { page } = open;
      for (const [address, ready] of await places()) {
        await open.goTo(address);
        await page.getByText(ready).first().waitFor({ state: 'attached' });
        const held = [
          page.getByRole('banner').getByRole('link', { name: /^Healthy/ }),
          page.getByRole('button', { name: /^Theme/ }),
          page.getByRole('button', { name: /^Acting as/ }),
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

async function violations({ page }: Pick<OpenPage, 'page'>, place: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${place}: ${id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}
