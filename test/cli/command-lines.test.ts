import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { checkoutRoot, projectNode } from '../../build/checkout.mjs';
import { commandLine } from '../../src/base/command-line.ts';
import { PASSPHRASE, cheapKeyFile, temporaryRoot } from './dm.ts';

const root = temporaryRoot();
const program = [projectNode, join(checkoutRoot, 'build', 'dm.mjs')];

/** Runs a line as a person who pasted it would. */
async function pasted(line: string): Promise<Readonly<Record<string, unknown>>> {
  const env = { ...process.env, QUANTUM_LOCK_PASSPHRASE: PASSPHRASE };
  const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd: root, env });
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

it('gives the command the names that it was made with, through a real shell', { timeout: 120_000 }, async () => {
  const data = join(root, "it's; touch X", '--data');
  await cheapKeyFile(data);
  const names = ['--as', 'my key; touch X', "$(touch X) 'a' `touch X` %s!!", 'one\u3164\u202Etwo', '-n'];
  for (const name of names) {
    const options = { data, json: true };
    const made = await pasted(
      commandLine({ program, command: ['key', 'create'], options: { name, 'key-store': 'file', ...options } }),
    );
    expect(made['name']).toBe(name);
    const shown = await pasted(commandLine({ program, command: ['key', 'show'], operands: [name], options }));
    expect(shown['public_key']).toBe(made['public_key']);
  }
});
