import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { SetupError } from './step.mjs';

/**
 * @typedef {object} SystemPackage
 * @property {string} name in Debian and Ubuntu
 * @property {string} purpose what does not work without it
 * @property {readonly ('start' | 'test')[]} goals
 * @property {() => boolean} isPresent
 */

/** @type {readonly SystemPackage[]} */
const systemPackages = [
  {
    name: 'libsecret-1-0',
    purpose: 'keys in the desktop keychain',
    goals: ['start', 'test'],
    isPresent: () => process.platform !== 'linux' || hasSharedLibrary('libsecret-1.so.0'),
  },
  {
    name: 'chromium',
    purpose: 'tests of the page in a real browser',
    goals: ['test'],
    isPresent: () => browserCandidates().some((file) => existsSync(file)),
  },
  {
    name: 'gnome-keyring',
    purpose: 'tests against a real keychain',
    goals: ['test'],
    isPresent: () => process.platform !== 'linux' || keyringRuns(),
  },
  {
    name: 'libsecret-tools',
    purpose: 'tests against a real keychain',
    goals: ['test'],
    isPresent: () => process.platform !== 'linux' || onPath('secret-tool') !== undefined,
  },
  {
    name: 'dbus',
    purpose: 'tests against a real keychain',
    goals: ['test'],
    isPresent: () => process.platform !== 'linux' || onPath('dbus-run-session') !== undefined,
  },
];

function keyringRuns() {
  const daemon = onPath('gnome-keyring-daemon');
  return daemon !== undefined && spawnSync(daemon, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Where a Chromium that Playwright can drive may be. */
export function browserCandidates() {
  if (process.platform === 'darwin') {
    return [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ];
  }
  if (process.platform === 'win32') {
    return ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'];
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  return names.flatMap((name) => onPath(name) ?? []);
}

/**
 * Installs what is missing where that can be done without asking; elsewhere says what is missing and continues.
 * @param {'start' | 'test'} goal
 * @param {(line: string) => void} say
 */
export function ensureSystemPackages(goal, say) {
  const wanted = systemPackages.filter((systemPackage) => systemPackage.goals.includes(goal));
  const missing = wanted.filter((systemPackage) => !systemPackage.isPresent());
  if (missing.length === 0) return 'up to date';

  const apt = aptCommand();
  if (apt !== undefined) {
    install(apt, missing, say);
    freeKeyringFromCapabilities(say);
  }
  const stillMissing = missing.filter((systemPackage) => !systemPackage.isPresent());
  if (stillMissing.length === 0) return `installed ${missing.map(({ name }) => name).join(', ')}`;

  for (const { name, purpose } of stillMissing) say(`${name} is missing; without it: no ${purpose}`);
  if (apt === undefined) {
    say(
      onPath('apt-get') === undefined
        ? 'this system has no apt-get: install these with its own package manager'
        : `to install them: sudo apt-get install ${stillMissing.map(({ name }) => name).join(' ')}`,
    );
  }
  if (goal === 'test' && process.env['CI'] === 'true') {
    throw new SetupError(
      `missing for the tests: ${stillMissing.map(({ name }) => name).join(', ')}`,
      'With CI=true nothing that can be installed may be skipped.',
    );
  }
  return 'going on without';
}

/** How to call apt-get without a question, or undefined where that cannot be done. */
function aptCommand() {
  const aptGet = onPath('apt-get');
  if (aptGet === undefined) return undefined;
  if (process.getuid?.() === 0) return [aptGet];
  const sudo = onPath('sudo');
  const mayWithoutPassword = sudo !== undefined && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return mayWithoutPassword ? [sudo, '-n', aptGet] : undefined;
}

/**
 * @param {readonly string[]} apt
 * @param {readonly SystemPackage[]} packages
 * @param {(line: string) => void} say
 */
function install(apt, packages, say) {
  const names = packages.map(({ name }) => name);
  const waitForOthers = ['-o', 'DPkg::Lock::Timeout=300'];
  runApt(apt, ['update', '-qq', ...waitForOthers], say);
  runApt(apt, ['install', '-y', '-qq', '--no-install-recommends', ...waitForOthers, ...names], say);
}

/**
 * Debian gives the daemon the capability to lock memory. A container without that capability then refuses to run it at
 * all, though the daemon does well without.
 * @param {(line: string) => void} say
 */
function freeKeyringFromCapabilities(say) {
  const daemon = onPath('gnome-keyring-daemon');
  const setcap = onPath('setcap') ?? '/usr/sbin/setcap';
  if (daemon === undefined || keyringRuns() || process.getuid?.() !== 0 || !existsSync(setcap)) return;
  say(`${setcap} -r ${daemon} (this container forbids the capability it asks for)`);
  spawnSync(setcap, ['-r', daemon], { stdio: 'ignore' });
}

/**
 * @param {readonly string[]} apt
 * @param {readonly string[]} args
 * @param {(line: string) => void} say
 */
function runApt(apt, args, say) {
  const [command = '', ...commandArgs] = [...apt, ...args];
  say(`${[command, ...commandArgs].join(' ')}`);
  const result = spawnSync(command, commandArgs, {
    encoding: 'utf8',
    timeout: 15 * 60_000,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (result.status === 0) return;
  const lines = `${result.stdout ?? ''}${result.stderr ?? ''}`.trim().split('\n');
  say(`apt-get ${args[0] ?? ''} failed: ${result.error?.message ?? lines.slice(-5).join(' | ')}`);
}

/** @param {string} name */
export function onPath(name) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** @param {string} fileName */
function hasSharedLibrary(fileName) {
  const folders = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/local/lib'].filter((folder) => existsSync(folder));
  const multiarch = ['/lib', '/usr/lib'].flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.includes('-linux-'))
          .map((name) => join(folder, name))
      : [],
  );
  return [...folders, ...multiarch].some((folder) => existsSync(join(folder, fileName)));
}
