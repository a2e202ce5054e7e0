import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { checkoutRoot, projectNode, setupLockFile } from '../checkout.mjs';
import { contentHash } from './content-hash.mjs';
import { whileLocked } from './lock.mjs';
import { SetupError } from './step.mjs';

/**
 * @typedef {object} BuiltOutput
 * @property {string} name for its stamp, `dist/<name>.stamp`
 * @property {readonly string[]} inputs files and folders that decide the result, relative to the checkout
 * @property {string} product a file that must be there afterwards
 * @property {() => readonly string[]} command arguments to the project's Node
 */

/** A test runner's own environment would make it a development build, which names the folders that it was made in. */
export function buildEnvironment() {
  return { ...process.env, NODE_ENV: 'production' };
}

/**
 * Whether it is there, built from the inputs as they are now.
 * @param {BuiltOutput} output
 */
export function isUpToDate(output) {
  // Where nothing was built, nothing is asked of the inputs: they may not be there either.
  return isThere(output) && isBuiltFrom(output, contentHash(checkoutRoot, output.inputs));
}

/**
 * @param {BuiltOutput} output
 * @param {string} inputHash
 */
function isBuiltFrom(output, inputHash) {
  return isThere(output) && readFileSync(stampFileOf(output), 'utf8') === inputHash;
}

/** @param {BuiltOutput} output */
function isThere(output) {
  return existsSync(join(checkoutRoot, output.product)) && existsSync(stampFileOf(output));
}

/** @param {BuiltOutput} output */
function stampFileOf({ name }) {
  return join(checkoutRoot, 'dist', `${name}.stamp`);
}

/**
 * Builds when an input has changed since the last build, or the product is gone.
 * @param {BuiltOutput} output
 * @param {(line: string) => void} say
 */
export function ensureBuilt(output, say) {
  const inputHash = contentHash(checkoutRoot, output.inputs);
  if (isBuiltFrom(output, inputHash)) return 'up to date';
  return whileLocked(setupLockFile, say, () => {
    if (isBuiltFrom(output, inputHash)) return 'built by another set-up';
    build(output, say);
    writeFileSync(stampFileOf(output), inputHash);
    return 'built';
  });
}

/**
 * @param {BuiltOutput} output
 * @param {(line: string) => void} say
 */
function build(output, say) {
  const product = join(checkoutRoot, output.product);
  const stampFile = stampFileOf(output);
  say('building');
  // A build that is cut short must not pass for a finished one.
  rmSync(stampFile, { force: true });
  const result = spawnSync(projectNode, output.command(), {
    cwd: checkoutRoot,
    encoding: 'utf8',
    env: buildEnvironment(),
  });
  if (result.status !== 0 || !existsSync(product)) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}\n`);
    throw new SetupError(`the ${output.name} build failed`, 'Repair what is printed above and run the command again.');
  }
  mkdirSync(dirname(stampFile), { recursive: true });
}
