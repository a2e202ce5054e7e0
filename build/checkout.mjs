// Where things are in a checkout. No dependencies and nothing newer than Node 20: this runs before anything is installed.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const checkoutRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

const nodeModules = join(checkoutRoot, 'node_modules');

/** The Node 24 that the `node` package brings, whatever Node the system has. */
export const projectNode = join(nodeModules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Held while node_modules or a built output is being replaced. */
export const setupLockFile = join(checkoutRoot, '.setup', 'lock');

/**
 * Where Node keeps what it has compiled. Not in the shared temporary folder: anyone who can write there could change
 * the code that signs.
 */
export const compileCache = join(nodeModules, '.cache', 'quantum-lock');

/** The oldest Node that runs this project's TypeScript as it is. */
export const nodeMajorMin = 24;

/** The running Node where it is new enough, else the project's own; undefined where neither is there. */
export function nodeForTypeScript() {
  if (existsSync(projectNode)) return projectNode;
  return Number.parseInt(process.versions.node, 10) >= nodeMajorMin ? process.execPath : undefined;
}

/**
 * The JavaScript file behind a package's command, to be run with a Node of our choice on any platform.
 * @param {string} packageName
 * @param {string} [command] where the package has several
 */
export function packageCommand(packageName, command = packageName) {
  const folder = join(nodeModules, ...packageName.split('/'));
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8');
  const { bin } = /** @type {{ bin: string | Record<string, string> }} */ (JSON.parse(manifest));
  const file = typeof bin === 'string' ? bin : bin[command];
  if (file === undefined) throw new Error(`${packageName} has no command ${command}`);
  return join(folder, file);
}

/** PATH without any node_modules/.bin, where npm puts the Node that an installation is about to replace. */
export function pathOutsideCheckout() {
  const parts = (process.env['PATH'] ?? '').split(delimiter);
  return parts.filter((part) => !part.includes(`node_modules${sep}.bin`)).join(delimiter);
}
