import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { QuantumLockError } from '../../base/errors.ts';
import { KEYCHAIN_PROBE_TIMEOUT_MS, KEYCHAIN_TIMEOUT_MS } from '../../base/limits.ts';
import { workerUrl } from '../threads/worker-url.ts';

/** What is used of the operating system's keychain; keytar's functions have this shape. */
export interface Keychain {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

export type KeychainAccess =
  | { readonly available: true; readonly name: string; readonly keychain: Keychain }
  | { readonly available: false; readonly name: string; readonly reason: string };

/** What a probe found: null where the keychain took, gave back and forgot an entry, else the system's own words. */
export type ProbeFailure = string | null;

export const KEYCHAIN_SERVICE = 'quantum-lock';

const KEYCHAIN_NAMES: Readonly<Record<string, string>> = {
  darwin: 'macOS Keychain',
  linux: 'Secret Service',
  win32: 'Windows Credential Manager',
};

export interface ProbeOptions {
  readonly platform?: NodeJS.Platform;
  readonly timeoutMs?: number;
  /** How to try: in a process of its own, which can be ended when the keychain hangs. */
  readonly probe?: (timeoutMs: number) => Promise<ProbeFailure>;
  readonly load?: () => Promise<Keychain>;
}

/**
 * Tries the keychain for real: sets, reads and deletes a random entry. Never throws for a keychain that is not there,
 * but says why.
 */
export async function probeKeychain(options: ProbeOptions = {}): Promise<KeychainAccess> {
  const name = KEYCHAIN_NAMES[options.platform ?? process.platform] ?? 'OS keychain';
  const probe = options.probe ?? (runsInElectron() ? probeHere : probeInChild);
  const failure = await probe(options.timeoutMs ?? KEYCHAIN_PROBE_TIMEOUT_MS);
  if (failure !== null) return { available: false, name, reason: explainFailure(failure) };
  return { available: true, name, keychain: await (options.load ?? loadKeychain)() };
}

/** @throws KEYCHAIN_UNAVAILABLE */
export function requireKeychain(access: KeychainAccess): Keychain {
  if (access.available) return access.keychain;
  throw new QuantumLockError('KEYCHAIN_UNAVAILABLE', `no keychain (${access.name}): ${access.reason}`);
}

/** One call of the keychain, which may hang or be refused. @throws KEYCHAIN_UNAVAILABLE */
export async function callKeychain<T>(call: Promise<T>, timeoutMs: number = KEYCHAIN_TIMEOUT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(timeoutMessage(timeoutMs))), timeoutMs);
  });
  try {
    return await Promise.race([call, timeout]);
  } catch (cause) {
    throw new QuantumLockError('KEYCHAIN_UNAVAILABLE', `the keychain failed: ${explainFailure(messageOf(cause))}`, {
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Sets, reads and deletes a random entry. Returns what went wrong. */
export async function tryKeychain(keychain: Keychain): Promise<ProbeFailure> {
  const account = `probe-${randomBytes(8).toString('hex')}`;
  const value = randomBytes(16).toString('hex');
  try {
    await keychain.setPassword(KEYCHAIN_SERVICE, account, value);
    const read = await keychain.getPassword(KEYCHAIN_SERVICE, account);
    const deleted = await keychain.deletePassword(KEYCHAIN_SERVICE, account);
    return read === value && deleted ? null : 'it did not return the value that was stored in it';
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * keytar, loaded when it is first needed: on a Linux without libsecret it cannot be loaded at all.
 * @throws KEYCHAIN_UNAVAILABLE
 */
export async function loadKeychain(): Promise<Keychain> {
  try {
    const module = await import('keytar');
    return module.default;
  } catch (cause) {
    throw new QuantumLockError('KEYCHAIN_UNAVAILABLE', explainFailure(nativeLoadFailure(cause)), { cause });
  }
}

/** keytar hides why its native half did not load; loading that half alone shows it. */
function nativeLoadFailure(cause: unknown): string {
  const require = createRequire(import.meta.url);
  const root = dirname(require.resolve('keytar/package.json'));
  try {
    require(join(root, 'prebuilds', `${process.platform}-${process.arch}`, 'keytar.node'));
  } catch (error) {
    return messageOf(error);
  }
  return messageOf(cause);
}

/** In the words of the code that threw it: code in C++ may throw anything. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const EXPLANATIONS: readonly (readonly [RegExp, string])[] = [
  [/libsecret/i, 'the library libsecret-1.so.0 cannot be loaded (Debian and Ubuntu: apt install libsecret-1-0)'],
  [/Cannot find module|keytar native addon/i, 'the native part of keytar is not built for this system'],
  [
    /autolaunch D-Bus|Cannot spawn a message bus|Could not connect|No such file or directory/i,
    'there is no D-Bus session',
  ],
  [
    /not provided by any|ServiceUnknown|StartServiceByName|activat/i,
    'no secret service (gnome-keyring, KWallet, KeePassXC) runs',
  ],
  [/locked collection|is locked|Prompt|dismissed/i, 'the keychain is locked'],
];

function explainFailure(message: string): string {
  const explanation = EXPLANATIONS.find(([pattern]) => pattern.test(message))?.[1];
  return explanation === undefined ? message : `${explanation} [${message.split('\n')[0] ?? ''}]`;
}

function timeoutMessage(timeoutMs: number): string {
  return `it did not answer within ${timeoutMs / 1000} s`;
}

function runsInElectron(): boolean {
  return 'electron' in process.versions;
}

async function probeHere(timeoutMs: number): Promise<ProbeFailure> {
  try {
    return await callKeychain(loadKeychain().then(tryKeychain), timeoutMs);
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * A keychain that hangs holds its thread, and with it the exit of the process, for 25 s or for ever (measured: a D-Bus
 * session whose secret service does not start). A child can be killed.
 */
function probeInChild(timeoutMs: number): Promise<ProbeFailure> {
  return new Promise((resolve) => {
    const script = fileURLToPath(workerUrl(import.meta.url, './keychain-probe-worker.ts'));
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
    let output = '';
    const finish = (failure: ProbeFailure): void => {
      clearTimeout(timer);
      resolve(failure);
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      finish(timeoutMessage(timeoutMs));
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', (error) => finish(error.message));
    child.on('close', (code, signal) => {
      if (code === 0 && output.trim() === 'ok') finish(null);
      else finish(output.trim() === '' ? `the probe ended with ${signal ?? code}` : output.trim());
    });
  });
}
