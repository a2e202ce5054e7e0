import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import afterPack from '../../../build/after-pack.mjs';

/** What stands before the fuses in every Electron binary. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = 9;

describe('packing', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quantum-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A binary that allows everything, as far as fuses go. */
  const writeBinary = (name: string, count: number): void => {
    const wire = Buffer.from([1, count, ...Array.from({ length: count }, () => FuseState.ENABLE)]);
    writeFileSync(join(folder, name), Buffer.concat([Buffer.from(`binary ${sentinel}`), wire, Buffer.from(' end')]));
  };
  const pack = (platform: string): Promise<void> =>
    afterPack({
      appOutDir: folder,
      electronPlatformName: platform,
      packager: {
        appInfo: { productFilename: 'Quantum-Lock' },
        ...(platform === 'linux' && { executableName: 'quantum-lock' }),
      },
    });

  test.each([
    ['linux', 'quantum-lock'],
    ['win32', 'Quantum-Lock.exe'],
  ])('turns off every way to run other code in the %s binary', async (platform, name) => {
    writeBinary(name, fuseCount);
    await pack(platform);
    const wire = await getCurrentFuseWire(join(folder, name));
    expect(wire.version).toBe(FuseVersion.V1);
    for (const fuse of [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ] as const) {
      expect(wire[fuse], FuseV1Options[fuse]).toBe(FuseState.DISABLE);
    }
    for (const fuse of [
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ] as const) {
      expect(wire[fuse], FuseV1Options[fuse]).toBe(FuseState.ENABLE);
    }
  });

  test('fails on a fuse that nobody has decided on', async () => {
    writeBinary('quantum-lock', fuseCount + 1);
    await expect(pack('linux')).rejects.toThrow('strictlyRequireAllFuses');
  });

  test('fails on something that is not Electron', async () => {
    writeFileSync(join(folder, 'quantum-lock'), 'not a binary');
    await expect(pack('linux')).rejects.toThrow('sentinel');
  });
});
