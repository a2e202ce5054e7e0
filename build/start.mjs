// npm start [-- --data DIR]: sets up, then opens the console, as a window where that can be done and as a local page elsewhere.
// QL_CONSOLE=window or QL_CONSOLE=page asks for one of the two.
import { join } from 'node:path';

import { checkoutRoot, projectNode } from './checkout.mjs';
import { chooseHost, electronBinary } from './electron-binary.mjs';
import { becomeChild } from './run-child.mjs';
import { setUp } from './setup.mjs';
import { ensureBuilt } from './setup/built-output.mjs';
import { electronOutput } from './setup/electron-bundle.mjs';
import { runStep } from './setup/step.mjs';

setUp('start');
// A newcomer's first start has a validator to try: a sandbox chain, where the data directory holds none yet.
const args = ['--sandbox', ...process.argv.slice(2)];
const { host, reason } = chooseHost();
console.error(`console: ${host === 'window' ? 'opening a window' : 'serving a local page'}, because ${reason}`);

const binary = host === 'window' ? electronBinary() : undefined;
if (binary === undefined) {
  await becomeChild(projectNode, [join(checkoutRoot, 'build', 'dm.mjs'), 'console', ...args]);
} else {
  runStep('window', (say) => ensureBuilt(electronOutput, say));
  await becomeChild(binary, [checkoutRoot, ...args]);
}
