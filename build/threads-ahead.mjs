// Threads that run from source must not strip its types: Node does that with WebAssembly, and V8 as Node 24 has it ends the process
// where several threads compile and free such code at the same time (seen as SIGTRAP and SIGSEGV of a test's process). What is in
// the compile cache is not stripped again, so one process without threads goes ahead and fills it. Bundles need none of this.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { checkoutRoot, compileCache, projectNode } from './checkout.mjs';

let isDone = false;

/**
 * Before anything starts threads from source: half a second where nothing changed, and once in a process. What is started afterwards uses
 * the cache.
 */
export function compileThreadsAhead() {
  if (isDone) return;
  process.env['NODE_COMPILE_CACHE'] = compileCache;
  const { status, error, stderr } = spawnSync(projectNode, [import.meta.filename], {
    cwd: checkoutRoot,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the sources of threads could not be compiled: ${stderr}`, { cause: error });
  isDone = true;
}

if (import.meta.main) {
  const entries = globSync('src/**/*-worker.ts', { cwd: checkoutRoot }).filter(
    (path) => !path.endsWith('probe-worker.ts'),
  );
  if (entries.length === 0) throw new Error('there is no source of a thread');
  for (const entry of entries) {
    try {
      await import(pathToFileURL(join(checkoutRoot, entry)).href);
    } catch {
      // None runs outside a thread; by then all that it imports is compiled.
    }
  }
}
