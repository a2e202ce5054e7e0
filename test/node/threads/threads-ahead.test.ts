import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';

import { expect, test } from 'vitest';

import { checkoutRoot } from '../../../build/checkout.mjs';

/** Imports what a thread runs, and tells what of Node's type stripping was loaded for it. Each fails without its parent: that is late enough. */
const SCRIPT = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData).catch(() => undefined).then(() =>
    parentPort.postMessage(process.moduleLoadList.filter((name) => name.includes('amaro'))));`;

/** Several threads that strip types at the same time can end the process: see build/threads-ahead.mjs. */
test.each(globSync('src/**/*-worker.ts', { cwd: checkoutRoot }).filter((path) => !path.includes('probe')))(
  '%s runs in a thread without types being stripped there',
  async (path) => {
    const worker = new Worker(SCRIPT, { eval: true, workerData: pathToFileURL(join(checkoutRoot, path)).href });
    const [loaded] = (await once(worker, 'message')) as [readonly string[]];
    await worker.terminate();
    expect(loaded).toEqual([]);
  },
);
