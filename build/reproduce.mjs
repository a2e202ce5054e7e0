// npm run reproduce: builds what is committed twice, in folders, time zones and languages that differ, and compares every file. Writes
// the SHA-256 of each to dist/SHA256SUMS, for those who build the same commit elsewhere. Ends with 1 where anything differs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';

import { checkoutRoot, projectNode } from './checkout.mjs';
import { setUp } from './setup.mjs';
import { buildEnvironment } from './setup/built-output.mjs';
import { filesUnder } from './setup/content-hash.mjs';
import { dmOutput, electronOutput } from './setup/bundles.mjs';
import { rendererOutput } from './setup/renderer.mjs';

/** What leaves this project as JavaScript: the page, the command and the application's main process, and their bill of materials. */
const BUILDS = [...[rendererOutput, dmOutput, electronOutput].map(({ command }) => command()), ['build/sbom.mjs']];

/** Nothing of where it is built may be in what is built. */
const PLACES = [
  { folder: 'one', environment: { TZ: 'UTC', LANG: 'C.UTF-8' } },
  { folder: join('another place', 'further down'), environment: { TZ: 'Pacific/Chatham', LANG: 'de_DE.UTF-8' } },
];

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} options
 */
function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', process.stderr, 'inherit'], ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`, { cause: error });
}

/**
 * @param {string} commit
 * @param {string} root a new folder
 * @param {Record<string, string>} environment
 */
function buildIn(commit, root, environment) {
  run('git', ['clone', '--quiet', '--no-hardlinks', checkoutRoot, root], {});
  run('git', ['checkout', '--quiet', commit], { cwd: root });
  symlinkSync(join(checkoutRoot, 'node_modules'), join(root, 'node_modules'), 'junction');
  for (const args of BUILDS) run(projectNode, args, { cwd: root, env: { ...buildEnvironment(), ...environment } });
  return digestsOf(join(root, 'dist'));
}

/** @param {string} folder */
function digestsOf(folder) {
  return new Map(filesUnder(folder).map((file) => [relative(folder, file).split(sep).join('/'), digestOf(file)]));
}

/** @param {string} path */
function digestOf(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/**
 * The files that are not the same in both.
 *
 * @param {ReadonlyMap<string, string>} first
 * @param {ReadonlyMap<string, string>} second
 */
export function differences(first, second) {
  return [...new Set([...first.keys(), ...second.keys()])]
    .filter((file) => first.get(file) !== second.get(file))
    .sort();
}

if (import.meta.main) {
  setUp('check');
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: checkoutRoot, encoding: 'utf8' });
  const commit = stdout.trim();
  const scratch = mkdtempSync(join(tmpdir(), 'quantum-lock-reproduce-'));
  try {
    const [first = new Map(), second = new Map()] = PLACES.map(({ folder, environment }) =>
      buildIn(commit, join(scratch, folder), environment),
    );
    mkdirSync(join(checkoutRoot, 'dist'), { recursive: true });
    writeFileSync(
      join(checkoutRoot, 'dist', 'SHA256SUMS'),
      [...first].map(([file, digest]) => `${digest}  dist/${file}\n`).join(''),
    );
    const different = differences(first, second);
    for (const file of different) console.error(`differs: dist/${file}`);
    console.log(
      different.length === 0
        ? `${first.size} files of commit ${commit} are the same, built twice: dist/SHA256SUMS has their digests.`
        : `${different.length} of ${first.size} files are not the same.`,
    );
    if (different.length > 0) process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
