import { once } from 'node:events';

import { describe, expect, test } from 'vitest';

import { CONNECT_CHANNEL, PORT_CHANNEL } from '../../electron/bridge.ts';
import { FakeContents, FakeFrame, type FakePort } from './fake-electron.ts';
import { startedConsole, type StartedConsole } from './started-console.ts';

const connect = async ({ electron }: StartedConsole, ...args: Parameters<typeof electron.sendFromPage>[1][]) => {
  electron.sendFromPage(CONNECT_CHANNEL, args[0] ?? {}, ...args.slice(1));
  await Promise.resolve();
};

describe('the bridge', () => {
  test('hands the page one end of a channel and the host the other', async () => {
    const started = await startedConsole();
    await connect(started);
    const { received } = started.electron.window.webContents.mainFrame;
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ channel: PORT_CHANNEL, message: null });
    expect(started.host.ports).toHaveLength(1);

    const [pageEnd] = received[0]?.ports ?? [];
    const [hostEnd] = started.host.ports;
    const answer = once(hostEnd as FakePort, 'message');
    hostEnd?.start();
    pageEnd?.postMessage('hello');
    expect(await answer).toMatchObject([{ data: 'hello' }]);
  });

  test('closes the old channel when the page is loaded again', async () => {
    const started = await startedConsole();
    await connect(started);
    await connect(started);
    expect(started.host.ports).toHaveLength(2);
    expect(started.host.ports.map((port) => (port as FakePort).closed)).toEqual([true, false]);
  });

  const otherContents = (url: string): FakeContents => {
    const contents = new FakeContents();
    contents.mainFrame.url = url;
    return contents;
  };

  test.each([
    ['another window, even on our page', { sender: otherContents('quantum-lock://console/') }, 'window'],
    ['a frame inside the page', { senderFrame: new FakeFrame('quantum-lock://console/') }, 'top frame'],
    ['a frame that is gone', { senderFrame: null }, 'top frame'],
  ])('does not answer %s', async (_name, from, reason) => {
    const started = await startedConsole();
    await connect(started, from);
    expect(started.host.ports).toEqual([]);
    expect(started.electron.window.webContents.mainFrame.received).toEqual([]);
    expect(started.log).toEqual([expect.stringContaining(reason)]);
  });

  test('does not answer our window while it shows anything but our page', async () => {
    const started = await startedConsole();
    started.electron.window.webContents.mainFrame.url = 'https://example.org/';
    await connect(started);
    expect(started.host.ports).toEqual([]);
  });

  test('does not answer a request that carries anything', async () => {
    const started = await startedConsole();
    started.electron.sendFromPage(CONNECT_CHANNEL, {}, { path: '/etc/passwd' });
    expect(started.host.ports).toEqual([]);
    expect(started.log).toEqual([expect.stringContaining('arguments')]);
  });

  test('does not answer once the window is gone', async () => {
    const started = await startedConsole();
    const { webContents } = started.electron.window;
    started.electron.window.send('closed');
    started.electron.sendFromPage(CONNECT_CHANNEL, { sender: webContents });
    expect(started.host.ports).toEqual([]);
  });
});
