import { describe, expect, test } from 'vitest';

import { SECRET_CHANNEL } from '../../electron/secret-window.ts';
import type { SecretQuestion } from '../../src/node/host/surface.ts';
import { FakeContents, FakeFrame, type FakeElectron, type FakeSession, type FakeWindow } from './fake-electron.ts';
import { startedConsole } from './started-console.ts';

const URL_OF_WINDOW = 'quantum-lock-secret://window/';
const NEVER = new AbortController().signal;

const question = (changes: Partial<SecretQuestion> = {}): SecretQuestion => ({
  sentence: 'Opens the encrypted key file of /data\u202e<b>.',
  warnings: [],
  asks: ['passphrase'],
  mayKeep: false,
  button: 'Unlock',
  problem: null,
  ...changes,
});

async function opened(asked = question(), signal = NEVER) {
  const { electron, surface, log } = await startedConsole();
  const console = electron.window;
  const answer = surface.askSecrets(asked, signal);
  const window = electron.window;
  const type = (...args: unknown[]): void =>
    electron.sendFromPage(SECRET_CHANNEL, { sender: window.webContents }, ...args);
  return { electron, surface, log, console, answer, window, type };
}

function sessionOf({ partitions }: FakeElectron): FakeSession {
  const session = partitions.get('quantum-lock-secret');
  if (session === undefined) throw new Error('there is no session of its own');
  return session;
}

const shown = async (electron: FakeElectron, url = URL_OF_WINDOW, method = 'GET'): Promise<Response> => {
  const { page } = sessionOf(electron);
  if (page === undefined) throw new Error('nothing is served there');
  return page({ url, method } as Request);
};

/** Whether the answer is still awaited. */
const isWaiting = (answer: Promise<unknown>): Promise<boolean> =>
  Promise.race([answer.then(() => false), new Promise<boolean>((resolve) => setImmediate(() => resolve(true)))]);

describe('the window that asks for a passphrase', () => {
  test('is a locked-down one of its own, above the console', async () => {
    const { electron, window, console } = await opened();
    expect(window).not.toBe(console);
    expect(window.parent).toBe(console);
    expect(window.calls).toContain('removeMenu');
    expect(window.webContents.mainFrame.url).toBe(URL_OF_WINDOW);
    expect(window.options.webPreferences).toEqual({
      preload: '/app/secret-preload.cjs',
      partition: 'quantum-lock-secret',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    });
    expect(sessionOf(electron)).not.toBe(electron.session.defaultSession);
    expect(sessionOf(electron).scheme).toBe('quantum-lock-secret');
    expect(window.calls).not.toContain('show');
    window.send('ready-to-show');
    expect(window.calls).toContain('show');
  });

  test.each(['will-frame-navigate', 'will-redirect'])('goes nowhere, not even to the console: %s', async (event) => {
    const { window } = await opened();
    for (const url of ['quantum-lock://console/', 'https://example.org/', URL_OF_WINDOW, 'file:///etc/passwd'])
      expect(window.webContents.send(event, { url }), url).toBe(true);
    expect(window.webContents.openHandler?.({ url: URL_OF_WINDOW })).toEqual({ action: 'deny' });
    expect(window.webContents.send('will-attach-webview')).toBe(true);
  });

  test('has no permission, no device, no download and no network', async () => {
    const { electron, window } = await opened();
    const session = sessionOf(electron);
    const granted: boolean[] = [];
    for (const permission of ['clipboard-sanitized-write', 'media', 'clipboard-read', 'geolocation']) {
      session.permissionRequest?.(window.webContents, permission, (is) => granted.push(is), {});
      granted.push(session.permissionCheck?.(window.webContents, permission, URL_OF_WINDOW, {}) ?? true);
    }
    expect(new Set(granted)).toEqual(new Set([false]));
    expect(session.deviceHandler?.()).toBe(false);
    expect(session.spellChecker).toBe(false);
    expect(session.send('will-download', {}, { getURL: () => URL_OF_WINDOW })).toBe(true);
    const isCancelled = (url: string): boolean => {
      let cancelled = false;
      session.beforeRequest?.({ url }, ({ cancel }) => (cancelled = cancel));
      return cancelled;
    };
    for (const url of ['https://example.org/', 'quantum-lock://console/', 'devtools://x/', `${URL_OF_WINDOW}other`])
      expect(isCancelled(url), url).toBe(true);
    for (const url of [URL_OF_WINDOW, `${URL_OF_WINDOW}confirm.css`]) expect(isCancelled(url), url).toBe(false);
  });

  test('shows what is asked, with nothing hidden and no script, to nobody but itself', async () => {
    const { electron, answer, type } = await opened(
      question({ asks: ['export_passphrase', 'new_passphrase'], mayKeep: true }),
    );
    const response = await shown(electron);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await response.text();
    expect(html).toContain('/data\\u{202e}&lt;b&gt;.');
    expect(html).not.toMatch(/<script|\son\w+=|javascript:/i);
    expect([...html.matchAll(/type="password" name="(\w+)"|name="(\w+)"\s+required/g)].length).toBeGreaterThan(0);
    for (const name of ['export_passphrase', 'new_passphrase', 'new_passphrase_again'])
      expect(html).toContain(`name="${name}"`);
    expect((await shown(electron, `${URL_OF_WINDOW}confirm.css`)).headers.get('content-type')).toContain('text/css');
    for (const [url, method] of [
      [`${URL_OF_WINDOW}x`, 'GET'],
      [URL_OF_WINDOW, 'POST'],
      ['quantum-lock-secret://other/', 'GET'],
    ])
      expect((await shown(electron, url, method)).status, url).toBe(404);
    type({ decision: 'no' });
    expect(await answer).toBeNull();
    expect((await shown(electron)).status, 'afterwards').toBe(404);
  });

  test('gives what was typed, once, and is gone', async () => {
    const { window, answer, type, log } = await opened(question({ mayKeep: true }));
    type({ decision: 'yes', passphrase: ' pass phrase ', keep: 'yes', other: 'x' });
    expect(await answer).toEqual({ secrets: { passphrase: ' pass phrase ' }, keepUnlocked: true });
    expect(window.destroyed).toBe(true);
    type({ decision: 'yes', passphrase: 'again' });
    expect(log.at(-1)).toContain('refused an answer');
    expect(log.join()).not.toContain('phrase');
  });

  test('keeps nothing unlocked where that was not asked', async () => {
    const { answer, type } = await opened();
    type({ decision: 'yes', passphrase: 'x', keep: 'yes' });
    expect(await answer).toMatchObject({ keepUnlocked: false });
  });

  test('asks again where the two of a new passphrase differ, or one is missing', async () => {
    const { electron, answer, type, window } = await opened(question({ asks: ['new_export_passphrase'] }));
    const again = 'new_export_passphrase_again';
    for (const [fields, told] of [
      [{ new_export_passphrase: 'one', [again]: 'other' }, 'differ'],
      [{ new_export_passphrase: 'one' }, 'differ'],
      [{ new_export_passphrase: '', [again]: '' }, 'missing'],
      [{}, 'missing'],
    ] as const) {
      type({ decision: 'yes', ...fields });
      expect(await isWaiting(answer)).toBe(true);
      const html = await (await shown(electron)).text();
      expect(html).toContain(told);
      expect(html).not.toContain('other<');
    }
    type({ decision: 'yes', new_export_passphrase: 'same', [again]: 'same' });
    expect(await answer).toEqual({ secrets: { new_export_passphrase: 'same' }, keepUnlocked: false });
    expect(window.destroyed).toBe(true);
  });

  test.each<
    [string, (window: FakeWindow, console: FakeWindow) => { sender?: FakeContents; senderFrame?: FakeFrame | null }]
  >([
    ['the console', (_, console) => ({ sender: console.webContents })],
    [
      'another page at its address',
      () => ({ sender: Object.assign(new FakeContents(), { mainFrame: new FakeFrame(URL_OF_WINDOW) }) }),
    ],
    ['a frame inside it', (window) => ({ sender: window.webContents, senderFrame: new FakeFrame(URL_OF_WINDOW) })],
    ['a frame that is gone', (window) => ({ sender: window.webContents, senderFrame: null })],
  ])('takes no answer from %s', async (_, from) => {
    const { electron, window, console, answer, log } = await opened();
    electron.sendFromPage(SECRET_CHANNEL, from(window, console), { decision: 'yes', passphrase: 'planted' });
    expect(await isWaiting(answer)).toBe(true);
    expect(log).toEqual([expect.stringContaining('refused an answer')]);
  });

  test('takes no answer while it shows anything else', async () => {
    const { window, answer, type } = await opened();
    window.webContents.mainFrame.url = 'https://example.org/';
    type({ decision: 'yes', passphrase: 'planted' });
    expect(await isWaiting(answer)).toBe(true);
  });

  test.each<[string, unknown[]]>([
    ['nothing', []],
    ['no fields', ['yes']],
    ['null', [null]],
    ['a list', [['decision', 'yes']]],
    ['fields that are no text', [{ decision: 'yes', passphrase: { length: 8 } }]],
    ['more than one', [{ decision: 'yes', passphrase: 'x' }, 'more']],
    ['far too much', [{ decision: 'yes', passphrase: 'x'.repeat(5_000) }]],
    ['another decision', [{ decision: 'perhaps', passphrase: 'x' }]],
  ])('gives up on an answer of %s', async (_, args) => {
    const { answer, type, window } = await opened();
    type(...args);
    expect(await answer).toBeNull();
    expect(window.destroyed).toBe(true);
  });

  test.each<[string, (parts: { window: FakeWindow; console: FakeWindow; ended: AbortController }) => void]>([
    ['it is closed', ({ window }) => window.destroy()],
    ['the console is closed', ({ console }) => console.destroy()],
    ['it has ended elsewhere', ({ ended }) => ended.abort()],
  ])('gives up where %s', async (_, end) => {
    const ended = new AbortController();
    const { answer, window, console } = await opened(question(), ended.signal);
    end({ window, console, ended });
    expect(await answer).toBeNull();
    expect(window.destroyed).toBe(true);
  });

  test('is one at a time, and there is none without the console or for what has ended', async () => {
    const { surface, electron, answer, type, console } = await opened();
    expect(await surface.askSecrets(question(), NEVER)).toBeNull();
    expect(electron.windows).toHaveLength(2);
    type({ decision: 'no' });
    await answer;
    expect(await surface.askSecrets(question(), AbortSignal.abort())).toBeNull();
    console.send('closed');
    expect(await surface.askSecrets(question(), NEVER)).toBeNull();
    expect(electron.windows).toHaveLength(2);
  });
});
