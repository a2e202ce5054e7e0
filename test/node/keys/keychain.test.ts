import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { KEYCHAIN_TIMEOUT_MS } from '../../../src/base/limits.ts';
import {
  callKeychain,
  probeKeychain,
  requireKeychain,
  tryKeychain,
  type Keychain,
} from '../../../src/node/keys/keychain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { MemoryKeychain, NO_KEYCHAIN } from './keys-fixture.ts';

/** Whatever of the keychain's three functions is to go wrong; the others work. */
const keychainWith = (wrong: Partial<Keychain>): Keychain => Object.assign(new MemoryKeychain(), wrong);
const unavailable = (message: string): unknown =>
  expect.objectContaining({ code: 'KEYCHAIN_UNAVAILABLE', message: expect.stringContaining(message) as unknown });
/** What is written in C++ may throw anything, whatever the types say. */
const nativeText = (text: string): Error => text as unknown as Error;

describe('a keychain that is tried', () => {
  test('takes an entry, gives it back and forgets it', async () => {
    const keychain = new MemoryKeychain();
    expect(await tryKeychain(keychain)).toBeNull();
    expect(keychain.entries.size).toBe(0);
  });

  test.each<[string, Partial<Keychain>]>([
    ['loses the entry', { getPassword: async () => null }],
    ['gives back another one', { getPassword: async () => 'another' }],
    ['does not forget it', { deletePassword: async () => false }],
  ])('and %s is not used', async (_, wrong) => {
    expect(await tryKeychain(keychainWith(wrong))).toBe('it did not return the value that was stored in it');
  });

  test.each<[string, Error]>([
    ['an error', new Error('Cannot create an item in a locked collection')],
    ['text', nativeText('Cannot create an item in a locked collection')],
  ])('and throws %s says why in its own words', async (_, thrown) => {
    const keychain = keychainWith({ setPassword: () => Promise.reject(thrown) });
    expect(await tryKeychain(keychain)).toBe('Cannot create an item in a locked collection');
  });
});

describe('a call of the keychain', () => {
  test('gives what it gives, and leaves no timer behind that would keep the process', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    expect(await callKeychain(Promise.resolve('secret'))).toBe('secret');
    await expect(callKeychain(Promise.reject(new Error('no')))).rejects.toThrow();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each<[string, Error]>([
    ['an error', new Error('The name is not activatable')],
    ['text', nativeText('The name is not activatable')],
  ])('that throws %s is explained, and keeps its cause', async (_, thrown) => {
    const failure: unknown = await callKeychain(Promise.reject(thrown)).catch((error: unknown) => error);
    expect(failure).toEqual(
      unavailable('the keychain failed: no secret service (gnome-keyring, KWallet, KeePassXC) runs'),
    );
    expect(failure).toMatchObject({
      message: expect.stringContaining('[The name is not activatable]') as unknown,
      cause: thrown,
    });
  });

  test('whose failure nobody knows is told as it is', async () => {
    await expect(callKeychain(Promise.reject(new Error('disk on fire')))).rejects.toThrow(
      unavailable('the keychain failed: disk on fire'),
    );
  });

  test('that hangs is given up when its time is over, and not before', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const ends: unknown[] = [];
    const call = callKeychain(new Promise(() => undefined)).catch((error: unknown) => ends.push(error));
    await vi.advanceTimersByTimeAsync(KEYCHAIN_TIMEOUT_MS - 1);
    expect(ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await call;
    expect(ends).toEqual([unavailable('it did not answer within 60 s')]);
  });
});

describe('probeKeychain', () => {
  test('gives the keychain only where the probe went through', async () => {
    const keychain = new MemoryKeychain();
    const load = vi.fn<() => Promise<Keychain>>(async () => keychain);
    const failed = await probeKeychain({ platform: 'darwin', probe: async () => 'something new', load });
    expect(failed).toEqual({ available: false, name: 'macOS Keychain', reason: 'something new' });
    expect(() => requireKeychain(failed)).toThrow(unavailable('no keychain (macOS Keychain): something new'));
    expect(load).not.toHaveBeenCalled();

    const access = await probeKeychain({ platform: 'win32', probe: async () => null, load });
    expect(access).toEqual({ available: true, name: 'Windows Credential Manager', keychain });
    expect(requireKeychain(access)).toBe(keychain);
    expect(await probeKeychain({ platform: 'aix', probe: async () => null, load })).toMatchObject({
      name: 'OS keychain',
    });
  });

  test('without one, what needs it says so', () => {
    expect(() => requireKeychain(NO_KEYCHAIN)).toThrow(unavailable('none in this test'));
  });
});

/** The probe runs in a process of the program that runs this one: here a shell script that answers as it is told. */
function answering(script: string): void {
  const path = join(temporaryDirectory(), 'program');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o700);
  runAs(path);
}

function runAs(execPath: string): void {
  const before = process.execPath;
  onTestFinished(() => void (process.execPath = before));
  process.execPath = execPath;
}

describe.skipIf(process.platform === 'win32')('the process that tries the keychain', () => {
  const load = async (): Promise<Keychain> => new MemoryKeychain();

  test('finds it usable where it says ok and ends well', async () => {
    answering('echo ok');
    expect(await probeKeychain({ load })).toMatchObject({ available: true });
  });

  test.each([
    ['echo something new', 'something new'],
    ['echo The name is not activatable', 'no secret service'],
    ['echo ok; exit 3', 'ok'],
    ['exit 3', 'the probe ended with 3'],
    ['kill -9 $$', 'the probe ended with SIGKILL'],
    ['exit 0', 'the probe ended with 0'],
    ['echo not; echo ok', 'not\nok'],
  ])('that does "%s" leaves the keychain unused', async (script, reason) => {
    answering(script);
    expect(await probeKeychain({ load })).toMatchObject({
      available: false,
      reason: expect.stringContaining(reason) as unknown,
    });
  });

  test('that hangs is given up after its time', async () => {
    answering('exec sleep 20');
    expect(await probeKeychain({ load, timeoutMs: 50 })).toMatchObject({ reason: 'it did not answer within 0.05 s' });
  });

  test('that cannot be started is told of', async () => {
    runAs(join(temporaryDirectory(), 'missing'));
    expect(await probeKeychain({ load })).toMatchObject({
      available: false,
      reason: expect.stringMatching(/spawn .*ENOENT/) as unknown,
    });
  });

  test('leaves no timer behind, however it ends', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    answering('echo ok');
    await probeKeychain({ load });
    runAs(join(temporaryDirectory(), 'missing'));
    await probeKeychain({ load });
    expect(vi.getTimerCount()).toBe(0);
  });
});
