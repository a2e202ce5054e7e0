// The gates, the same locally and in CI. All of them run even when one fails, so that one run shows everything that
// must be fixed.
//   node build/check.mjs [step …]
import { spawnSync } from 'node:child_process';

import { checkoutRoot, packageCommand, projectNode } from './checkout.mjs';
import { setUp } from './setup.mjs';

/** @type {ReadonlyArray<{ name: string, package: string, command?: string, args: readonly string[] }>} */
const steps = [
  { name: 'format', package: 'oxfmt', args: ['--check'] },
  { name: 'lint', package: 'oxlint', args: ['--deny-warnings', '--report-unused-disable-directives'] },
  { name: 'types', package: 'typescript', command: 'tsc', args: ['-b'] },
  { name: 'tidy', package: 'vitest', args: ['run', '--reporter=minimal', '--project=unit', 'test/tidy'] },
  { name: 'dead code', package: 'knip', args: ['--no-config-hints'] },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(', ')}; there are: ${steps.map((step) => step.name).join(', ')}`);
  process.exit(2);
}

setUp('check');
// Where CI is set, some tools colour their output though nobody asked for it.
const { CI: _ci, ...environment } = process.env;
const env = { ...environment, NO_COLOR: '1' };
const failed = [];
for (const step of steps) {
  if (wanted.length > 0 && !wanted.includes(step.name)) continue;
  const startedAt = performance.now();
  const result = spawnSync(projectNode, [packageCommand(step.package, step.command), ...step.args], {
    cwd: checkoutRoot,
    encoding: 'utf8',
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  const ok = result.status === 0;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${step.name.padEnd(9)}  ${seconds} s`);
  if (!ok) {
    failed.push(step.name);
    console.log(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`.trimEnd());
  }
}
if (failed.length > 0) {
  console.log(`check failed: ${failed.join(', ')}`);
  process.exit(1);
}
