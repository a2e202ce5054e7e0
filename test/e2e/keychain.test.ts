import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { decodeHex } from '../../src/base/bytes.ts';
import type { KeyInfo } from '../../src/node/keys/key-store.ts';
import { publicKeyOf } from '../../src/ledger/crypto/signature.ts';
import { allBytesBelow } from '../node/keys/keys-fixture.ts';
import { launchChromium } from './chromium.ts';
import { typeAskedWord } from './confirming.ts';
import {
  WRONG_TRY,
  confirmDeed,
  createAccount,
  lookAt,
  newPassphrase,
  openDeed,
  openDesk,
  runDm,
  startRealConsole,
  temporaryDirectory,
  type Account,
  type Desk,
  type RealConsole,
} from './real-console.ts';

/** Keys made in the page: in the real keychain of a desktop session, and in the encrypted file where there is none. */

const PASSPHRASE = 'a passphrase of my own';
const SESSION = 'dbus-run-session';
const READER = 'secret-tool';
const TOOLS = [SESSION, 'gnome-keyring-daemon', READER];
const hasKeychain =
  process.platform === 'linux' && TOOLS.every((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0);

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** A desktop session with its keychain unlocked, as it is after a person has logged in. */
async function logIn(): Promise<Account> {
  const account = createAccount();
  const script =
    'echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; ' +
    'echo "$$ $DBUS_SESSION_BUS_ADDRESS"; exec sleep infinity';
  const session = spawn(SESSION, ['--', 'bash', '-c', script], {
    env: account.environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(session.stdout.setEncoding('utf8'), 'data')) as [string];
  const [pid = '', address = ''] = line.trim().split(' ');
  onTestFinished(async () => {
    const ended = once(session, 'close');
    process.kill(Number(pid));
    await ended;
  });
  return { ...account, environment: { ...account.environment, DBUS_SESSION_BUS_ADDRESS: address } };
}

interface KeptSecret {
  readonly account: string;
  readonly hex: string;
}

/** What the keychain holds for us, read by another program of the session. */
function readKeychain({ environment }: Account): readonly KeptSecret[] {
  const found = spawnSync(READER, ['search', '--all', 'service', 'quantum-lock'], {
    env: environment,
    encoding: 'utf8',
  });
  const text = found.stdout + found.stderr;
  const secrets = [...text.matchAll(/^secret = 0x([0-9a-f]{64})$/gm)].map(([, hex = '']) => hex);
  const accounts = [...text.matchAll(/^attribute\.account = (.+)$/gm)].map(([, account = '']) => account);
  return secrets.map((hex) => {
    const account = accounts.find((each) => each.length > 0) ?? '';
    accounts.splice(accounts.indexOf(account), 1);
    return { account, hex };
  });
}

/** Everything that a page is told or tells: frames both ways, what it draws, and what it keeps. */
function recordPage(page: Page): { readonly text: () => string; readonly note: () => Promise<void> } {
  const parts: string[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => parts.push(payload.toString()));
    socket.on('framesent', ({ payload }) => parts.push(payload.toString()));
  });
  return {
    text: () => parts.join('\n'),
    note: async () => {
      parts.push(await page.content());
      parts.push(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage])));
    },
  };
}

/** A secret as it might lie somewhere. */
function formsOf(hex: string): readonly string[] {
  const bytes = Buffer.from(hex, 'hex');
  const forms = [hex, hex.toUpperCase(), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  return [...forms, bytes.toString('latin1'), [...bytes].join(',')];
}

async function openFirstRun(console: RealConsole): Promise<Desk> {
  const desk = await openDesk(browser);
  await desk.page.goto(console.address);
  await desk.page.getByRole('radio', { name: /New chain/ }).waitFor();
  return desk;
}

async function goToCreateKey(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Keys' }).click();
  await page.getByRole('link', { name: 'Create a key…' }).click();
  await page.getByRole('heading', { name: 'New key' }).waitFor();
}

async function listKeys(account: Account, dataDirectory: string): Promise<readonly KeyInfo[]> {
  const listed = await runDm(account, ['key', 'list', '--json', '--data', dataDirectory]);
  expect(listed.code, listed.stderr).toBe(0);
  return (JSON.parse(listed.stdout) as { readonly keys: readonly KeyInfo[] }).keys;
}

/** Registers a small directory, up to the confirming window. */
async function askToSign({ context, page }: Desk, root: string): Promise<Page> {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'env.py'), 'SIZE = 8\n');
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Environments' }).click();
  await page.getByRole('link', { name: 'Register…', exact: true }).click();
  await page.getByLabel('Id', { exact: true }).fill('gridworld');
  await page.getByLabel('Directory', { exact: true }).fill(root);
  await page.keyboard.press('Enter');
  await page.getByRole('list', { name: `In ${root}` }).waitFor();
  await page.getByRole('button', { name: 'Scan this directory' }).click();
  await page.getByRole('button', { name: 'Review…' }).click();
  const opening = context.waitForEvent('page');
  await page.getByRole('button', { name: 'Sign…' }).click();
  return opening;
}

describe.skipIf(!hasKeychain)('with the keychain of the system', () => {
  test('the keys are in it, and in no file, output, frame or page', async () => {
    const account = await logIn();
    const dataDirectory = join(temporaryDirectory(), 'data');
    const console = await startRealConsole({ dataDirectory, account });
    const desk = await openDesk(browser);
    const { page } = desk;
    const recorded = recordPage(page);
    await page.goto(console.address);
    await page.getByLabel('Name of the chain').fill('in-the-keychain');
    await page.getByLabel('Your name, as the first administrator').fill('Ada');
    const keychain = page.getByRole('radio', { name: /Secret Service/ });
    expect(await keychain.isChecked()).toBe(true);
    expect(await lookAt(page, 'first run with a keychain')).toEqual([]);
    await page.getByRole('button', { name: 'Create the chain' }).click();
    await page.getByText('chain in-the-keychain').waitFor();
    await recorded.note();

    await goToCreateKey(page);
    await page.getByLabel('Name', { exact: true }).fill('Laptop');
    await page.getByRole('button', { name: 'Create the key' }).click();
    await page.getByRole('list', { name: 'Fingerprint of Laptop' }).waitFor();
    await recorded.note();

    const popup = await askToSign(desk, join(account.home, 'gridworld'));
    await popup.getByText('the OS keychain').waitFor({ state: 'attached' });
    await typeAskedWord(popup);
    const code = popup.getByLabel('Signing code');
    await code.fill('00-00-00-00-00-00');
    await popup.getByRole('button', { name: 'Sign' }).click();
    await popup.getByRole('alert').getByText('That is not the signing code.').waitFor();
    await typeAskedWord(popup);
    await code.fill(console.signingCode);
    await popup.getByRole('button', { name: 'Sign' }).click();
    await popup.getByRole('heading', { name: 'Signed and on the chain' }).waitFor();
    await page.getByText('Signed, and on disk in block 1.').waitFor();
    await recorded.note();

    const secrets = readKeychain(account);
    const keys = await listKeys(account, dataDirectory);
    expect(keys.map(({ name, store }) => `${name} ${store}`)).toEqual([
      'Ada keychain',
      'Validator authority-1 keychain',
      'Laptop keychain',
    ]);
    const publicKeys = secrets.map(({ hex }) => publicKeyOf(decodeHex(`0x${hex}`)));
    expect(new Set(publicKeys)).toEqual(new Set(keys.map(({ public_key }) => public_key)));

    const disk = allBytesBelow(dataDirectory).toString('latin1');
    const told = `${recorded.text()}\n${console.stdout()}\n${console.stderr()}`;
    expect(told).toContain('Laptop');
    expect(disk.length).toBeGreaterThan(10_000);
    for (const { hex } of secrets) {
      for (const form of formsOf(hex)) {
        expect(disk.includes(form), 'on disk').toBe(false);
        expect(told.includes(form), 'told').toBe(false);
      }
    }
    expect(desk.complaints).toEqual([WRONG_TRY]);
    await console.stop();

    // The keychain gives the validator its key again, and nobody is asked.
    const again = await startRealConsole({ dataDirectory, account });
    await page.goto(again.address);
    await page.getByText('Healthy · block 1').waitFor();
    expect(again.stdout()).not.toContain('Not running');
  });

  test('a key in the encrypted file beside it gets a passphrase first', async () => {
    const account = await logIn();
    const dataDirectory = join(temporaryDirectory(), 'data');
    const console = await startRealConsole({ dataDirectory, account });
    const desk = await openFirstRun(console);
    const { page } = desk;
    await page.getByLabel('Name of the chain').fill('both-stores');
    await page.getByRole('button', { name: 'Create the chain' }).click();
    await page.getByText('chain both-stores').waitFor();
    await goToCreateKey(page);
    await page.getByLabel('Name', { exact: true }).fill('Server');
    await page.getByRole('radio', { name: /Encrypted file/ }).check();
    const create = page.getByRole('button', { name: 'Create the key' });
    await confirmDeed(desk, console, 'Create', () => create.click(), newPassphrase(PASSPHRASE));
    await page.getByRole('list', { name: 'Fingerprint of Server' }).waitFor();
    expect((await listKeys(account, dataDirectory)).map(({ store }) => store)).toEqual([
      'keychain',
      'keychain',
      'file',
    ]);
  });
});

describe('without a keychain', () => {
  test('the page says why, and offers the encrypted file, which asks for its passphrase each time', async () => {
    const account = createAccount();
    const dataDirectory = join(temporaryDirectory(), 'data');
    const console = await startRealConsole({ dataDirectory, account });
    const desk = await openFirstRun(console);
    const { page } = desk;
    const keychain = page.getByRole('radio', { name: /Secret Service/ });
    expect(await keychain.isDisabled()).toBe(true);
    expect(await keychain.locator('xpath=..').innerText()).toMatch(/Not available here: .*(D-Bus|libsecret|keychain)/);
    expect(await page.getByRole('radio', { name: /Encrypted file/ }).isChecked()).toBe(true);
    expect(await lookAt(page, 'first run without a keychain')).toEqual([]);
    await page.getByLabel('Name of the chain').fill('in-a-file');
    const found = page.getByRole('button', { name: 'Create the chain' });
    await confirmDeed(desk, console, 'Create', () => found.click(), newPassphrase(PASSPHRASE));
    await page.getByText('chain in-a-file').waitFor();

    const popup = await askToSign(desk, join(account.home, 'gridworld'));
    await typeAskedWord(popup);
    await popup.getByLabel('Passphrase of the key file').fill('not the passphrase');
    await popup.getByRole('button', { name: 'Sign' }).click();
    await popup.getByRole('alert').getByText('The passphrase is not the one of this key file.').waitFor();
    await popup.getByRole('button', { name: 'Refuse' }).click();
    await page.getByText('You did not confirm.').waitFor();
    await popup.close();

    for (const name of ['Laptop', 'Phone']) {
      await goToCreateKey(page);
      await page.getByLabel('Name', { exact: true }).fill(name);
      const window = await openDeed(desk, () => page.getByRole('button', { name: 'Create the key' }).click());
      await window.getByText(`Creates the key “${name}” in the encrypted key file`).waitFor();
      await window.getByLabel('Passphrase of the key file').fill('not the passphrase');
      await window.getByRole('button', { name: 'Create' }).click();
      await window.getByRole('alert').getByText('The passphrase is not the one of this key file.').waitFor();
      expect(await lookAt(page, `create a key ${name}`)).toEqual([]);
      await window.getByLabel('Passphrase of the key file').fill(PASSPHRASE);
      await window.getByRole('button', { name: 'Create' }).click();
      await window.getByRole('heading', { name: 'Done' }).waitFor();
      await window.close();
      await page.getByRole('list', { name: `Fingerprint of ${name}` }).waitFor();
      // The file is locked again: the next one is asked for as well.
      await page.getByText('each signature is asked for').waitFor();
    }
    const keys = await listKeys(account, dataDirectory);
    expect(keys.map(({ name }) => name)).toEqual(['Administrator', 'Validator authority-1', 'Laptop', 'Phone']);
    expect(allBytesBelow(dataDirectory).includes(PASSPHRASE)).toBe(false);
    expect(console.stdout() + console.stderr()).not.toContain(PASSPHRASE);
    expect(desk.complaints).toEqual([WRONG_TRY, WRONG_TRY, WRONG_TRY]);
  });

  test('a passphrase that a program made is not asked for', async () => {
    const account = createAccount();
    const dataDirectory = join(temporaryDirectory(), 'data');
    const console = await startRealConsole({ dataDirectory, account, args: ['--sandbox'] });
    const { page } = await openDesk(browser);
    await page.goto(console.address);
    await goToCreateKey(page);
    await page.getByLabel('Name', { exact: true }).fill('Laptop');
    expect(await page.getByLabel('Passphrase', { exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Create the key' }).click();
    await page.getByRole('list', { name: 'Fingerprint of Laptop' }).waitFor();
  });
});
