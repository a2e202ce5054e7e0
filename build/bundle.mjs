// Bundles what runs in Node into JavaScript, with the node's threads beside it: bundle.mjs dm | electron
// Packages stay outside the bundle: the native ones must, and what is audited as a package is run as that package. Those of many
// small files that hold no cryptography and no parser of foreign data are bundled: to find, read and link their files was half
// of the time in which a command starts.
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';

import { build } from 'vite';

import { checkoutRoot } from './checkout.mjs';

const nodeFolder = join(checkoutRoot, 'src', 'node');
const bundledPackage = /^(?:zod|@orpc|radash|commander)(?:\/|$)/;

/**
 * @param {object} options
 * @param {string} options.outDir
 * @param {Record<string, string>} options.input
 * @param {'es' | 'cjs'} options.format
 * @param {string} options.suffix
 */
async function bundle({ outDir, input, format, suffix }) {
  await build({
    configFile: false,
    root: checkoutRoot,
    logLevel: 'warn',
    publicDir: false,
    ssr: { target: 'node', noExternal: [bundledPackage] },
    // A package's file is known by where it is found, and not by where a link leads: its place is written into the bundle.
    resolve: { preserveSymlinks: true },
    build: {
      ssr: true,
      target: 'node24',
      outDir,
      emptyOutDir: false,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input,
        external: (id) => isBuiltin(id) || id === 'electron' || (/^[^./#\0]/.test(id) && !bundledPackage.test(id)),
        output: { format, entryFileNames: `[name].${suffix}`, chunkFileNames: `[name]-[hash].${suffix}` },
      },
    },
  });
}

/** Each thread's entry, under its own name: all files of a bundle are in one folder, where the node looks for them. */
function workerEntries() {
  const files = readdirSync(nodeFolder, { recursive: true, encoding: 'utf8' });
  const workers = files.filter((file) => file.endsWith('-worker.ts'));
  const entries = workers.map((file) => /** @type {const} */ ([basename(file, '.ts'), join(nodeFolder, file)]));
  const names = new Set(entries.map(([name]) => name));
  if (names.size !== entries.length) throw new Error(`two workers have one name: ${workers.join(', ')}`);
  return Object.fromEntries(entries);
}

/** The `dm` command. */
async function bundleDm() {
  const outDir = join(checkoutRoot, 'dist', 'dm');
  rmSync(outDir, { recursive: true, force: true });
  const main = join(checkoutRoot, 'src', 'cli', 'main.ts');
  await bundle({ outDir, input: { main, ...workerEntries() }, format: 'es', suffix: 'js' });
}

/** Electron's main process and its preloads. */
async function bundleElectron() {
  const outDir = join(checkoutRoot, 'dist', 'electron');
  const source = (/** @type {string} */ name) => join(checkoutRoot, 'electron', `${name}.ts`);
  rmSync(outDir, { recursive: true, force: true });
  await bundle({ outDir, input: { main: source('main'), ...workerEntries() }, format: 'es', suffix: 'js' });
  // A sandboxed preload is CommonJS and one file, so each is a bundle of its own.
  for (const preload of ['preload', 'secret-preload'])
    await bundle({ outDir, input: { [preload]: source(preload) }, format: 'cjs', suffix: 'cjs' });
  for (const icon of ['tray.png', 'tray@2x.png'])
    copyFileSync(join(checkoutRoot, 'electron', icon), join(outDir, icon));
}

const [name] = process.argv.slice(2);
if (name === 'dm') await bundleDm();
else if (name === 'electron') await bundleElectron();
else throw new Error(`there is no bundle ${name}`);
