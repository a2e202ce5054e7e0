// Programs of others that read what this one writes: tests hand it to them. They need what a newcomer lacks (Go, Python, Maven), so
// they are made apart from set-up, and without dependencies: before anything is installed.
//   node build/stock-programs.mjs        makes what can be made and is not there yet
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { checkoutRoot } from './checkout.mjs';
import { contentHash } from './setup/content-hash.mjs';
import { runStep } from './setup/step.mjs';

/** `QL_STOCK_PROGRAMS` names a folder that outlives the checkout. */
const root = process.env['QL_STOCK_PROGRAMS'] ?? join(checkoutRoot, 'node_modules', '.cache', 'stock-programs');
/** In the folder of a program that was made to its end. */
const MADE = 'made';

const go = { name: 'Go', command: ['go', 'version'] };
const python = { name: 'Python with venv', command: ['python3', '-c', 'import venv, ensurepip'] };
const MAVEN_DEPENDENCY = 'org.apache.maven.plugins:maven-dependency-plugin';
const maven = { name: 'Maven', command: ['mvn', '-version'] };

/**
 * @typedef {object} StockProgram
 * @property {string} what
 * @property {{ readonly name: string, readonly command: readonly string[] }} needs
 * @property {string} program what a test runs, in the program's folder
 * @property {string} [source] of ours, relative to the checkout
 * @property {(at: { readonly folder: string, readonly source: string }) => readonly (readonly string[])[]} commands
 */

/** @satisfies {Readonly<Record<string, StockProgram>>} */
const programs = {
  versitygw: {
    what: 'an S3 server that refuses wrong keys and wrong checksums, and honours object lock',
    needs: go,
    program: 'versitygw',
    commands: () => [['go', 'install', 'github.com/versity/versitygw/cmd/versitygw@v1.8.0']],
  },
  omniwitness: {
    what: 'a witness of checkpoints',
    needs: go,
    program: 'omniwitness',
    commands: () => [
      ['go', 'install', 'github.com/transparency-dev/witness/cmd/omniwitness@v0.0.0-20260720115447-2e1c6971d19e'],
    ],
  },
  'note-reader': {
    what: 'golang.org/x/mod/sumdb/note and tlog, behind a command',
    needs: go,
    program: 'reader',
    source: 'test/node/checkpoints/reader',
    commands: ({ folder, source }) => [['go', 'build', '-C', source, '-o', join(folder, 'reader'), '.']],
  },
  'scitt-cose': {
    what: 'a reader of COSE receipts, as a Python environment',
    needs: python,
    program: join('bin', 'python'),
    commands: ({ folder }) => [
      ['python3', '-m', 'venv', folder],
      [join(folder, 'bin', 'pip'), 'install', '--quiet', 'scitt-cose==0.5.0'],
    ],
  },
  'model-signing': {
    what: 'the signer of OpenSSF Model Signing, as a Python environment',
    needs: python,
    program: join('bin', 'model_signing'),
    commands: ({ folder }) => [
      ['python3', '-m', 'venv', folder],
      [join(folder, 'bin', 'pip'), 'install', '--quiet', 'model-signing==1.1.1', 'pyOpenSSL==26.4.0'],
    ],
  },
  'vera-pdf': {
    what: 'the reference validator of PDF/A and PDF/UA, as a folder of jars',
    needs: maven,
    program: '.',
    source: 'test/node/export/vera/pom.xml',
    commands: ({ folder, source }) => [
      ['mvn', '-q', '-B', '-f', source, `-DoutputDirectory=${folder}`, `${MAVEN_DEPENDENCY}:copy-dependencies`],
    ],
  },
};

/** @typedef {keyof typeof programs} StockProgramName */

/**
 * Where a program is, or why it is not there.
 * @param {StockProgramName} name
 * @returns {{ readonly program: string } | { readonly reason: string }}
 */
export function findStockProgram(name) {
  const { program, needs } = programs[name];
  const folder = folderOf(name);
  if (existsSync(join(folder, MADE))) return { program: join(folder, program) };
  const lack = isThere(needs)
    ? 'node build/stock-programs.mjs makes it'
    : `and neither is ${needs.name}, which it needs`;
  return { reason: `${name} is not there: ${lack}` };
}

/**
 * Another release, or a change of ours, is another folder.
 * @param {StockProgramName} name
 */
function folderOf(name) {
  /** @type {StockProgram} */
  const { source, commands } = programs[name];
  const made = JSON.stringify(commands({ folder: '', source: '' }));
  const hash = createHash('sha256').update(made);
  if (source !== undefined) hash.update(contentHash(checkoutRoot, [source]));
  return join(root, `${name}-${hash.digest('hex').slice(0, 8)}`);
}

/** @param {StockProgram['needs']} needs */
function isThere({ command: [program = '', ...args] }) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/**
 * @param {StockProgramName} name
 * @returns {string} how it ended, in a few words
 */
function makeStockProgram(name) {
  const folder = folderOf(name);
  if (existsSync(join(folder, MADE))) return 'up to date';
  /** @type {StockProgram} */
  const { needs, source = '', commands } = programs[name];
  if (!isThere(needs)) return `going on without: ${needs.name} is not there`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [command = '', ...args] of commands({ folder, source: join(checkoutRoot, source) })) {
    const env = { ...process.env, GOBIN: folder };
    const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    if (status !== 0) return `going on without: ${command} ended with ${error?.message ?? `exit code ${status}`}`;
  }
  writeFileSync(join(folder, MADE), '');
  return 'made';
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const name of /** @type {StockProgramName[]} */ (Object.keys(programs)))
    runStep(`${name}, ${programs[name].what}`, () => makeStockProgram(name));
}
