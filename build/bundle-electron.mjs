// Bundles Electron's main process, its preload and the node's workers into dist/electron.
// Packages stay outside the bundle: the native ones must, and what is audited as a package is run as that package.
import { readdirSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';

import { build } from 'vite';

import { checkoutRoot } from './checkout.mjs';

const outDir = join(checkoutRoot, 'dist', 'electron');
const nodeFolder = join(checkoutRoot, 'src', 'node');

/** `new URL('./verify-worker.ts', import.meta.url)`: every file of the bundle lies in one folder, under its own name. */
const workerUrl = /new URL\(\s*(['"`])[^'"`]*?([\w-]+-worker)\.ts\1\s*,\s*import\.meta\.url\s*\)/g;

/** @type {import('vite').Plugin} */
const workerUrls = {
  name: 'worker-urls',
  enforce: 'pre',
  transform(code, id) {
    if (id.includes('node_modules') || !code.includes('-worker.ts')) return null;
    const rewritten = code.replace(workerUrl, (_match, _quote, /** @type {string} */ name) => {
      return `new URL('./${name}.js', import.meta.url)`;
    });
    if (rewritten.includes('-worker.ts')) {
      throw new Error(`${id} names a worker in another way than new URL('….ts', import.meta.url)`);
    }
    return { code: rewritten, map: null };
  },
};

/**
 * @param {object} options
 * @param {Record<string, string>} options.input
 * @param {'es' | 'cjs'} options.format
 * @param {string} options.suffix
 */
async function bundle({ input, format, suffix }) {
  await build({
    configFile: false,
    root: checkoutRoot,
    logLevel: 'warn',
    publicDir: false,
    plugins: [workerUrls],
    ssr: { target: 'node' },
    build: {
      ssr: true,
      target: 'node24',
      outDir,
      emptyOutDir: false,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input,
        external: (id) => isBuiltin(id) || id === 'electron' || /^[^./#\0]/.test(id),
        output: { format, entryFileNames: `[name].${suffix}`, chunkFileNames: `[name]-[hash].${suffix}` },
      },
    },
  });
}

function workerEntries() {
  const files = readdirSync(nodeFolder, { recursive: true, encoding: 'utf8' });
  const workers = files.filter((file) => file.endsWith('-worker.ts'));
  return Object.fromEntries(workers.map((file) => [basename(file, '.ts'), join(nodeFolder, file)]));
}

rmSync(outDir, { recursive: true, force: true });
await bundle({
  input: { main: join(checkoutRoot, 'electron', 'main.ts'), ...workerEntries() },
  format: 'es',
  suffix: 'js',
});
// A sandboxed preload is CommonJS and one file.
await bundle({
  input: { preload: join(checkoutRoot, 'electron', 'preload.ts') },
  format: 'cjs',
  suffix: 'cjs',
});
