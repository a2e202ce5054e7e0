import { afterEach, expect, test, vi } from 'vitest';

import { CONNECT_CHANNEL, PORT_CHANNEL } from '../../electron/bridge.ts';
import { DROPPED_CHANNEL } from '../../electron/dropped-files.ts';

const preload = vi.hoisted(() => ({
  sent: [] as unknown[][],
  exposed: {} as Record<string, Record<string, () => void>>,
  channels: [] as string[],
}));
vi.mock('electron', () => ({
  contextBridge: {
    exposeInMainWorld: (name: string, api: Record<string, () => void>) => (preload.exposed[name] = api),
  },
  ipcRenderer: {
    send: (...args: unknown[]) => preload.sent.push(args),
    on: (channel: string) => preload.channels.push(channel),
  },
  webUtils: { getPathForFile: ({ name }: { name: string }) => `/home/ada/${name}` },
}));
afterEach(() => vi.unstubAllGlobals());

test('the page is given one function, and a drop of a person’s alone is told, to the main process', async () => {
  const heard = new Map<string, (event: object) => void>();
  vi.stubGlobal('addEventListener', (name: string, listener: (event: object) => void) => heard.set(name, listener));
  await import('../../electron/preload.ts');
  expect(Object.entries(preload.exposed).map(([name, api]) => [name, Object.keys(api)])).toEqual([
    ['quantumLock', ['connect']],
  ]);
  expect(preload.channels).toEqual([PORT_CHANNEL]);
  preload.exposed['quantumLock']?.['connect']?.();
  const drop = heard.get('drop');
  const dataTransfer = { files: [{ name: 'a.backup' }, { name: 'b' }] };
  drop?.({ isTrusted: false, dataTransfer });
  drop?.({ isTrusted: true, dataTransfer: null });
  drop?.({ isTrusted: true, dataTransfer });
  expect(preload.sent).toEqual([
    [CONNECT_CHANNEL],
    [DROPPED_CHANNEL, '/home/ada/a.backup'],
    [DROPPED_CHANNEL, '/home/ada/b'],
  ]);
});
