import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { launchChromium } from './chromium.ts';
import { dm, goTo, openPage } from './opened-page.ts';
import { confirmDeed, createAccount, lookAt, openDeed, temporaryDirectory } from './real-console.ts';

/** Encrypted copies in the page of a real console: set, made, looked at, rehearsed, and restored to the end. */

const JOURNEY_TIMEOUT_MS = 10 * 60_000;
const IDENTITY = 'Identity that opens the backup';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

test(
  'copies that this machine cannot open are made, rehearsed with an identity, and restored in the page',
  async () => {
    const account = createAccount();
    const dataDirectory = join(temporaryDirectory(), 'chain');
    const files = join(account.home, 'files');
    const disk = join(account.home, 'disk');
    for (const path of [files, disk]) mkdirSync(path);
    writeFileSync(join(files, 'env.py'), 'STEPS = 200\n');
    const command = (...args: readonly string[]): Promise<string> => dm(account, dataDirectory, ...args);
    await command('blockchain', 'init', '--sandbox', '--key-store', 'file');
    await command('env', 'create', '--id', 'kept', '--path', files);
    await command('blockchain', 'backup', 'add-folder', 'Other disk', disk, '--yes');
    const identity = await generateX25519Identity();

    const opened = await openPage(browser, account, dataDirectory);
    const { page, console, complaints } = opened;
    await goTo(page, '#/recovery/backups?do=schedule');
    await page.getByLabel('Encrypt to age recipients').fill('age1 not one');
    await page.getByText('Each is a public key that begins with age1').waitFor();
    expect(await page.getByRole('button', { name: 'Set the schedule…' }).isDisabled()).toBe(true);
    await page.getByLabel('Encrypt to age recipients').fill(await identityToRecipient(identity));
    await page.getByText('Only their identities open the copies:').waitFor();
    expect(await lookAt(page, 'backups schedule encrypted')).toEqual([]);
    await confirmDeed(opened, console, 'Set', () => page.getByRole('button', { name: 'Set the schedule…' }).click());
    await page.getByText('encrypted to 1 recipient').first().waitFor();

    await page.getByRole('button', { name: 'Back up now' }).click();
    await page
      .getByText('It was verified, then encrypted. Other disk: written, and read back as it was written.')
      .waitFor();
    const destinations = page.getByRole('region', { name: 'Destinations' });
    await destinations.getByText(/^bytes verified/).waitFor();
    const copies = page.getByRole('region', { name: 'Copies' });
    await copies
      .getByRole('button', { name: /^Verify / })
      .first()
      .click();
    await copies.getByText(/Its content was verified before it was encrypted, and cannot be looked at here/).waitFor();

    const drills = page.getByRole('region', { name: 'Rehearsals of a restore' });
    const window = await openDeed(opened, () => drills.getByRole('button', { name: 'Rehearse now…' }).click());
    const confirm = async (typed: string): Promise<void> => {
      await window.getByLabel(IDENTITY, { exact: true }).fill(typed);
      const code = window.getByLabel('Signing code');
      if ((await code.count()) > 0) await code.fill(console.signingCode);
      await window.getByRole('button', { name: 'Rehearse', exact: true }).click();
    };
    await confirm(await generateX25519Identity());
    await window.getByText(/The identity of age1\w+ does not open .*, which is encrypted to others/).waitFor();
    expect(await lookAt(window, 'deed identity')).toEqual([]);
    await confirm(identity);
    await window.getByRole('heading', { name: 'Done' }).waitFor();
    await window.close();
    await drills.getByText('restored', { exact: true }).waitFor();
    expect(await lookAt(page, 'backups encrypted')).toEqual([]);

    // What came after the backup is lost by the restore, which says so before and afterwards.
    await command('env', 'create', '--id', 'later', '--path', files);
    await copies
      .getByRole('link', { name: /^Restore / })
      .last()
      .click();
    await page.getByText('1 block of the present chain is not in it.').waitFor();
    await page.getByText('It is encrypted.', { exact: true }).waitFor();
    expect(await lookAt(page, 'restore plan encrypted')).toEqual([]);
    await confirmDeed(opened, console, 'Restore', () => page.getByRole('button', { name: 'Restore…' }).click(), {
      [IDENTITY]: identity,
    });
    const result = page.locator('.notice', { hasText: 'Restored up to block' });
    await result.waitFor();
    expect(await result.innerText()).toMatch(/What was here before is kept in .*\.before-restore-/);
    expect(await lookAt(page, 'restore done')).toEqual([]);
    await goTo(page, '#/environments');
    await page.getByText('kept', { exact: true }).first().waitFor();
    expect(await page.getByText('later', { exact: true }).count()).toBe(0);
    // The one refused try with another identity.
    expect(complaints.filter((each) => !/\/confirm\/.*403 \(Forbidden\)$/.test(each))).toEqual([]);
  },
  JOURNEY_TIMEOUT_MS,
);
