import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

import { afterAll, beforeAll, expect } from 'vitest';

import { checkoutRoot, projectNode } from '../../build/checkout.mjs';
import { FileKeyStore } from '../../src/node/keys/file-key-store.ts';

export const PASSPHRASE = 'correct horse battery';
const COMMAND = join(checkoutRoot, 'build', 'dm.mjs');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Null: none in the environment. */
  readonly passphrase?: string | null;
  /** Of exported keys; none where it is not given. */
  readonly exportPassphrase?: string;
  /** What stands on standard input; nothing where it is not given. */
  readonly input?: string;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function environmentOf({ passphrase = PASSPHRASE, exportPassphrase, environment }: RunOptions): NodeJS.ProcessEnv {
  const { QUANTUM_LOCK_PASSPHRASE: _, QUANTUM_LOCK_EXPORT_PASSPHRASE: __, ...rest } = process.env;
  return {
    ...rest,
    ...(passphrase === null ? {} : { QUANTUM_LOCK_PASSPHRASE: passphrase }),
    ...(exportPassphrase === undefined ? {} : { QUANTUM_LOCK_EXPORT_PASSPHRASE: exportPassphrase }),
    ...environment,
  };
}

export function startDm(args: readonly string[], options: RunOptions = {}): Child {
  const child = spawn(projectNode, [COMMAND, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: environmentOf(options),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  return child;
}

/** Runs the real command as a process of its own. */
export async function dm(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = startDm(args, options);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Runs it with --json: one document on stdout and nothing else, exit code 0. */
export async function dmJson<T = Readonly<Record<string, unknown>>>(
  args: readonly string[],
  options: RunOptions = {},
): Promise<T> {
  const ran = await dm([...args, '--json'], options);
  expect(ran.code, `dm ${args.join(' ')}\n${ran.stderr}`).toBe(0);
  return onlyDocument(ran.stdout) as T;
}

export function onlyDocument(text: string): unknown {
  expect(text.endsWith('\n')).toBe(true);
  expect(text.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(text);
}

/**
 * What a refused command says, as text and with --json: the code, what is wrong, and what to do. The two run at once,
 * unless the command takes the directory for itself.
 */
export async function expectRefused(
  args: readonly string[],
  expected: { readonly code: string; readonly message?: RegExp; readonly exit?: number; readonly oneByOne?: boolean },
  options: RunOptions = {},
): Promise<void> {
  const { exit = 1, oneByOne = false } = expected;
  const running = dm(args, options);
  if (oneByOne) await running;
  const [asText, asJson] = await Promise.all([running, dm([...args, '--json'], options)]);

  expect(asText.stdout).toBe('');
  expect(asText.code, asText.stderr).toBe(exit);
  const lines = asText.stderr.trimEnd().split('\n');
  expect(
    lines.some((line) => line.startsWith(`${expected.code}: `)),
    asText.stderr,
  ).toBe(true);
  if (expected.message !== undefined) expect(asText.stderr).toMatch(expected.message);

  expect(asJson.stdout).toBe('');
  expect(asJson.code, asJson.stderr).toBe(exit);
  const last = asJson.stderr.trimEnd().split('\n').at(-1) ?? '';
  const { error } = JSON.parse(last) as { error: { code: string; message: string; advice: string } };
  expect(error.code).toBe(expected.code);
  expect(error.advice.length).toBeGreaterThan(0);
  expect(asText.stderr).toContain(error.advice);
  if (expected.message !== undefined) expect(error.message).toMatch(expected.message);
}

/** As {@link expectRefused}, but only with --json: for the many refusals of one kind, whose text is the same document's. */
export async function expectRefusal(
  args: readonly string[],
  expected: { readonly code: string; readonly message?: RegExp; readonly exit?: number },
  options: RunOptions = {},
): Promise<void> {
  const ran = await dm([...args, '--json'], options);
  expect(ran.stdout).toBe('');
  expect(ran.code, ran.stderr).toBe(expected.exit ?? 1);
  const last = ran.stderr.trimEnd().split('\n').at(-1) ?? '';
  const { error } = JSON.parse(last) as { error: { code: string; message: string; advice: string } };
  expect(error).toMatchObject({
    code: expected.code,
    message: expect.stringMatching(expected.message ?? /./) as unknown,
  });
  expect(error.advice.length).toBeGreaterThan(0);
}

/** An encrypted key file that opens cheaply: a vault keeps the cost that it was made with, and a hundred commands open it. */
export async function cheapKeyFile(data: string): Promise<void> {
  const store = new FileKeyStore({ directory: join(data, 'keys'), clock: Date.now, kdf: { n: 2, r: 8, p: 1 } });
  await store.initialise(PASSPHRASE);
  store.lock();
}

/** A directory of this test file, gone when it ends. */
export function temporaryRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-cli-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

/** A new chain of its own for the tests of a group, and a directory to register. */
export function temporaryChain(): {
  readonly root: string;
  readonly data: string;
  readonly files: string;
  readonly inData: (...args: readonly string[]) => readonly string[];
} {
  const root = temporaryRoot();
  const data = join(root, 'data');
  const files = join(root, 'files');
  const inData = (...args: readonly string[]): readonly string[] => [...args, '--data', data];
  beforeAll(async () => {
    mkdirSync(files);
    writeFileSync(join(files, 'env.py'), 'pass\n');
    await dmJson(inData('blockchain', 'init', '--key-store', 'file'));
  });
  return { root, data, files, inData };
}

export interface RunningNode {
  readonly child: Child;
  readonly listening: string;
  /** Where its API is reached; null where it has none. */
  readonly api: string | null;
  readonly metrics: string | null;
  stop(
    signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL',
  ): Promise<{ readonly code: number | null; readonly signal: string | null; readonly stderr: string }>;
}

/** `dm blockchain start`, once it says that it listens. */
export async function startNode(data: string, ...args: readonly string[]): Promise<RunningNode> {
  const child = startDm(['blockchain', 'start', '--data', data, ...args]);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    once(child, 'close').then(() => Promise.reject(new Error(`it ended: ${stderr}`))),
  ]);
  const {
    listening,
    api = null,
    metrics = null,
  } = JSON.parse(first) as {
    listening: string;
    api?: string;
    metrics?: string;
  };
  return {
    child,
    listening,
    api,
    metrics,
    async stop(signal) {
      const closed = once(child, 'close') as Promise<[number | null, string | null]>;
      child.kill(signal);
      const [code, by] = await closed;
      return { code, signal: by, stderr };
    },
  };
}
