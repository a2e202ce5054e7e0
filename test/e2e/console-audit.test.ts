import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { trustedKeys } from '../../src/api/trusted-keys.ts';
import type { Hash } from '../../src/base/bytes.ts';
import type { TrustedKeys } from '../../src/ledger/proofs/report.ts';
import { verifyExport } from '../../src/node/export/verify-export.ts';
import type { Operation } from '../sandbox/environments.ts';
import { millionRows } from '../sandbox/million-rows.ts';
import { lookAt, takePictures } from './real-console.ts';
import { openBench, SeededConsole, type Bench, type LookOptions, type OpenPage } from './seeded-console.ts';

/** Rows that may exist at once, whatever the length of the log: what fits, and a margin. */
const DRAWN_ROWS_MAX = 60;
/** Several pages for each who signs. */
const UPDATES = 1_500;
const SAME_CONTENT = `0x${'5a'.repeat(32)}`;
const SIGNERS = ['trainer-07', 'operations-1', 'operations-2'] as const;

/** Where files go that a person saves. */
const taken = mkdtempSync(join(tmpdir(), 'quantum-lock-taken-'));

let bench: Bench;
let sandbox: SeededConsole;
let open: OpenPage;

beforeAll(async () => {
  bench = await openBench([[...manyUpdates()]]);
  sandbox = await SeededConsole.start(bench);
});
afterAll(async () => {
  await sandbox.close();
  await bench.close();
  rmSync(taken, { recursive: true, force: true });
});
afterEach(async () => {
  await open.close();
  await sandbox.settle();
});

/** New versions of two environments in turn, by several members. */
function* manyUpdates(): Generator<Operation> {
  for (let index = 0; index < UPDATES; index++) {
    const version = 2 + Math.floor(index / 2);
    const env_id = index % 2 === 0 ? 'grid-maze' : 'web-forms-34';
    const payload = { env_id, base_version: version, state_hash: SAME_CONTENT, metadata: { version } };
    yield { person: SIGNERS[index % SIGNERS.length] ?? 'trainer-07', action: 'update_environment', payload };
  }
}

async function openConsole(look: LookOptions = {}): Promise<void> {
  open = await sandbox.open(look);
}

/** As if the log were much longer. */
async function openMillion(look: LookOptions = {}): Promise<void> {
  sandbox.answer(millionRows((await sandbox.client.chain.audit({ filter: {}, limit: 100 })).rows));
  await openConsole(look);
}

async function updateElsewhere(): Promise<void> {
  const { blue } = await sandbox.client.chain.environment({ env_id: 'grid-maze' });
  const payload = { env_id: 'grid-maze', base_version: blue.version, state_hash: blue.state_hash };
  await sandbox.elsewhere.act('trainer-07', 'update_environment', { ...payload, metadata: { version: blue.version } });
}

const rows = (page: Page): Locator => page.getByRole('list', { name: /ransactions, newest first/ }).getByRole('link');
const row = (page: Page, logIndex: number): Locator =>
  rows(page).filter({ hasText: new RegExp(`^${logIndex.toLocaleString('en')}`) });
const list = (page: Page): Locator => page.locator('.list.tall');

describe('a search', () => {
  it.each([
    [
      { unchecked_after: 40, failure: null },
      0,
      /being checked against the chain, up to block 40 of .* so far: until that/,
    ],
    [{ unchecked_after: -1, failure: null }, 0, /being checked against the chain: until that is done/],
    [{ unchecked_after: null, failure: null }, 6, /catching up, at block .* of .*: newer transactions are not found/],
    [
      {
        unchecked_after: 7,
        failure: { code: 'STORAGE_FULL', message: 'the disk is full', advice: 'Free space on it.' },
      },
      0,
      /The index fails, .* The disk is full\. Free space on it\. .* delete index\.db from its data directory/,
    ],
  ] as const)('says what it may not find: %j, %i blocks behind', async (index, lag, words) => {
    sandbox.answer({
      status: async (real) => {
        const status = await real();
        return { ...status, index, indexed_height: status.height - lag };
      },
    });
    await openConsole({ address: '#/audit?text=registered' });
    const { page } = open;
    await page.getByRole('status').filter({ hasText: words }).waitFor();
    // The log itself is not found by the index.
    await open.goTo('#/audit');
    const { log_size: size } = await sandbox.status();
    await page.getByText(`${size.toLocaleString('en')} transactions`).waitFor();
    expect(await page.getByText(words).count()).toBe(0);
  });
});

describe('the audit log with a million transactions', () => {
  it('reaches the middle and both ends at once, and draws only what is in sight', async () => {
    await openMillion({ address: '#/audit' });
    const { page } = open;
    await page.getByText('1,000,000 transactions').waitFor();
    await row(page, 999_999).waitFor();

    await list(page).evaluate((element) => {
      element.scrollTop = (element.scrollHeight - element.clientHeight) / 2;
    });
    await row(page, 500_000).waitFor();
    expect(await page.locator('.list.tall li').count()).toBeLessThan(DRAWN_ROWS_MAX);

    await list(page).evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await row(page, 0).waitFor();
    await row(page, 0).focus();
    await page.keyboard.press('Home');
    await row(page, 999_999).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '0');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '999999');
    await row(page, 0).waitFor();
    // What was read took the place of what stood for it, and not the focus.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-row'))).toBe('999999');
    await page.keyboard.press('ArrowUp');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '999998');
  });

  it('moves pixel by pixel under the wheel, however far down', async () => {
    await openMillion({ address: '#/audit' });
    const { page } = open;
    await row(page, 999_999).waitFor();
    await list(page).evaluate((element) => {
      element.scrollTop = element.scrollHeight / 3;
    });
    await page.waitForFunction(() => document.querySelectorAll('.list.tall li a[href]').length > 10);
    const first = (): Promise<number> =>
      list(page).evaluate((element) => {
        const top = element.getBoundingClientRect().top;
        const items = [...element.querySelectorAll('li')].filter((item) => item.getBoundingClientRect().top >= top);
        return Math.min(...items.map((item) => Number(item.getAttribute('aria-posinset'))));
      });
    const before = await first();
    await list(page).hover();
    await page.mouse.wheel(0, 360);
    await page.waitForFunction((place) => {
      const element = document.querySelector('.list.tall');
      const top = element?.getBoundingClientRect().top ?? 0;
      const items = [...(element?.querySelectorAll('li') ?? [])].filter(
        (item) => item.getBoundingClientRect().top >= top,
      );
      return Math.min(...items.map((item) => Number(item.getAttribute('aria-posinset')))) === place;
    }, before + 10);
  });

  it('draws only what is in sight at each frame of a long scroll, and fills every row where it rests', async () => {
    await openMillion({ address: '#/audit' });
    const { page } = open;
    await row(page, 999_999).waitFor();
    const drawn = await list(page).evaluate(async (element) => {
      const counts: number[] = [];
      for (let frame = 0; frame < 120; frame++) {
        element.scrollTop += 90;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        counts.push(element.querySelectorAll('li').length);
      }
      return counts;
    });
    expect(Math.min(...drawn)).toBeGreaterThan(0);
    expect(Math.max(...drawn)).toBeLessThan(DRAWN_ROWS_MAX);
    await page.waitForFunction(() => document.querySelectorAll('.list.tall .waiting').length === 0);
  });

  it('stands still while it is read, and counts what is new', async () => {
    await openConsole({ address: '#/audit' });
    const { page } = open;
    const { log_size: size } = await sandbox.status();
    await row(page, size - 1).click();
    await page.getByRole('heading', { level: 2, name: 'Transaction' }).waitFor();
    const place = await row(page, size - 1).boundingBox();
    await updateElsewhere();
    await updateElsewhere();
    await page.getByRole('button', { name: '2 new' }).waitFor();
    expect(await row(page, size - 1).boundingBox()).toEqual(place);
    await page.getByRole('button', { name: '2 new' }).click();
    await row(page, size + 1).waitFor();
    await row(page, size + 1)
      .getByText('Updated Blue environment grid-maze.')
      .waitFor();
  });

  it('holds its filters in the address, reads on at the end, and links to what it found', async () => {
    // More than are counted are minutes of work for a real node: this count alone is made up.
    sandbox.answer({ auditCount: () => Promise.resolve({ count: 100_000, exact: false }) });
    await openConsole({ address: '#/audit' });
    const { page } = open;
    await row(page, (await sandbox.status()).log_size - 1).waitFor();
    await page.getByRole('combobox', { name: 'Action' }).selectOption('update_environment');
    await page.getByText('100,000 or more match').waitFor();
    await page.getByRole('combobox', { name: 'Signed by' }).selectOption('operations-2');
    await page.getByRole('searchbox', { name: 'Search the log' }).fill('grid-maze');
    await page.waitForFunction(() => location.hash.includes('text=grid-maze'));
    expect(new URL(page.url()).hash).toBe('#/audit?action=update_environment&signer=operations-2&text=grid-maze');
    await rows(page).first().waitFor();
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.list.tall a[href]')].every((link) =>
        /Updated .*grid-maze.*Operations 2/.test(link.textContent),
      ),
    );
    const sizeOf = (): Promise<number> =>
      rows(page)
        .first()
        .evaluate((link) => Number(link.closest('li')?.getAttribute('aria-setsize')));
    const size = await sizeOf();
    await list(page).evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await page.waitForFunction(
      (last) => Number(document.querySelector('.list.tall li')?.getAttribute('aria-setsize')) > last,
      size,
    );

    await page.reload();
    await rows(page).first().click();
    await page.getByRole('heading', { level: 2, name: 'Transaction' }).waitFor();
    await page.getByRole('link', { name: 'Proof' }).click();
    await page.getByRole('heading', { level: 2, name: 'Proof of inclusion' }).waitFor();
    await page.goBack();
    await page.keyboard.press('Escape');
    await page.getByText('Choose a transaction').waitFor();
    expect(new URL(page.url()).hash).toBe('#/audit?action=update_environment&signer=operations-2&text=grid-maze');
  });

  it('teaches what to do when nothing matches', async () => {
    await openConsole({ address: '#/audit?env=nothing-is-called-this' });
    const { page } = open;
    await page.getByText('No transaction matches').waitFor();
    await page.getByText('0 transactions match').waitFor();
    await page.getByRole('link', { name: 'Clear the filters' }).click();
    await row(page, (await sandbox.status()).log_size - 1).waitFor();
  });

  it('replaces the list by the detail on a narrow window', async () => {
    await openConsole({ address: '#/audit', width: 800 });
    const { page } = open;
    await rows(page).first().click();
    await page.getByRole('heading', { level: 2, name: 'Transaction' }).waitFor();
    expect(await list(page).isVisible()).toBe(false);
    await page.getByRole('link', { name: '← All' }).click();
    await list(page).waitFor();
  });
});

describe('an export', () => {
  /** What the page hands to the person, as a file. */
  async function saved(button: string): Promise<{ readonly name: string; readonly path: string }> {
    const { page } = open;
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: button }).first().click();
    const download = await waiting;
    const name = download.suggestedFilename();
    const path = join(taken, name);
    await download.saveAs(path);
    return { name, path };
  }

  const trusted = async (): Promise<TrustedKeys> => {
    const { validators } = await sandbox.client.chain.validators();
    return trustedKeys(sandbox.host.node.chain, validators);
  };

  it('of what the filter finds is made, saved and verified elsewhere', async () => {
    await openConsole({ address: '#/audit?action=update_environment&signer=operations-2' });
    const { page } = open;
    await page.getByRole('link', { name: 'Export…' }).click();
    await page.getByRole('heading', { level: 2, name: 'Export' }).waitFor();
    // It is of more than a report can be of.
    expect(await page.getByRole('radio', { name: /Report on paper/ }).isDisabled()).toBe(true);
    expect(await page.getByRole('radio', { name: /Transactions with proofs/ }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByText('The export is made and signed.').waitFor();
    const { name, path } = await saved('Save the file');
    const { report, manifest } = await verifyExport({ path, trusted: await trusted() });
    expect(report).toMatchObject({ ok: true });
    expect(manifest).toMatchObject({ rows: 500, filter: { actions: ['update_environment'], signer: 'operations-2' } });
    await page.getByText(`500 transactions`).first().waitFor();

    // It is found again, and a form that does not hold its manifest comes with it.
    await page.getByRole('radio', { name: /Table/ }).check();
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByRole('region', { name: 'Made before' }).getByText(name).waitFor();
    const table = await saved('Save the file');
    await saved('Save its manifest');
    expect((await verifyExport({ path: table.path, trusted: await trusted() })).report).toMatchObject({ ok: true });
    // The page checks a copy that comes back to it.
    await open.goTo('#/explorer/check');
    await page.getByLabel('Files to check').setInputFiles([path]);
    await page.getByText(`Audit export (jsonl): ${name}`).waitFor();
    await page.getByText('Proved by this page itself. It holds 500 transactions').waitFor();
    await page.goBack();
    // Esc leaves the export, and the filter stays.
    await page.keyboard.press('Escape');
    await page.getByText('Choose a transaction').waitFor();
    expect(new URL(page.url()).hash).toBe('#/audit?action=update_environment&signer=operations-2');
  });

  it('is a report that can be looked at before', async () => {
    await openConsole({ address: '#/audit?env=web-forms-34&do=export' });
    const { page } = open;
    await page.getByRole('button', { name: 'Preview the report' }).click();
    const dialog = page.getByRole('dialog', { name: 'Preview of the report' });
    const frame = dialog.frameLocator('iframe');
    await frame.getByRole('heading', { level: 1 }).waitFor();
    await frame.getByRole('heading', { name: 'How to verify this on another machine' }).waitFor();
    // Its style is applied: figures stand side by side. It is a frame that runs nothing, as the browser says of the test's own script.
    const figures = frame.locator('.figures > div');
    const [first, second] = [await figures.nth(0).boundingBox(), await figures.nth(1).boundingBox()];
    expect([second?.y, (second?.x ?? 0) > (first?.x ?? 0)]).toEqual([first?.y, true]);
    expect(await dialog.locator('iframe').getAttribute('sandbox')).toBe('');
    open.expectComplaints(/Blocked script execution in 'about:srcdoc'/);
    await takePictures(page, 'preview of a report');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByText('The export is made and signed.').waitFor();
    expect(await lookAt(page, 'export')).toEqual([]);
    const { path } = await saved('Save the file');
    await saved('Save its manifest');
    const { report, manifest } = await verifyExport({ path, trusted: await trusted() });
    expect(report).toMatchObject({ ok: true });
    expect(manifest).toMatchObject({ kind: 'pdf', filter: { env_id: 'web-forms-34' } });
  });
});

describe('the explorer', () => {
  it('refuses to call an invented proof proved, and names the step that fails', async () => {
    // A real node gives none.
    const invented = `0x${'7e'.repeat(32)}` as Hash;
    sandbox.answer({
      transactionProof: async (real) => {
        const proof = await real();
        return { ...proof, path: proof.path.map(() => invented) };
      },
    });
    await openConsole({ address: '#/explorer/block/3' });
    const { page } = open;
    await page.getByText('previous_hash', { exact: true }).waitFor();
    await page.getByRole('table').getByRole('link').first().click();
    await page.getByRole('link', { name: 'Proof', exact: true }).click();
    await page.getByText('Not proved.').waitFor();
    await page.getByRole('list', { name: 'Steps of the check' }).getByText('fails').waitFor();
  });

  it('shows the state of anything, and says when there was nothing', async () => {
    await openConsole({ address: '#/explorer/state/environments' });
    const { page } = open;
    await page.getByLabel('Key').fill('grid-maze');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByLabel('Value').getByText('"env_id": "grid-maze"').waitFor();
    await page.getByLabel('Key').fill('not-there');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('There was no such entry').waitFor();
  });

  it('checks what is dropped on the page, and what is chosen, by itself', async () => {
    await openConsole({ address: '#/audit' });
    const { page } = open;
    const { rows: found } = await sandbox.client.chain.audit({ filter: { env_id: 'grid-maze' }, limit: 1 });
    const proof = JSON.stringify(await sandbox.client.chain.transactionProof({ id: found[0]?.id as Hash }));
    const drop = (name: string, text: string): Promise<void> =>
      page.evaluate(
        ([fileName, content]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([content], fileName));
          for (const type of ['dragover', 'drop'])
            document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        },
        [name, text] as const,
      );
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([''], 'held'));
      document.body.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }));
    });
    await page.getByText('A backup or an exported chain is opened under Recovery, “Look at a file”.').waitFor();
    await drop('proof.json', proof);
    await page.getByRole('heading', { level: 2, name: 'Check a document' }).waitFor();
    await page.getByText('Proof of a transaction: proof.json').waitFor();
    await page.getByText('Proved by this page itself.').waitFor();
    expect(new URL(page.url()).hash).toBe('#/explorer/check');
    expect(await lookAt(page, 'a checked proof')).toEqual([]);

    // The same name again, changed.
    await drop('proof.json', proof.replace(/"log_index":\d+/, '"log_index":1'));
    await page.getByText('Not proved.').waitFor();
    await drop('notes.txt', 'no proof');
    await page.getByText('notes.txt is no proof, no receipt').waitFor();

    const files = page.getByLabel('Files to check');
    await files.setInputFiles({ name: 'again.json', mimeType: 'application/json', buffer: Buffer.from(proof) });
    await page.getByText('Proof of a transaction: again.json').waitFor();
    await page.getByText('Proved by this page itself.').waitFor();
  });

  it('looks up a hash, and says when there is none', async () => {
    await openConsole({ address: '#/explorer' });
    const { page } = open;
    const field = page.getByRole('textbox', { name: 'Block number, block hash or transaction id' });
    await field.fill('12');
    await field.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Block 12' }).waitFor();
    await field.fill('what');
    await field.press('Enter');
    await page.getByText('Nothing on this chain has this number, hash or id.').waitFor();
  });
});
