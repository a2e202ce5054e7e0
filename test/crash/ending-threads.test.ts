import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { projectNode } from '../../build/checkout.mjs';
import { temporaryDirectory } from '../temporary-directory.ts';
import { isSoak, SeededRandom } from './seeded-random.ts';
import { foundTestChain } from './test-chain.ts';

const TURNS = isSoak ? 400 : 12;

/** A thread that was terminated in an addon took the process with it; one that was terminated at work left who asked waiting for ever. */
test(`threads that are ended at any moment, ${TURNS} of each kind, end neither the process nor what was asked of them`, () => {
  const data = join(temporaryDirectory(), 'data');
  foundTestChain(data);
  const { seed } = SeededRandom.announced('ends of threads');
  const script = fileURLToPath(new URL('./ending-child.ts', import.meta.url));
  const { status, signal, stdout, stderr } = spawnSync(projectNode, [script, data, String(seed), String(TURNS)], {
    encoding: 'utf8',
  });
  expect({ status, signal, stderr, stdout }).toEqual({
    status: 0,
    signal: null,
    stderr: '',
    stdout: `refused: nobody is no longer a validator of this chain\nended ${TURNS} turns\n`,
  });
});
