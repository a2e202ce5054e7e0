import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Directories that are environments: two versions of a maze, and one that is registered by a test. */

function mazeSource({ maxSteps, reward }: { readonly maxSteps: number; readonly reward: number }): string {
  const steps = Array.from(
    { length: 90 },
    (_, line) => `def step_${line}(state, action):\n    return state + ${line}\n`,
  );
  return [
    'class Maze(Environment):',
    `    max_steps = ${maxSteps}`,
    '',
    ...steps,
    '    def reward(self, state):',
    `        return ${reward} if state.done else 0`,
    '',
  ].join('\n');
}

function write(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
  }
}

/** The first version of every environment of the seeded chain, and the one after it. */
export function writeMaze(directory: string, version: 1 | 2): void {
  write(directory, {
    'README.md': '# Maze\n\nA test bed for planning under wind.\n',
    'env.json': `{ "name": "maze", "max_steps": ${200 * version} }\n`,
    'maze/env.py': mazeSource({ maxSteps: 200 * version, reward: version === 1 ? 1 : 10 }),
    'run.sh': '#!/bin/sh\nexec python -m maze\n',
    'weights/policy.bin': new Uint8Array(4096).map((_, index) => index % 251),
  });
}

/** 7 files, 212 KiB. */
export function writeCartpole(directory: string): void {
  const line = (length: number): string => `${'#'.repeat(length - 1)}\n`;
  write(directory, {
    'README.md': line(1_240),
    'env.json': line(402),
    'cartpole/env.py': line(9_412),
    'cartpole/render.py': line(4_020),
    'cartpole/seeds.json': line(4_198),
    'run.sh': line(310),
    'weights/policy.bin': new Uint8Array(197_506).map((_, index) => index % 251),
  });
}
