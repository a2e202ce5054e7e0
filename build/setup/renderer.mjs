import { packageCommand } from '../checkout.mjs';

/** The page. */
/** @type {import('./built-output.mjs').BuiltOutput} */
export const rendererOutput = {
  name: 'renderer',
  inputs: ['renderer', 'src/base', 'src/ledger', 'src/api', 'vite.config.ts', 'package.json', 'package-lock.json'],
  product: 'dist/renderer/index.html',
  command: () => [packageCommand('vite'), 'build', '--logLevel', 'warn'],
};
