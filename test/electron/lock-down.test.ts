import { describe, expect, test } from 'vitest';

import { FakeContents, FakeElectron } from './fake-electron.ts';
import { startedConsole } from './started-console.ts';

const elsewhere = [
  'https://example.org/',
  'http://127.0.0.1:8000/',
  'file:///etc/passwd',
  'data:text/html,<script>1</script>',
  'about:blank',
  'javascript:alert(1)',
  'quantum-lock://elsewhere/',
  'quantum-lock://console.example.org/',
  'quantum-lock://user@console/',
  'quantum-lock://console/assets/main.js',
  'quantum-lock-x://console/',
  'not an address',
];

describe('navigation', () => {
  test.each(elsewhere)('to %s is refused, in every frame and through every redirect', async (url) => {
    const { electron, log } = await startedConsole();
    const { webContents } = electron.window;
    expect(webContents.send('will-frame-navigate', { url })).toBe(true);
    expect(webContents.send('will-redirect', { url })).toBe(true);
    expect(log).toHaveLength(2);
  });

  test('inside the page is allowed', async () => {
    const { electron } = await startedConsole();
    const { webContents } = electron.window;
    for (const url of ['quantum-lock://console/', 'quantum-lock://console/index.html#/chain?block=3']) {
      expect(webContents.send('will-frame-navigate', { url })).toBe(false);
    }
  });

  test('to a frame that the page holds in itself is allowed, and redirects to one are not', async () => {
    const { electron } = await startedConsole();
    const { webContents } = electron.window;
    expect(webContents.send('will-frame-navigate', { url: 'about:srcdoc' })).toBe(false);
    for (const url of ['about:blank', 'about:srcdoc#x', 'about:srcdoc?x'])
      expect(webContents.send('will-frame-navigate', { url }), url).toBe(true);
    expect(webContents.send('will-redirect', { url: 'about:srcdoc' })).toBe(true);
  });

  test('is refused to whatever else shows a page in this process', async () => {
    const { electron } = await startedConsole();
    const other = new FakeContents();
    electron.app.send('web-contents-created', {}, other);
    expect(other.send('will-frame-navigate', { url: 'https://example.org/' })).toBe(true);
    expect(other.openHandler).toBeDefined();
  });

  test('to a new window or into a webview is refused, even for the page itself', async () => {
    const { electron } = await startedConsole();
    const { webContents } = electron.window;
    expect(webContents.openHandler?.({ url: 'https://example.org/' })).toEqual({ action: 'deny' });
    expect(webContents.openHandler?.({ url: 'quantum-lock://console/' })).toEqual({ action: 'deny' });
    expect(webContents.send('will-attach-webview')).toBe(true);
  });
});

describe('permissions', () => {
  const refused = ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'usb', 'fileSystem'];

  const ask = (
    electron: FakeElectron,
    permission: string,
    { contents = electron.window.webContents, media = [] }: { contents?: FakeContents; media?: string[] } = {},
  ): boolean[] => {
    const { permissionRequest, permissionCheck } = electron.session.defaultSession;
    const answers: boolean[] = [];
    permissionRequest?.(contents, permission, (granted) => answers.push(granted), { mediaTypes: media });
    const [mediaType] = media;
    const details = mediaType === undefined ? {} : { mediaType };
    answers.push(permissionCheck?.(contents, permission, 'quantum-lock://console', details) ?? true);
    return answers;
  };

  test.each(refused)('%s is refused', async (permission) => {
    const { electron } = await startedConsole();
    expect(ask(electron, permission)).toEqual([false, false]);
  });

  test('copying to the clipboard is granted to the page, and to nobody else', async () => {
    const { electron } = await startedConsole();
    expect(ask(electron, 'clipboard-sanitized-write')).toEqual([true, true]);
    const other = new FakeContents();
    other.mainFrame.url = 'https://example.org/';
    expect(ask(electron, 'clipboard-sanitized-write', { contents: other })).toEqual([false, false]);
    const { permissionCheck } = electron.session.defaultSession;
    expect(permissionCheck?.(null, 'clipboard-sanitized-write', 'quantum-lock://console', {})).toBe(false);
  });

  test('the camera is granted to the page, and to nobody else', async () => {
    const { electron } = await startedConsole();
    expect(ask(electron, 'media', { media: ['video'] })).toEqual([true, true]);
    const other = new FakeContents();
    other.mainFrame.url = 'https://example.org/';
    expect(ask(electron, 'media', { media: ['video'], contents: other })).toEqual([false, false]);
  });

  test('the microphone is refused, alone and beside the camera', async () => {
    const { electron } = await startedConsole();
    expect(ask(electron, 'media', { media: ['audio'] })).toEqual([false, false]);
    expect(ask(electron, 'media', { media: ['audio', 'video'] })).toEqual([false, false]);
    expect(ask(electron, 'media')).toEqual([false, false]);
  });

  test('every device is refused', async () => {
    const { electron } = await startedConsole();
    expect(electron.session.defaultSession.deviceHandler?.()).toBe(false);
  });
});

describe('the network', () => {
  const isCancelled = (electron: FakeElectron, url: string): boolean | undefined => {
    let cancelled: boolean | undefined;
    electron.session.defaultSession.beforeRequest?.({ url }, ({ cancel }) => {
      cancelled = cancel;
    });
    return cancelled;
  };

  test.each([
    'https://example.org/x.js',
    'http://127.0.0.1/',
    'ws://127.0.0.1/',
    'file:///etc/passwd',
    'devtools://x/',
  ])('cannot be reached at %s', async (url) => {
    const { electron } = await startedConsole();
    expect(isCancelled(electron, url)).toBe(true);
  });

  test('is not needed for the page and what it makes itself', async () => {
    const { electron } = await startedConsole();
    expect(isCancelled(electron, 'quantum-lock://console/assets/main.js')).toBe(false);
    expect(isCancelled(electron, 'blob:quantum-lock://console/1b4e')).toBe(false);
    expect(isCancelled(electron, 'blob:https://example.org/1b4e')).toBe(true);
  });

  test('lets the developer tools load themselves in a checkout', async () => {
    const { electron } = await startedConsole({}, new FakeElectron({ isPackaged: false }));
    expect(isCancelled(electron, 'devtools://devtools/bundled/x.js')).toBe(false);
    expect(isCancelled(electron, 'https://example.org/')).toBe(true);
  });

  test('gives no downloads, and no dictionaries to the spell checker', async () => {
    const { electron } = await startedConsole();
    const session = electron.session.defaultSession;
    const download = (url: string): boolean => session.send('will-download', {}, { getURL: () => url });
    expect(download('https://example.org/a.exe')).toBe(true);
    expect(download('blob:quantum-lock://console/1b4e')).toBe(false);
    expect(session.spellChecker).toBe(false);
  });
});
