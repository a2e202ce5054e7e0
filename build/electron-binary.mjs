import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkoutRoot, projectNode } from './checkout.mjs';

const packageFolder = join(checkoutRoot, 'node_modules', 'electron');

/** The binary comes from a host that not every network reaches, so this never takes longer than a patient person waits. */
const downloadTimeoutMs = 10 * 60_000;

/** Electron's binary, which is not part of its package, or undefined where it was never downloaded. */
export function electronBinary() {
  const pathFile = join(packageFolder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : undefined;
  const elsewhere = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (elsewhere === undefined && name === undefined) return undefined;
  // As electron's own index.js finds it.
  const binary = join(elsewhere ?? join(packageFolder, 'dist'), name ?? 'electron');
  return existsSync(binary) ? binary : undefined;
}

/**
 * Which of its two hosts the console gets here, and why, in words that complete "because …".
 * @param {{ environment?: NodeJS.ProcessEnv, platform?: NodeJS.Platform, isRoot?: boolean, findBinary?: () => string | undefined, download?: () => boolean }} [machine]
 * @returns {{ host: 'window' | 'page', reason: string }}
 */
export function chooseHost(machine = {}) {
  const {
    environment = process.env,
    platform = process.platform,
    isRoot = process.getuid?.() === 0,
    findBinary = electronBinary,
    download = downloadElectron,
  } = machine;
  const wish = environment['QL_CONSOLE'];
  if (wish === 'page') return { host: 'page', reason: 'QL_CONSOLE=page asks for it' };
  if (wish === 'window') {
    return findBinary() !== undefined || download()
      ? { host: 'window', reason: 'QL_CONSOLE=window asks for it' }
      : { host: 'page', reason: "Electron's binary is not here and could not be downloaded" };
  }
  const hasDisplay =
    platform === 'darwin' || platform === 'win32' || Boolean(environment['DISPLAY'] ?? environment['WAYLAND_DISPLAY']);
  if (!hasDisplay) return { host: 'page', reason: 'there is no display here (no DISPLAY or WAYLAND_DISPLAY)' };
  if (platform === 'linux' && isRoot) {
    return { host: 'page', reason: "Electron's sandbox does not run as root" };
  }
  if (findBinary() === undefined && !download()) {
    return { host: 'page', reason: "Electron's binary is not here and could not be downloaded" };
  }
  return { host: 'window', reason: "Electron's binary and a display are here" };
}

function downloadElectron() {
  console.error("console: downloading Electron's binary (once)");
  const result = spawnSync(projectNode, [join(packageFolder, 'install.js')], {
    stdio: ['ignore', 2, 2],
    timeout: downloadTimeoutMs,
  });
  return result.status === 0 && electronBinary() !== undefined;
}
