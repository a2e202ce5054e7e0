import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join, sep } from 'node:path';

import { checkoutRoot, pathOutsideCheckout, projectNode, setupLockFile } from '../checkout.mjs';
import { whileLocked } from './lock.mjs';
import { SetupError } from './step.mjs';

const lockFile = join(checkoutRoot, 'package-lock.json');
const installedLockFile = join(checkoutRoot, 'node_modules', '.package-lock.json');
const stampFile = join(checkoutRoot, 'node_modules', '.quantum-lock-setup.json');

/** `node` puts the Node of this machine in place. Every other package works as it is packed. */
const packagesWithInstallScript = ['node'];

/**
 * Installs exactly what the lockfile says, when node_modules holds anything else.
 * @param {(line: string) => void} say
 */
export function ensureNodeModules(say) {
  const stamp = expectedStamp();
  const isInstalled = () =>
    existsSync(projectNode) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (isInstalled()) return 'up to date';
  return whileLocked(setupLockFile, say, () => (isInstalled() ? 'installed by another set-up' : install(stamp, say)));
}

/**
 * @param {string} stamp
 * @param {(line: string) => void} say
 */
function install(stamp, say) {
  if (existsSync(projectNode) && matchesLockfile()) {
    writeFileSync(stampFile, stamp);
    return 'already as in the lockfile';
  }
  say('installing what package-lock.json lists, with npm ci');
  // No package's install script runs but those named here. From a lockfile npm would also compile better-sqlite3, whose prebuilt
  // file is in the package: that needs a compiler, and headers from a host that not every network reaches.
  npm(['ci', '--include=dev', '--ignore-scripts']);
  npm(['rebuild', ...packagesWithInstallScript, '--ignore-scripts=false']);
  if (!existsSync(projectNode)) {
    throw new SetupError(
      'the node package brought no Node for this machine',
      `There may be none for it (${process.platform}-${process.arch}).`,
    );
  }
  writeFileSync(stampFile, stamp);
  return 'installed';
}

/** The lockfile and the machine: native modules of one platform do not load on another. */
function expectedStamp() {
  const lockSha256 = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  return `${JSON.stringify({ lockSha256, platform: process.platform, arch: process.arch })}\n`;
}

/** npm leaves a copy of the lockfile behind once everything is in place. */
function matchesLockfile() {
  if (!existsSync(installedLockFile)) return false;
  return holdsLockedPackages(readLockedPackages(lockFile), readLockedPackages(installedLockFile));
}

/**
 * Whether each wanted package is installed, byte for byte. Optional ones of other platforms need not be.
 * @typedef {Record<string, { integrity?: string, optional?: boolean }>} LockedPackages
 * @param {LockedPackages} wanted
 * @param {LockedPackages} installed
 */
export function holdsLockedPackages(wanted, installed) {
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    return found === undefined ? entry.optional === true : found.integrity === entry.integrity;
  });
}

/** @param {string} file */
function readLockedPackages(file) {
  return /** @type {{ packages: LockedPackages }} */ (JSON.parse(readFileSync(file, 'utf8'))).packages;
}

/** @param {readonly string[]} args */
function npm(args) {
  // npm ci deletes node_modules first, and with it the Node that npm's own PATH puts in front: so npm, and the install
  // scripts it starts, must run on a Node from outside the checkout.
  const path = pathOutsideCheckout();
  const npmScript = npmScriptFile();
  const allArgs = [...args, '--no-audit', '--no-fund', '--loglevel=error'];
  const [command, ...commandArgs] =
    npmScript === undefined ? ['npm', ...allArgs] : [nodeOutsideCheckout(path), npmScript, ...allArgs];
  const result = spawnSync(command, commandArgs, {
    cwd: checkoutRoot,
    // npm's report is not this command's output.
    stdio: ['ignore', 2, 2],
    env: { ...process.env, PATH: path, NODE_ENV: 'development' },
    shell: npmScript === undefined && process.platform === 'win32',
  });
  if (result.status !== 0) {
    throw new SetupError(
      `npm ${args[0]} failed (${result.error?.message ?? result.signal ?? `exit code ${result.status}`})`,
      'It needs the npm registry, and nothing else of the network.',
    );
  }
}

/** The npm that started us, if one did. */
function npmScriptFile() {
  const script = process.env['npm_execpath'];
  return script !== undefined && basename(script) === 'npm-cli.js' && existsSync(script) ? script : undefined;
}

/** @param {string} path */
function nodeOutsideCheckout(path) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = [
    process.execPath,
    process.env['npm_node_execpath'],
    ...path.split(delimiter).map((folder) => join(folder, name)),
  ];
  const inside = join(checkoutRoot, 'node_modules') + sep;
  const found = candidates.find((file) => file !== undefined && !file.startsWith(inside) && existsSync(file));
  return found ?? process.execPath;
}
