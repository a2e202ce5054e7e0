import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../../build/checkout.mjs';

/** The environment that the verdict on a commit is made in. */
describe.runIf(process.platform === 'linux')('a bare machine', () => {
  const onBareMachine = (
    script: string,
    env: NodeJS.ProcessEnv = process.env,
  ): { stdout: string; status: number | null } =>
    spawnSync(join(checkoutRoot, '.ci', 'bare-machine'), ['sh', '-c', script], { encoding: 'utf8', env });

  test('has no compiler, no build tools and no Python', () => {
    const names = ['cc', 'gcc', 'g++', 'ld', 'make', 'cmake', 'python3', 'pip', 'node-gyp', 'go', 'cargo'];
    expect(onBareMachine(names.map((name) => `command -v ${name};`).join(' ')).stdout).toBe('');
  });

  test('has Node, npm and git, an empty home, and nothing of who called', () => {
    const env = { ...process.env, npm_config_nodedir: '/usr', SECRET: 'x', CI: 'true' };
    const { stdout, status } = onBareMachine(
      'node --version && npm --version && git --version && ls -A "$HOME" && env',
      env,
    );
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/nodedir|SECRET/);
    expect(stdout).toContain('CI=true');
  });

  test('ends as its command ends, and leaves nothing', () => {
    const { stdout, status } = onBareMachine('echo "$HOME"; exit 7');
    expect(status).toBe(7);
    expect(spawnSync('ls', [stdout.trim()]).status).not.toBe(0);
  });
});
