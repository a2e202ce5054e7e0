// npm run package [-- electron-builder arguments]: the application for this platform, in dist/packages.
import { checkoutRoot, packageCommand, projectNode } from './checkout.mjs';
import { becomeChild } from './run-child.mjs';
import { setUp } from './setup.mjs';
import { ensureBuilt } from './setup/built-output.mjs';
import { electronOutput } from './setup/bundles.mjs';
import { runStep } from './setup/step.mjs';

setUp('start');
runStep('window', (say) => ensureBuilt(electronOutput, say));
await becomeChild(
  projectNode,
  [packageCommand('electron-builder'), '--config', 'build/electron-builder.yml', ...process.argv.slice(2)],
  { cwd: checkoutRoot },
);
