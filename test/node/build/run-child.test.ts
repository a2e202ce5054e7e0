import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../../build/checkout.mjs';

const runChild = join(checkoutRoot, 'build', 'run-child.mjs');

/** A process that puts `script` in its own place. */
function startInPlace(script: string, options: { readonly throughShell?: boolean } = {}): ChildProcess {
  const parent = `import { becomeChild } from ${JSON.stringify(runChild)};
    await becomeChild(process.execPath, ['-e', ${JSON.stringify(script)}, 'one', 'two words']);`;
  const args = ['--input-type=module', '-e', parent];
  const stdio = ['pipe', 'pipe', 'inherit'] as const;
  if (options.throughShell !== true) return spawn(process.execPath, args, { stdio: [...stdio] });
  const env = { ...process.env, npm_lifecycle_event: 'start' };
  // A second command keeps the shell from handing its place to the first.
  return spawn('/bin/sh', ['-c', '"$0" "$@"; true', process.execPath, ...args], { stdio: [...stdio], env });
}

async function outputOf(child: ChildProcess): Promise<string> {
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  return output;
}

describe('a command run in our place', () => {
  test('has our arguments, our input and our output, and its exit code is ours', async () => {
    const child = startInPlace(
      `process.stdin.on('data', (text) => console.log(process.argv.slice(1).join('|'), String(text)));
       process.stdin.on('end', () => process.exit(3));`,
    );
    child.stdin?.end('in');
    expect(await outputOf(child)).toBe('one|two words in\n');
    expect(child.exitCode).toBe(3);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('gets our %s, and may end cleanly on it', async (signal) => {
    const child = startInPlace(
      `process.on('${signal}', () => { console.log('closing'); process.exit(0); });
       setInterval(() => {}, 1000);
       console.log('ready');`,
    );
    const output = outputOf(child);
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.kill(signal);
    expect(await output).toBe('ready\nclosing\n');
    expect(child.exitCode).toBe(0);
  });

  test('ends when npm is told to, though npm tells only its shell', async () => {
    const script = `process.on('SIGTERM', () => { console.log('closing'); process.exit(0); });
      setInterval(() => {}, 1000);
      console.log('ready');`;
    const shell = startInPlace(script, { throughShell: true });
    const output = outputOf(shell);
    await once(shell.stdout as NodeJS.ReadableStream, 'data');
    shell.kill('SIGKILL');
    expect(await output).toBe('ready\nclosing\n');
  });

  test('that dies of a signal is seen to have died of it', async () => {
    const child = startInPlace(`console.log('ready'); process.kill(process.pid, 'SIGKILL');`);
    await outputOf(child);
    expect(child.signalCode).toBe('SIGKILL');
  });
});
