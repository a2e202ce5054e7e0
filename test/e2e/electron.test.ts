import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { _electron, type ElectronApplication, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../build/checkout.mjs';
import { electronBinary } from '../../build/electron-binary.mjs';
import { ensureBuilt } from '../../build/setup/built-output.mjs';
import { electronOutput } from '../../build/setup/bundles.mjs';
import { rendererOutput } from '../../build/setup/renderer.mjs';

/** Why the real application cannot be driven here; undefined where it can. */
function reasonToSkip(): string | undefined {
  if (electronBinary() === undefined) {
    return "Electron's binary is not downloaded (npx install-electron, where its download host is reachable)";
  }
  const needsDisplay = process.platform === 'linux';
  const display = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  return needsDisplay && display === undefined ? 'there is no display (try xvfb-run npm test)' : undefined;
}

describe('the desktop application', () => {
  const skipReason = reasonToSkip();
  const dataDirectory = mkdtempSync(join(tmpdir(), 'quantum-lock-electron-'));
  let application: ElectronApplication | undefined;
  let page: Page | undefined;

  const running = (): { application: ElectronApplication; page: Page } => {
    if (application === undefined || page === undefined) throw new Error('the application is not running');
    return { application, page };
  };

  beforeAll(async () => {
    if (skipReason !== undefined) return;
    const say = (): void => undefined;
    ensureBuilt(rendererOutput, say);
    ensureBuilt(electronOutput, say);
    const sandboxArgs = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    application = await _electron.launch({
      executablePath: electronBinary() ?? '',
      args: [...sandboxArgs, checkoutRoot, '--data', dataDirectory],
    });
    page = await application.firstWindow();
    await page.waitForLoadState('domcontentloaded');
  });

  afterAll(async () => {
    await application?.close();
    rmSync(dataDirectory, { recursive: true });
  });

  test('shows the page from its own scheme', (context) => {
    if (skipReason !== undefined) context.skip(skipReason);
    expect(running().page.url()).toMatch(/^quantum-lock:\/\/console\//);
  });

  test('connects the page to the node', async (context) => {
    if (skipReason !== undefined) context.skip(skipReason);
    await expect.poll(() => running().page.locator('main').count()).toBeGreaterThan(0);
  });

  test('gives the page nothing of Node, and one function of ours', async (context) => {
    if (skipReason !== undefined) context.skip(skipReason);
    const globals = await running().page.evaluate(() => ({
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
      bridge: Object.keys((globalThis as unknown as { quantumLock: object }).quantumLock),
    }));
    expect(globals).toEqual({ node: [], bridge: ['connect'] });
  });

  test('lets the page go nowhere, open nothing and ask for nothing', async (context) => {
    if (skipReason !== undefined) context.skip(skipReason);
    const { page: shown, application: electron } = running();
    const before = shown.url();
    const attempts = await shown.evaluate(async () => {
      globalThis.location.href = 'https://example.org/';
      return {
        opened: globalThis.open('https://example.org/') !== null,
        fetched: await fetch('https://example.org/').then(
          () => true,
          () => false,
        ),
        permission: (await navigator.permissions.query({ name: 'geolocation' })).state,
      };
    });
    expect(attempts).toEqual({ opened: false, fetched: false, permission: 'denied' });
    expect(shown.url()).toBe(before);
    expect(electron.windows()).toHaveLength(1);
  });

  test('runs the page in a sandbox, apart from the preload', async (context) => {
    if (skipReason !== undefined) context.skip(skipReason);
    const preferences = await running().application.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows().map(({ webContents }) => webContents);
      return contents.map((one) => (one as unknown as { getLastWebPreferences(): object }).getLastWebPreferences());
    });
    expect(preferences).toMatchObject([{ contextIsolation: true, sandbox: true, nodeIntegration: false }]);
  });

  test('asks for a passphrase in a window that the page cannot see', async (context) => {
    if (skipReason !== undefined) context.skip(skipReason);
    const { page: shown, application: electron } = running();
    await shown.getByRole('radio', { name: /Sandbox chain/ }).check();
    await shown.getByRole('radio', { name: /Encrypted file/ }).check();
    expect(await shown.locator('input[type=password]').count()).toBe(0);
    const opening = electron.waitForEvent('window');
    await shown.getByRole('button', { name: 'Create the sandbox' }).click();
    const secret = await opening;
    expect(secret.url()).toBe('quantum-lock-secret://window/');
    const preferences = await electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) => ({
        ...(webContents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences(),
        storagePath: webContents.session.storagePath,
      })),
    );
    expect(preferences.filter(({ storagePath }) => storagePath === null)).toMatchObject([
      { contextIsolation: true, sandbox: true, nodeIntegration: false, devTools: false },
    ]);
    const globals = await secret.evaluate(() =>
      ['require', 'process', 'quantumLock'].filter((name) => name in globalThis),
    );
    expect(globals).toEqual([]);
    await secret.getByLabel('New passphrase of the key file').fill('correct horse battery');
    await secret.getByLabel('The same again').fill('correct horse battery');
    const closed = secret.waitForEvent('close');
    await secret.getByRole('button', { name: 'Create' }).click();
    await closed;
    await shown.getByText(/chain sandbox-[0-9a-f]{6} · sandbox/).waitFor();
  });
});
