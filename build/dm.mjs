#!/usr/bin/env node
// The dm command in a checkout. It runs on whatever Node the system has, and hands over to the project's own where that
// one is too old for TypeScript.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { checkoutRoot, compileCache, nodeForTypeScript, nodeMajorMin } from './checkout.mjs';
import { endWithParent } from './end-with-parent.mjs';
import { becomeChild } from './run-child.mjs';
import { isUpToDate } from './setup/built-output.mjs';
import { dmOutput } from './setup/bundles.mjs';

if (!existsSync(join(checkoutRoot, 'node_modules', 'commander'))) {
  console.error('dm: the packages it needs are not installed; run npm start (or npm run setup) in the checkout first');
  process.exit(1);
}

if (Number.parseInt(process.versions.node, 10) >= nodeMajorMin) {
  module.enableCompileCache(compileCache);
  // Threads read it from here: without it each would strip and compile the same sources again.
  process.env['NODE_COMPILE_CACHE'] = compileCache;
  endWithParent(() => process.kill(process.pid, 'SIGTERM'));
  // As it was bundled by the set-up; where a source has changed since, the sources themselves.
  await import(isUpToDate(dmOutput) ? '../dist/dm/main.js' : '../src/cli/main.ts');
} else {
  const node = nodeForTypeScript();
  if (node === undefined) {
    console.error(`dm: needs Node ${nodeMajorMin} or newer; npm start installs it into the checkout`);
    process.exit(1);
  }
  await becomeChild(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
}
