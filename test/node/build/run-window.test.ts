import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../../build/checkout.mjs';
import { runWindow } from '../../../build/run-window.mjs';

const hasShell = process.platform !== 'win32';
const showWindow = ': > "$QL_WINDOW_READY_FILE"';

describe.runIf(hasShell)('the window path of npm start', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quantum-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A stand-in for Electron's binary: what it does before, and whether, it shows a window. */
  const binary = (script: string, mode = 0o755): string => {
    const dist = join(folder, 'dist');
    mkdirSync(dist, { recursive: true });
    const file = join(dist, 'electron');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, mode);
    return file;
  };
  const limits = { readyMsMax: 500, endMsMax: 200 };

  test.each<[string, string, string]>([
    ['exits at once, content', 'exit 0', 'ended with exit code 0'],
    ['exits at once, with an error', 'exit 127', 'ended with exit code 127'],
    ['crashes', 'kill -SEGV $$', 'was ended by SIGSEGV'],
    ['aborts after a while', 'sleep 0.1; kill -ABRT $$', 'was ended by SIGABRT'],
    ['hangs', 'exec sleep 60', 'showed no window within 0.5 s'],
    ['hangs and does not hear', "trap '' TERM; while :; do sleep 0.05; done", 'showed no window within 0.5 s'],
  ])('is left with a reason by a binary that %s', async (_name, script, reason) => {
    const end = await runWindow(binary(script), [], limits);
    expect(end).toEqual({ shown: false, wasToldToEnd: false, reason: expect.stringContaining(reason) as string });
  });

  test('is left with a reason by a binary that cannot be run', async () => {
    expect(await runWindow(binary('exit 0', 0o644), [], limits)).toMatchObject({ shown: false, wasToldToEnd: false });
    expect(await runWindow(join(folder, 'gone'), [], limits)).toMatchObject({ shown: false, wasToldToEnd: false });
    writeFileSync(join(folder, 'other'), 'the binary of another machine', { mode: 0o755 });
    expect(await runWindow(join(folder, 'other'), [], limits)).toMatchObject({ shown: false });
  });

  test('is kept by a window that was shown, however long it stays and however it ends', async () => {
    const stays = `${showWindow}; sleep 0.8; exit 3`;
    expect(await runWindow(binary(stays), [], limits)).toEqual({ shown: true, code: 3, signal: null });
    const crashes = `${showWindow}; kill -KILL $$`;
    expect(await runWindow(binary(crashes), [], limits)).toEqual({ shown: true, code: null, signal: 'SIGKILL' });
  });

  const start = (script: string): { readonly child: ChildProcess; readonly output: () => string } => {
    binary(script);
    const child = spawn(
      process.execPath,
      [join(checkoutRoot, 'build', 'start.mjs'), '--data', join(folder, 'data'), '--port', '0'],
      {
        env: { ...process.env, QL_CONSOLE: 'window', ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'dist') },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    return { child, output: () => output };
  };

  test.each([
    ['crashes', 'kill -SEGV $$'],
    ['exits at once', 'exit 1'],
  ])('ends at the local page where the binary %s', async (_name, script) => {
    const { child, output } = start(script);
    const exited = once(child, 'exit');
    const heard = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const found = pattern.exec(output());
        if (found !== null) return found;
        if (child.exitCode !== null) throw new Error(`it ended: ${output()}`);
        await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), exited]);
      }
    };
    const [address] = await heard(/http:\/\/127\.0\.0\.1:\d+/);
    expect((await fetch(address)).status).toBe(200);
    expect(output()).toContain('console: serving a local page, because Electron');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  test('opens no page for who ended it before the window came', async () => {
    const { child, output } = start(`: > ${join(folder, 'started')}; exec sleep 60`);
    const exited = once(child, 'exit');
    while (!existsSync(join(folder, 'started'))) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGTERM');
    await exited;
    expect(output()).not.toContain('local page');
  });
});
