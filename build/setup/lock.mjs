import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { SetupError } from './step.mjs';

/** A whole npm ci on a slow network, with room to spare. */
const waitMsMax = 15 * 60_000;
const pollMs = 200;

/**
 * Runs `work` while no other set-up of this checkout does: npm start in one terminal and npm test in another would both
 * replace node_modules. A lock whose process is gone is taken over.
 * @template Result
 * @param {string} lockFile
 * @param {(line: string) => void} say
 * @param {() => Result} work
 * @returns {Result}
 */
export function whileLocked(lockFile, say, work) {
  mkdirSync(dirname(lockFile), { recursive: true });
  const startedAt = Date.now();
  let hasSaid = false;
  while (!tryLock(lockFile)) {
    const holder = holderOf(lockFile);
    if (holder !== undefined && !isRunning(holder)) rmSync(lockFile, { force: true });
    if (Date.now() - startedAt > waitMsMax) {
      throw new SetupError(
        `another set-up (process ${holder}) has not finished`,
        `If it hangs, end it; its lock is ${lockFile}.`,
      );
    }
    if (!hasSaid) say(`waiting for another set-up of this checkout (process ${holder ?? 'unknown'})`);
    hasSaid = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
  }
  try {
    return work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

/** @param {string} lockFile */
function tryLock(lockFile) {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} lockFile */
function holderOf(lockFile) {
  try {
    const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
    return Number.isNaN(pid) ? undefined : pid;
  } catch {
    // It was released between the two looks.
    return undefined;
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
