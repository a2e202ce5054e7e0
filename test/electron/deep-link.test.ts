import { describe, expect, test } from 'vitest';

import { decodeDeepLink, isDeepLink } from '../../electron/deep-link.ts';
import { DEEP_LINK_LENGTH_MAX, IDENTIFIER_LENGTH_MAX } from '../../src/base/limits.ts';
import { coded } from '../coded.ts';
import { FakeElectron } from './fake-electron.ts';
import { startedConsole, type StartedConsole } from './started-console.ts';

const HASH = `0x${'ab'.repeat(32)}`;
const LONGEST = 'a'.repeat(IDENTIFIER_LENGTH_MAX);

describe('a link', () => {
  test.each([
    ['environment/cartpole', { kind: 'environment', env_id: 'cartpole' }],
    ['environment/ALE/Pong-v5', { kind: 'environment', env_id: 'ALE/Pong-v5' }],
    [`environment/${LONGEST}`, { kind: 'environment', env_id: LONGEST }],
    [`proposal/${HASH}`, { kind: 'proposal', proposal_id: HASH }],
    ['block/0', { kind: 'block', index: 0 }],
    ['block/120', { kind: 'block', index: 120 }],
    [`transaction/${HASH}`, { kind: 'transaction', transaction_id: HASH }],
  ])('to %s names one thing to show', (path, shown) => {
    expect(decodeDeepLink(`quantum-lock://${path}`)).toEqual(shown);
  });

  test.each([
    'quantum-lock:',
    'quantum-lock://',
    'quantum-lock:block/1',
    'quantum-lock://block',
    'quantum-lock://block/',
    'quantum-lock://block/-1',
    'quantum-lock://block/01',
    'quantum-lock://block/1e3',
    'quantum-lock://block/1/',
    'quantum-lock://block/1?do=freeze',
    'quantum-lock://block/1#/approvals?do=freeze',
    'quantum-lock://block/9007199254740993',
    'quantum-lock://console/',
    'quantum-lock://console/index.html',
    'quantum-lock://Block/1',
    'quantum-lock://user@block/1',
    'quantum-lock://block:80/1',
    'quantum-lock://file/etc/passwd',
    'quantum-lock://environment/../keys',
    'quantum-lock://environment/%2e%2e',
    'quantum-lock://environment/a b',
    'quantum-lock://environment/a\nb',
    'quantum-lock://environment/a\u202eb',
    `quantum-lock://environment/a${LONGEST}`,
    `quantum-lock://proposal/${HASH.toUpperCase()}`,
    'quantum-lock://proposal/0xab',
    'quantum-lock-secret://window/',
    'https://example.org/block/1',
    ' quantum-lock://block/1',
    `quantum-lock://environment/${'a/'.repeat(DEEP_LINK_LENGTH_MAX)}b`,
  ])('%j is refused, with what links name', (text) => {
    expect(() => decodeDeepLink(text)).toThrow(coded('INPUT_INVALID'));
  });

  test('is known by its scheme, however it is written', () => {
    expect(
      ['quantum-lock:', 'QUANTUM-LOCK://x', 'quantum-lock', '/quantum-lock:', 'quantum-lock-secret:'].map(isDeepLink),
    ).toEqual([true, true, false, false, false]);
  });
});

describe('what is opened from outside', () => {
  const links = (...of: readonly string[]): object => ({ files: [], links: of });
  const started = async (electron = new FakeElectron()): Promise<StartedConsole> =>
    startedConsole({ handed: { files: [], links: ['quantum-lock://block/1'] } }, electron);

  test('is shown in its order once there is a window, whichever way it came', async () => {
    const electron = new FakeElectron();
    const starting = started(electron);
    // macOS hands a link over before the application is ready.
    expect(electron.app.send('open-url', {}, 'quantum-lock://block/2')).toBe(true);
    const { host } = await starting;
    electron.app.send('second-instance', {}, [], '/', links('quantum-lock://block/3'));
    electron.app.send('open-url', {}, 'quantum-lock://block/4');
    await Promise.resolve();
    expect(host.shown).toEqual([1, 2, 3, 4].map((index) => ({ kind: 'block', index })));
    expect(electron.window.calls).toContain('focus');
  });

  test('is handed to the console that runs already', async () => {
    const electron = new FakeElectron();
    electron.app.isFirstInstance = false;
    const { host } = await started(electron);
    expect(electron.app.handed).toEqual(links('quantum-lock://block/1'));
    expect(host.shown).toEqual([]);
  });

  test('is refused in the console’s own words: the link’s are nowhere', async () => {
    const { electron, host, log } = await started();
    await Promise.resolve();
    electron.app.send('second-instance', {}, [], '/', links('quantum-lock://approve/everything'));
    await Promise.resolve();
    expect(host.shown).toHaveLength(1);
    expect(electron.errorBoxes).toEqual([
      expect.stringMatching(/^The link cannot be opened: .*block or a transaction/s),
    ]);
    expect(log.join() + electron.errorBoxes.join()).not.toContain('everything');
  });

  test.each([
    null,
    undefined,
    'x',
    [],
    { files: 'x' },
    { files: [1], links: [] },
    { links: ['quantum-lock://block/9'] },
  ])('%j from a second instance is nothing', async (handed) => {
    const { electron, host } = await started();
    await Promise.resolve();
    electron.app.send('second-instance', {}, [], '/', handed);
    await Promise.resolve();
    expect(host.shown).toHaveLength(1);
    expect(electron.errorBoxes).toEqual([]);
  });

  test('comes through the system only where the application is installed', async () => {
    const { electron } = await started(new FakeElectron({ isPackaged: false }));
    expect(electron.app.calls.join()).not.toContain('setAsDefaultProtocolClient');
  });
});
