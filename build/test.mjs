// npm test [-- vitest arguments]: sets up, runs every suite, and adds up what the runner itself reported.
// --soak (npm run soak) runs the same suites with their full-size counts.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { checkoutRoot, packageCommand, projectNode } from './checkout.mjs';
import { runChild } from './run-child.mjs';
import { setUp } from './setup.mjs';
import { countResults, summaryLine } from './test-summary.mjs';

const args = process.argv.slice(2);
const isSoak = args.includes('--soak');
const vitestArgs = args.filter((arg) => arg !== '--soak');

setUp('test');

const resultsFolder = join(checkoutRoot, 'test-results');
const reportFile = join(resultsFolder, 'vitest.json');
mkdirSync(resultsFolder, { recursive: true });
rmSync(reportFile, { force: true });

const { code } = await runChild(
  projectNode,
  [
    packageCommand('vitest'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--reporter=${join(checkoutRoot, 'build', 'skip-reporter.mjs')}`,
    `--outputFile.json=${reportFile}`,
    ...vitestArgs,
  ],
  {
    cwd: checkoutRoot,
    env: { ...process.env, ...(isSoak ? { QL_SOAK: '1' } : {}) },
  },
);

const result = countResults({
  report: existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined,
  exitCode: code,
  mayNotSkip: process.env['CI'] === 'true',
});
for (const problem of result.problems) console.log(problem);
console.log(summaryLine(result));
process.exit(result.failed === 0 ? 0 : 1);
