/** The desktop shell and the node's workers as JavaScript, which Electron runs instead of the TypeScript sources. */
/** @type {import('./built-output.mjs').BuiltOutput} */
export const electronOutput = {
  name: 'electron',
  inputs: [
    'electron',
    'src/base',
    'src/ledger',
    'src/api',
    'src/node',
    'build/bundle-electron.mjs',
    'package.json',
    'package-lock.json',
  ],
  product: 'dist/electron/main.js',
  command: () => ['build/bundle-electron.mjs'],
};
