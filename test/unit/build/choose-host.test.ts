import { describe, expect, test } from 'vitest';

import { chooseHost } from '../../../build/electron-binary.mjs';

type Machine = NonNullable<Parameters<typeof chooseHost>[0]>;

const desktop: Machine = {
  environment: { DISPLAY: ':0' },
  platform: 'linux',
  isRoot: false,
  findBinary: () => '/electron',
  download: () => {
    throw new Error('not expected to download');
  },
};

describe('npm start', () => {
  test('opens a window where the binary and a display are', () => {
    expect(chooseHost(desktop).host).toBe('window');
    expect(chooseHost({ ...desktop, environment: { WAYLAND_DISPLAY: 'wayland-0' } }).host).toBe('window');
    expect(chooseHost({ ...desktop, environment: {}, platform: 'darwin' }).host).toBe('window');
  });

  test.each<[string, Machine, string]>([
    ['no display', { ...desktop, environment: {} }, 'display'],
    ['root', { ...desktop, isRoot: true }, 'root'],
    ['no binary, and no way to it', { ...desktop, findBinary: () => undefined, download: () => false }, 'downloaded'],
    ['a wish for it', { ...desktop, environment: { DISPLAY: ':0', QL_CONSOLE: 'page' } }, 'QL_CONSOLE'],
  ])('serves a local page given %s, and says why', (_name, machine, reason) => {
    const choice = chooseHost(machine);
    expect(choice.host).toBe('page');
    expect(choice.reason).toContain(reason);
  });

  test('downloads a missing binary once there is a display to use it on', () => {
    expect(chooseHost({ ...desktop, findBinary: () => undefined, download: () => true }).host).toBe('window');
  });
});
