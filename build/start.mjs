// npm start [-- --data DIR]: sets up, then opens the console, as a window where that can be done and as a local page elsewhere.
// QL_CONSOLE=window or QL_CONSOLE=page asks for one of the two.
import { join } from 'node:path';

import { checkoutRoot, projectNode } from './checkout.mjs';
import { chooseHost, electronBinary } from './electron-binary.mjs';
import { becomeChild, endAs } from './run-child.mjs';
import { runWindow } from './run-window.mjs';
import { setUp } from './setup.mjs';
import { ensureBuilt } from './setup/built-output.mjs';
import { electronOutput } from './setup/bundles.mjs';
import { runStep } from './setup/step.mjs';

setUp('start');
// A newcomer's first start has a validator to try: a sandbox chain, where the data directory holds none yet.
const args = ['--sandbox', ...process.argv.slice(2)];
const { host, reason } = chooseHost();
console.error(`console: ${host === 'window' ? 'opening a window' : 'serving a local page'}, because ${reason}`);

const binary = host === 'window' ? electronBinary() : undefined;
if (binary !== undefined) {
  runStep('window', (say) => ensureBuilt(electronOutput, say));
  const window = await runWindow(binary, [checkoutRoot, ...args]);
  if (window.shown || window.wasToldToEnd) await endAs(window.shown ? window : { code: 0, signal: null });
  else console.error(`console: serving a local page, because ${window.reason}`);
}
await becomeChild(projectNode, [join(checkoutRoot, 'build', 'dm.mjs'), 'console', ...args]);
