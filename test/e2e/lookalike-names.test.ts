import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { launchChromium } from './chromium.ts';
import { dm, goTo, openPage, proposalIn } from './opened-page.ts';
import { createAccount, lookAt, temporaryDirectory } from './real-console.ts';

/** Names that look alike, on a real chain: whoever makes one is warned, and wherever two stand beside each other both say so. */

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** Each beside `Grid maze`: what it is made of, and an id that is like none. */
const NAMES: readonly (readonly [id: string, name: string])[] = [
  ['cyrillic', 'Gr\u0456d m\u0430ze'],
  ['full-width', '\uFF27\uFF52\uFF49\uFF44 \uFF4D\uFF41\uFF5A\uFF45'],
  ['no-width', 'Grid\u200B maze\u2060'],
  ['combining', 'Gri\u034Fd maze'],
  ['case', 'gRID MAZE'],
  ['blanks', 'Grid maze \u00A0\u3000'],
  ['digits', 'Gr1d m4ze'],
];

test('names that look alike are marked wherever they stand beside each other', async () => {
  const account = createAccount();
  const root = temporaryDirectory();
  const dataDirectory = join(root, 'chain');
  await dm(account, dataDirectory, 'blockchain', 'init', '--sandbox', '--key-store', 'file');
  const files = join(root, 'files');
  mkdirSync(files);
  writeFileSync(join(files, 'a.txt'), 'a');
  const make = async (id: string, name: string): Promise<readonly string[]> => {
    const made = await dm(account, dataDirectory, 'env', 'create', '--id', id, '--path', files, '--name', name);
    return (JSON.parse(made) as { warnings: string[] }).warnings;
  };
  expect(await make('grid-maze', 'Grid maze')).toEqual([]);
  expect(await make('pong', 'Pong')).toEqual([]);
  expect((await make('p0ng', 'Table tennis')).join(' ')).toContain('looks like Pong (pong)');
  for (const [id, name] of NAMES)
    expect((await make(id, name)).join(' '), id).toContain('looks like Grid maze (grid-maze)');

  const change = ['member', 'update', 'security-lead', '--name', 'Oper\u0430tions 1', '--as', 'Operations 1'];
  const rename = await dm(account, dataDirectory, ...change);
  await dm(account, dataDirectory, 'proposal', 'approve', proposalIn(rename), '--yes', '--as', 'Operations 2');
  await dm(account, dataDirectory, 'key', 'create', '--name', 'operations-1', '--key-store', 'file');

  const { page, complaints } = await openPage(browser, account, dataDirectory);
  await goTo(page, '#/environments');
  const blue = page.getByRole('region', { name: 'Blue environments' });
  for (const [id] of NAMES) await blue.getByRole('link', { name: new RegExp(`^${id} named like .* v1 `) }).waitFor();
  await blue.getByRole('link', { name: /^pong looks like p0ng v1 / }).waitFor();
  await blue.getByRole('link', { name: /^p0ng looks like pong v1 / }).waitFor();
  expect(await lookAt(page, 'names alike, environments')).toEqual([]);

  // One that has no other beside it is not marked, until the other comes.
  await goTo(page, '#/environments?text=p0ng');
  await blue.getByRole('link', { name: /^p0ng v1 / }).waitFor();
  await goTo(page, '#/environments/pong?text=p0ng');
  await blue.getByRole('link', { name: /^p0ng looks like pong v1 / }).waitFor();
  await page.getByRole('heading', { name: 'pong looks like p0ng' }).waitFor();

  await goTo(page, '#/environments/pong?do=merge');
  await page.getByRole('group', { name: 'Sources' }).getByText('p0ng', { exact: true }).waitFor();
  await page.getByRole('checkbox', { name: /^p0ng looks like pong v1/ }).waitFor();
  await page.getByRole('checkbox', { name: /^cyrillic named like / }).waitFor();

  // Whoever acts stands in the header of every screen, beside everybody else.
  const acting = page.getByRole('button', { name: /^Acting as Operations 1/ });
  await goTo(page, '#/members');
  const table = page.getByRole('table');
  await table.getByRole('link', { name: 'Operations 1 operations-1, looks like security-lead' }).waitFor();
  await table.getByRole('link', { name: 'Oper\u0430tions 1 security-lead, looks like operations-1' }).waitFor();
  await table.getByRole('link', { name: 'Operations 2', exact: true }).waitFor();
  await acting.getByText('operations-1, looks like security-lead').waitFor();
  const title = await table.getByTitle(/security-lead, is not Operations 1, operations-1/).getAttribute('title');
  expect(title).toContain(String.raw`Oper\u{430}tions 1`);
  expect(await lookAt(page, 'names alike, members')).toEqual([]);

  await goTo(page, '#/members/who?action=add_member');
  const approvers = page.getByRole('region', { name: /^Whose approvals count/ });
  await approvers.getByRole('link', { name: /security-lead, looks like operations-1/ }).waitFor();

  await goTo(page, '#/audit');
  const signers = page.getByLabel('Signed by').locator('option');
  await signers.getByText('Oper\u0430tions 1 · security-lead, looks like operations-1').waitFor({ state: 'attached' });

  await goTo(page, '#/keys');
  const identities = page.getByRole('list', { name: 'Identities' });
  await identities.getByRole('link', { name: /^operations-1 0x\w+…\w+, looks like 0x/ }).waitFor();
  expect(await lookAt(page, 'names alike, keys')).toEqual([]);

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('p');
  await page.getByRole('option', { name: /p0ng looks like pong/ }).waitFor();
  await page.getByRole('option', { name: /Operations 1 operations-1, looks like security-lead/ }).waitFor();
  await page.keyboard.press('Escape');

  // The review of a new name says it too, before anything is signed.
  await goTo(page, '#/members/people/operations-2?do=change');
  await page.getByLabel('Name').fill('OPERATIONS l');
  await page.getByRole('button', { name: 'Propose' }).click();
  await page.getByText(/OPERATIONS l \(operations-2\) looks like Operations 1 \(operations-1\)/).waitFor();
  expect(complaints).toEqual([]);
});
