import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../../build/checkout.mjs';
import { whileLocked } from '../../../build/setup/lock.mjs';

describe('the lock of set-up', () => {
  let folder = '';
  let lockFile = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quantum-lock-'));
    lockFile = join(folder, 'deep', 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const said: string[] = [];
  const say = (line: string): void => void said.push(line);

  test('is held during the work and gone after it, however it ends', () => {
    expect(whileLocked(lockFile, say, () => existsSync(lockFile))).toBe(true);
    expect(existsSync(lockFile)).toBe(false);
    const failing = (): never => {
      throw new Error('no network');
    };
    expect(() => whileLocked(lockFile, say, failing)).toThrow('no network');
    expect(existsSync(lockFile)).toBe(false);
    expect(said).toEqual([]);
  });

  test('of a process that is gone is taken over', () => {
    whileLocked(lockFile, say, () => undefined);
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(lockFile, String(pid));
    expect(whileLocked(lockFile, say, () => 'done')).toBe('done');
  });

  test('lets two processes work one after the other', async () => {
    const log = join(folder, 'log');
    const script = `import { appendFileSync } from 'node:fs';
      import { whileLocked } from ${JSON.stringify(join(checkoutRoot, 'build/setup/lock.mjs'))};
      whileLocked(${JSON.stringify(lockFile)}, () => {}, () => {
        appendFileSync(${JSON.stringify(log)}, 'begin ');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
        appendFileSync(${JSON.stringify(log)}, 'end ');
      });`;
    const start = (): Promise<unknown[]> =>
      once(spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }), 'exit');
    expect(await Promise.all([start(), start(), start()])).toEqual(Array.from({ length: 3 }, () => [0, null]));
    expect(readFileSync(log, 'utf8')).toBe('begin end begin end begin end ');
  });
});
