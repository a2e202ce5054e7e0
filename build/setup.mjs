// Gets a fresh clone ready: system packages, node_modules, the page, the dm command. It has no dependencies and runs on Node 20 with nothing
// installed. When there is nothing to do it takes a fraction of a second, so every command starts with it.
//   node build/setup.mjs [--start | --test | --check]
import { pathToFileURL } from 'node:url';

import { ensureBuilt } from './setup/built-output.mjs';
import { dmOutput } from './setup/bundles.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { rendererOutput } from './setup/renderer.mjs';
import { runStep, SetupError } from './setup/step.mjs';
import { ensureSystemPackages } from './setup/system-packages.mjs';

/**
 * Ends the process with a message if it cannot be done.
 * @param {'start' | 'test' | 'check'} goal
 */
export function setUp(goal) {
  try {
    if (goal !== 'check') runStep('system packages', (say) => ensureSystemPackages(goal, say));
    runStep('node_modules', ensureNodeModules);
    if (goal !== 'check') runStep('page', (say) => ensureBuilt(rendererOutput, say));
    if (goal !== 'check') runStep('dm', (say) => ensureBuilt(dmOutput, say));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`setup: ${error.message}`);
    process.exit(1);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [flag = '--start'] = process.argv.slice(2);
  if (flag !== '--start' && flag !== '--test' && flag !== '--check') {
    console.error('usage: node build/setup.mjs [--start | --test | --check]');
    process.exit(2);
  }
  setUp(/** @type {'start' | 'test' | 'check'} */ (flag.slice(2)));
}
