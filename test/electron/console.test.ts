import { describe, expect, test } from 'vitest';

import { FakeElectron } from './fake-electron.ts';
import { startedConsole } from './started-console.ts';

describe('starting', () => {
  test('takes the sandbox and the scheme before Electron is ready, as both must be', async () => {
    const { electron } = await startedConsole({ userDataFolder: '/data/window' });
    expect(electron.app.calls).toEqual([
      'setPath userData /data/window',
      'requestSingleInstanceLock',
      'enableSandbox',
      'registerSchemesAsPrivileged',
      'setAsDefaultProtocolClient quantum-lock --',
      'whenReady',
    ]);
    expect(electron.schemes).toEqual([
      { scheme: 'quantum-lock', privileges: { standard: true, secure: true, supportFetchAPI: true } },
      { scheme: 'quantum-lock-secret', privileges: { standard: true, secure: true } },
    ]);
  });

  test('opens one isolated window on its own page', async () => {
    const { electron } = await startedConsole();
    expect(electron.windows).toHaveLength(1);
    expect(electron.window.webContents.mainFrame.url).toBe('quantum-lock://console/');
    expect(electron.window.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      devTools: false,
    });
  });

  test('shows the window once it has something to show', async () => {
    const { electron } = await startedConsole();
    expect(electron.window.options.show).toBe(false);
    expect(electron.window.calls).toEqual([]);
    electron.window.send('ready-to-show');
    expect(electron.window.calls).toEqual(['show']);
  });

  test('says that the window is there no sooner than it has something to show', async () => {
    let shown = 0;
    const { electron } = await startedConsole({ onShown: () => (shown += 1) });
    expect(shown).toBe(0);
    electron.window.send('ready-to-show');
    expect(shown).toBe(1);
  });

  test('has developer tools and reload in a checkout only', async () => {
    const packaged = await startedConsole();
    const checkout = await startedConsole({}, new FakeElectron({ isPackaged: false }));
    expect(JSON.stringify(packaged.electron.menu)).not.toMatch(/toggleDevTools|reload/);
    expect(JSON.stringify(checkout.electron.menu)).toMatch(/toggleDevTools/);
    expect(checkout.electron.window.options.webPreferences?.devTools).toBe(true);
  });

  test('fails when the host does not open, so that the caller can say why', async () => {
    const failing = startedConsole({ openHost: () => Promise.reject(new Error('the data folder is locked')) });
    await expect(failing).rejects.toThrow('the data folder is locked');
  });

  test('fails when the page was not built', async () => {
    await expect(startedConsole({ pageFolder: '/no/such/folder' })).rejects.toThrow('ENOENT');
  });
});

describe('a second instance', () => {
  test('opens neither window nor host, and ends', async () => {
    const electron = new FakeElectron();
    electron.app.isFirstInstance = false;
    let shown = 0;
    const { surface, log } = await startedConsole({ onShown: () => (shown += 1) }, electron);
    expect(shown, 'the first one has a window').toBe(1);
    expect(electron.windows).toEqual([]);
    expect(electron.app.calls.slice(-2)).toEqual(['quit', 'exit 0']);
    expect(electron.app.calls).not.toContain('whenReady');
    await expect(surface.pickDirectory()).rejects.toThrow('never opened');
    expect(log).toHaveLength(1);
  });

  test('brings the first one to the front', async () => {
    const { electron } = await startedConsole();
    electron.app.send('second-instance');
    expect(electron.window.calls).toEqual(['focus']);
    electron.window.minimized = true;
    electron.app.send('second-instance');
    expect(electron.window.calls).toEqual(['focus', 'restore', 'focus']);
  });

  test('does not touch a window that is gone', async () => {
    const { electron } = await startedConsole();
    electron.window.send('closed');
    electron.app.send('second-instance');
    expect(electron.window.calls).toEqual([]);
  });
});

describe('choosing a folder', () => {
  test('answers with the folder, or with nothing when the person cancels', async () => {
    const { electron, surface } = await startedConsole();
    expect(await surface.pickDirectory()).toBeNull();
    electron.chosenFolder = '/home/ada/environments';
    expect(await surface.pickDirectory()).toBe('/home/ada/environments');
    expect(electron.openDialogs[0]?.properties).toContain('openDirectory');
  });

  test('has nobody to ask without a window', async () => {
    const { electron, surface } = await startedConsole();
    electron.chosenFolder = '/home/ada/environments';
    electron.window.send('closed');
    expect(await surface.pickDirectory()).toBeNull();
    expect(electron.openDialogs).toEqual([]);
  });
});
