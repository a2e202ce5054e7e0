import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { checkoutRoot, projectNode } from '../../build/checkout.mjs';
import { visibleText } from '../../src/base/visible-text.ts';
import { launchChromium } from './chromium.ts';
import { dm, goTo, openPage, proposalIn } from './opened-page.ts';
import { createAccount, temporaryDirectory } from './real-console.ts';

/** What the page of a real console on a real chain says is so: of the node, of the past, of commands and of names. */

const TIMEOUT_MS = 10 * 60_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

test(
  'the page says that the storage is gone, and claims nothing that it does not know',
  { timeout: TIMEOUT_MS },
  async () => {
    const dataDirectory = join(temporaryDirectory(), 'chain');
    const { page } = await openPage(browser, createAccount(), dataDirectory);
    const alerts = page.getByRole('region', { name: 'Alerts' });
    await goTo(page, '#/keys');
    await page.getByText(/^[1-9] identities on this machine/).waitFor();

    rmSync(dataDirectory, { recursive: true, force: true });
    await page.getByRole('link', { name: 'Failed · block 0' }).waitFor();
    await page.getByText('– identities: not known').waitFor();
    await page.getByText('identity not known').waitFor();
    expect(await page.getByText('0 identities').count()).toBe(0);
    await page.getByRole('link', { name: 'Failed · block 0' }).click();
    await alerts.getByText('The storage is gone', { exact: false }).waitFor();
    await alerts.getByText('DATA_DIR_GONE').waitFor();
    expect(await page.getByText(/Healthy|No active alerts/).count()).toBe(0);
  },
);

test('the header follows the freeze, and throughput begins where the chain does', { timeout: TIMEOUT_MS }, async () => {
  const account = createAccount();
  const dataDirectory = join(temporaryDirectory(), 'chain');
  const first = await openPage(browser, account, dataDirectory);
  const chart = first.page.getByRole('img', { name: /^Throughput\./ });
  await first.page.getByRole('img', { name: /tx\/s: .+, not measured before \d\d:\d\d/ }).waitFor();
  await dm(account, dataDirectory, 'blockchain', 'freeze', '--reason', 'a key was stolen');
  await first.page.getByRole('link', { name: 'Frozen · block 1' }).waitFor();
  const before = await chart.getAttribute('aria-label');
  await first.console.stop();

  // The blocks tell of the time before a restart; nobody measured how long each took.
  const again = await openPage(browser, account, dataDirectory);
  await again.page.getByRole('link', { name: 'Frozen · block 1' }).waitFor();
  const since = /not measured before \d\d:\d\d/.exec(before ?? '')?.[0];
  await again.page.getByRole('img', { name: new RegExp(`^Throughput\\..*${since ?? 'never'}`) }).waitFor();
  await again.page.getByRole('img', { name: 'Finality. p50: no data yet; p99: no data yet' }).waitFor();
  await goTo(again.page, '#/members/who?action=promote_environment');
  await again.page.getByText('Not now: the chain is frozen.').waitFor();
  for (const envId of ['nosuch', 'env%E2%80%8B', '..%2Fenv']) {
    await goTo(again.page, `#/members/who?action=promote_environment&env=${envId}`);
    await again.page.getByText(/there is no environment "/i).waitFor();
    expect(await again.page.getByText(/nobody's approval/).count()).toBe(0);
  }
});

/** Stands for `npx` on the person's machine. */
function fakeNpx(directory: string): string {
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  const run = `#!/bin/sh\nshift\nprintf '%s\\0' "$@" >> "$WORDS"\nprintf '\\0' >> "$WORDS"\n[ -z "$REALLY" ] || exec '${projectNode}' '${join(checkoutRoot, 'src', 'cli', 'main.ts')}' "$@"\n`;
  writeFileSync(join(bin, 'npx'), run);
  chmodSync(join(bin, 'npx'), 0o755);
  return bin;
}

const COMMAND_PLACES = [
  '#/environments?do=register',
  '#/explorer',
  '#/explorer/proof/state/environments/nosuch',
  '#/approvals',
  '#/approvals?do=freeze',
  '#/approvals?do=parameter',
  '#/approvals?do=import',
  '#/validators/authority-1?do=remove',
  '#/validators?do=add',
  '#/members?do=add',
  '#/members/people/operations-1?do=change',
  '#/members/people/operations-1?do=remove',
  '#/members/people/operations-1?do=suspend',
  '#/members/policies',
  '#/members/policies?do=protect',
  '#/keys',
  '#/keys?do=create',
  '#/keys?do=import',
  '#/recovery',
  '#/recovery/backups',
  '#/recovery/integrity',
];

test(
  'a shell takes each offered command as it was meant, whatever the names are',
  { timeout: TIMEOUT_MS },
  async () => {
    const account = createAccount();
    const root = temporaryDirectory();
    const dataDirectory = join(root, "it's $(touch X); touch X");
    const { page } = await openPage(browser, account, dataDirectory);
    const wordsFile = join(root, 'words');
    const environment = {
      ...account.environment,
      PATH: `${fakeNpx(root)}:${account.environment['PATH'] ?? ''}`,
      WORDS: wordsFile,
    };
    const paste = async (command: string, really = false): Promise<readonly string[]> => {
      writeFileSync(wordsFile, '');
      await promisify(execFile)('sh', ['-c', command], {
        cwd: root,
        env: { ...environment, REALLY: really ? '1' : '' },
      });
      const [words = '', ...more] = readFileSync(wordsFile, 'utf8').split('\0\0').slice(0, -1);
      expect(more, `one command, and nothing else: ${command}`).toEqual([]);
      return words.split('\0');
    };
    const valueOf = (words: readonly string[], option: string): string | undefined => words[words.indexOf(option) + 1];

    let seen = 0;
    for (const place of COMMAND_PLACES) {
      await goTo(page, place);
      await page.locator('main code.command').first().waitFor();
      for (const command of await page.locator('main code.command').allInnerTexts()) {
        seen += 1;
        const words = await paste(command);
        // A command for another machine has no directory of this one.
        if (words.slice(0, 2).join(' ') !== 'key prove') expect(valueOf(words, '--data'), command).toBe(dataDirectory);
      }
    }
    expect(seen).toBeGreaterThan(COMMAND_PLACES.length - 1);

    await goTo(page, '#/keys?do=create');
    for (const name of ['my key; touch X', 'a\'b "$HOME" `touch X`', '--json', 'one\u202Etwo']) {
      await page.getByLabel('Name').fill(name);
      await page.getByText('--name').waitFor();
      const words = await paste(await page.locator('main code.command').first().innerText(), true);
      expect([valueOf(words, '--name'), ...words.filter((word) => word.startsWith('--name='))].join(' ')).toContain(
        name,
      );
    }
    await goTo(page, '#/approvals?do=freeze');
    await page.getByLabel('Reason').fill('“stop”; touch X\n$(touch X)');
    await page.getByText('--reason').waitFor();
    const words = await paste(await page.locator('main code.command').first().innerText());
    expect(valueOf(words, '--reason')).toBe('“stop”; touch X\n$(touch X)');
    expect([root, dataDirectory, checkoutRoot].filter((directory) => existsSync(join(directory, 'X')))).toEqual([]);

    await goTo(page, '#/keys');
    const identities = page.getByRole('list', { name: 'Identities' });
    await page.reload();
    for (const name of ['my key; touch X', 'a\'b "$HOME" `touch X`', '--json', String.raw`one\u{202e}two`])
      await identities.getByText(name, { exact: true }).waitFor();
  },
);

/** Marks that turn, hide or widen text, each in a name of its own. */
const HOSTILE = {
  environment: 'safe \u202Edetcejer\u202C',
  description: 'plain\u200B\u2066hidden\u2069',
  metadata: 'a\u00ADb\u{E0041}',
  // A member's name with such marks is refused by the chain; letters that run from right to left are not.
  member: 'Operations \u05D0\u05D1 1',
  key: 'Security\u2060 lead\u2800',
  reason: 'because\u2029\u061C of it',
  comment: 'said\u2067 so\n\u05D0 Security lead approved\u200B',
  file: 'notes\u202Etxt.md',
  text: 'line one\u202E\nline two\u200F',
};

/** Everything on the page that a person reads or hears, with whatever is not seen as itself. */
async function unseenIn(page: Page): Promise<readonly string[]> {
  const texts = await page.evaluate(() => [
    document.title,
    document.body.innerText,
    ...[...document.querySelectorAll('*')].flatMap((element) =>
      [...element.attributes].filter(({ name }) => name !== 'd').map(({ name, value }) => `${name}=${value}`),
    ),
    ...[...document.querySelectorAll('option, svg text, svg title')].map((element) => element.textContent),
  ]);
  return texts.filter((text) => visibleText(text.replaceAll(/[\n\t]/g, '')) !== text.replaceAll(/[\n\t]/g, ''));
}

test('no name, reason or file shows a character on any screen that is not seen', { timeout: TIMEOUT_MS }, async () => {
  const account = createAccount();
  const root = temporaryDirectory();
  const dataDirectory = join(root, 'chain');
  await dm(account, dataDirectory, 'blockchain', 'init', '--sandbox', '--key-store', 'file');
  const files = join(root, 'files');
  mkdirSync(files);
  writeFileSync(join(files, HOSTILE.file), HOSTILE.text);
  const metadata = JSON.stringify({ [`k${HOSTILE.metadata}`]: HOSTILE.metadata });
  const environment = ['--name', HOSTILE.environment, '--description', HOSTILE.description, '--metadata', metadata];
  await dm(account, dataDirectory, 'env', 'create', '--id', 'env', '--path', files, ...environment);
  await dm(account, dataDirectory, 'env', 'create', '--id', 'other', '--path', files);
  const as = (name: string): readonly string[] => ['--as', name];
  const carryOut = async (...args: readonly string[]): Promise<void> => {
    const id = proposalIn(await dm(account, dataDirectory, ...args, ...as('Operations 1')));
    await dm(account, dataDirectory, 'proposal', 'approve', id, '--yes', ...as('Operations 2'));
  };
  await dm(account, dataDirectory, 'env', 'promote', '--id', 'env');
  await carryOut('member', 'update', 'security-lead', '--name', HOSTILE.member);
  await dm(account, dataDirectory, 'key', 'create', '--name', HOSTILE.key, '--key-store', 'file');
  await dm(account, dataDirectory, 'env', 'archive', '--id', 'other', '--reason', HOSTILE.reason);
  const open = proposalIn(
    await dm(account, dataDirectory, 'blockchain', 'set-parameter', 'transaction_window_ms', '300000'),
  );
  await dm(account, dataDirectory, 'proposal', 'reject', open, '--reason', HOSTILE.reason, ...as('Operations 2'));
  await dm(account, dataDirectory, 'proposal', 'comment', open, '--text', HOSTILE.comment, ...as('Operations 2'));
  await dm(account, dataDirectory, 'blockchain', 'freeze', '--reason', HOSTILE.reason);

  const { page, complaints } = await openPage(browser, account, dataDirectory);
  const file = encodeURIComponent(HOSTILE.file);
  const places = [
    '#/overview',
    '#/environments',
    '#/environments/env',
    '#/environments/env?do=update',
    '#/environments/env?do=promote',
    '#/environments/env?do=merge',
    '#/environments/env?do=archive',
    `#/environments/env?file=${file}`,
    `#/environments/env?file=${file}&from=nothing&to=blue&view=difference`,
    '#/environments/other',
    '#/approvals',
    `#/approvals/${open}`,
    `#/approvals/${open}?do=export`,
    '#/members',
    '#/members/people/security-lead',
    '#/members/people/security-lead?do=change',
    '#/members/who?action=add_member',
    '#/members/policies',
    '#/members/posture',
    '#/keys',
    '#/keys?do=create',
    '#/audit',
    '#/explorer/block/3',
    '#/explorer/state/environments/env',
    '#/explorer/state/members/member/security-lead',
    '#/explorer/proof/state/members/member/security-lead',
    '#/validators',
    '#/recovery',
    '#/recovery/backups',
    '#/recovery/integrity',
  ];
  for (const place of places) {
    await goTo(page, place);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForFunction(() => document.querySelector('main .skeleton') === null);
    expect(await unseenIn(page), place).toEqual([]);
  }

  // The codes are there: nothing was left out instead.
  for (const [place, text] of [
    ['#/keys', HOSTILE.key],
    ['#/overview', HOSTILE.reason],
    ['#/environments/env', HOSTILE.file],
    [`#/environments/env?file=${file}`, 'line one\u202E'],
    [`#/approvals/${open}`, 'said\u2067 so'],
    ['#/audit', '“said\u2067 so\n'],
  ] as const) {
    await goTo(page, place);
    await page.getByText(visibleText(text), { exact: false }).first().waitFor();
  }
  await goTo(page, '#/environments/env?do=update');
  const rest = page.getByLabel('As a JSON object');
  await page.waitForFunction(() => document.querySelector('main textarea') !== null);
  expect(visibleText(await rest.inputValue()).replaceAll(String.raw`\u{a}`, '')).toContain(
    String.raw`safe \u202edetcejer`,
  );
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('env');
  await page.getByRole('dialog').getByRole('option').first().waitFor();
  expect(await unseenIn(page), 'the palette').toEqual([]);
  expect(complaints).toEqual([]);
});
