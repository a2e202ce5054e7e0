import { describe, expect, test } from 'vitest';

import { closeBeforeQuitting } from '../../electron/shutdown.ts';
import { FakeElectron } from './fake-electron.ts';
import { startedConsole } from './started-console.ts';

describe('quitting', () => {
  test('waits until the last block is on disk', async () => {
    const { electron, host } = await startedConsole();
    let finish = (): void => undefined;
    host.whenClosing = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    electron.app.send('window-all-closed');
    await Promise.resolve();
    expect(host.closeCount).toBe(1);
    expect(electron.app.calls.at(-1)).toBe('quit');
    // Impatience changes nothing: neither a second close nor an early end.
    electron.app.quit();
    await Promise.resolve();
    expect(host.closeCount).toBe(1);
    expect(electron.app.calls.at(-1)).toBe('quit');
    finish();
    expect(await electron.app.exited).toBe(0);
  });

  test('waits for a host that is still opening, and closes it', async () => {
    const electron = new FakeElectron();
    let opened = (): void => undefined;
    let closeCount = 0;
    const closableHost = {
      handlePort: () => undefined,
      show: () => undefined,
      openDirectory: () => Promise.resolve(false),
      close: () => {
        closeCount += 1;
        return Promise.resolve();
      },
    };
    const starting = startedConsole(
      { openHost: () => new Promise((resolve) => (opened = () => resolve(closableHost))) },
      electron,
    );
    while (electron.windows.length === 0) await new Promise((resolve) => setImmediate(resolve));
    electron.app.quit();
    expect(electron.app.calls.at(-1)).toBe('quit');
    opened();
    expect(await electron.app.exited).toBe(0);
    expect(closeCount).toBe(1);
    await starting;
  });

  test('delays the shutdown of the machine', async () => {
    const { electron, host } = await startedConsole();
    expect(electron.powerMonitor.send('shutdown')).toBe(true);
    expect(await electron.app.exited).toBe(0);
    expect(host.closeCount).toBe(1);
  });

  test('ends with an error when the node did not close cleanly', async () => {
    const { electron, host, log } = await startedConsole();
    host.whenClosing = () => Promise.reject(new Error('disk full'));
    electron.app.quit();
    expect(await electron.app.exited).toBe(1);
    expect(log.at(-1)).toContain('disk full');
  });

  test('does not wait for ever', async () => {
    const electron = new FakeElectron();
    const log: string[] = [];
    closeBeforeQuitting(electron, {
      close: () => new Promise(() => undefined),
      log: (line) => log.push(line),
      timeoutMs: 5,
    });
    electron.app.quit();
    expect(await electron.app.exited).toBe(1);
    expect(log).toEqual(['the node did not close cleanly: still closing after 5 ms']);
  });
});
