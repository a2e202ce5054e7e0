// Runs between packing and code signing: turns off in Electron's binary what an attacker with a shell could use to make the
// signed application run other code.
import { join } from 'node:path';

import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';

/** @param {{ appOutDir: string, electronPlatformName: string, packager: { appInfo: { productFilename: string }, executableName?: string } }} context */
export default async function afterPack({ appOutDir, electronPlatformName, packager }) {
  await flipFuses(binaryFile(appOutDir, electronPlatformName, packager), {
    version: FuseVersion.V1,
    // A fuse that a newer Electron adds must be decided on, not inherited.
    strictlyRequireAllFuses: true,
    resetAdHocDarwinSignature: electronPlatformName === 'darwin',
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    // It wants a snapshot file of its own, which this application does not make.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    [FuseV1Options.WasmTrapHandlers]: true,
  });
}

/**
 * @param {string} appOutDir
 * @param {string} platform
 * @param {{ appInfo: { productFilename: string }, executableName?: string }} packager
 */
function binaryFile(appOutDir, platform, packager) {
  const name = packager.appInfo.productFilename;
  if (platform === 'darwin') return join(appOutDir, `${name}.app`);
  return join(appOutDir, platform === 'win32' ? `${name}.exe` : (packager.executableName ?? name));
}
