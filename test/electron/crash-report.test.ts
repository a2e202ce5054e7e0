import { EventEmitter } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test, vi } from 'vitest';

import { checkoutRoot } from '../../build/checkout.mjs';
import { crashReport, type CrashReport } from '../../electron/crash-report.ts';
import { QuantumLockError } from '../../src/base/errors.ts';
import { CRASH_REPORTS_KEPT_MAX } from '../../src/base/limits.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { FakeElectron, FakeContents } from './fake-electron.ts';
import { CRASH_CONTEXT, startedConsole, type StartedConsole } from './started-console.ts';

const context = { ...CRASH_CONTEXT, applicationFolder: checkoutRoot };
const reportOf = (error: unknown): CrashReport =>
  crashReport({ part: 'main', reason: 'exception', exitCode: null, processType: null, error }, context, 0);

const SECRETS = {
  passphrase: 'correct horse battery staple',
  key: `0x${'c0ffee'.repeat(10)}abcd`,
  code: 'AGE-SECRET-KEY-1QQQSECRET',
  environment: 'hunter2-of-the-environment',
  argument: '--passphrase=hunter2-of-the-arguments',
  folder: 'folder-of-a-customer',
};

describe('a report of a crash', () => {
  test('says where in the code, in which version, and on what', () => {
    const report = reportOf(new QuantumLockError('STORAGE_FULL', 'no room', { cause: new TypeError('x is not y') }));
    expect(report).toMatchObject({
      format: 'quantum-lock/crash-report/v1',
      at: '1970-01-01T00:00:00.000Z',
      part: 'main',
      reason: 'exception',
      program: { version: '1.2.3', electron: '45.0.0', os_release: '6.1' },
      errors: [{ code: 'STORAGE_FULL' }, { name: 'TypeError', code: null }],
    });
    for (const { frames } of report.errors)
      expect(frames[0]).toMatch(/ test\/electron\/crash-report\.test\.ts:\d+:\d+$/);
    expect(JSON.stringify(report)).not.toContain(checkoutRoot);
  });

  test('has none of the secrets that were wherever a crash could find them', () => {
    vi.stubEnv('QUANTUM_LOCK_PASSPHRASE', SECRETS.environment);
    const cause = Object.assign(new Error(`no key ${SECRETS.key}`), { code: SECRETS.code, secret: SECRETS.passphrase });
    cause.name = SECRETS.passphrase;
    const error = Object.assign(
      new Error(
        `wrong: ${SECRETS.passphrase}\n    at ${SECRETS.passphrase} (/home/ada/${SECRETS.folder}:1:1)\n    at last`,
        { cause },
      ),
      { argv: [SECRETS.argument], path: `/home/ada/${SECRETS.folder}/x` },
    );
    error.stack = `${error.stack ?? ''}\n    at read (/home/ada/${SECRETS.folder}/file.js:1:2)\n    at ${SECRETS.key} ${SECRETS.passphrase}\n    at eval (eval at <anonymous> (${SECRETS.code}:1:1), <anonymous>:1:1)`;
    const text = JSON.stringify([
      reportOf(error),
      reportOf(SECRETS.passphrase),
      reportOf({ message: SECRETS.key, stack: `    at ${SECRETS.key} (/a:1:1)` }),
      crashReport(
        { part: 'child', reason: SECRETS.key, exitCode: 1, processType: `${SECRETS.code}/`, error },
        context,
        0,
      ),
    ]);
    for (const [name, secret] of Object.entries(SECRETS)) expect(text, name).not.toContain(secret);
    expect(text).not.toContain(homedir() === '/' ? '\0' : `"${homedir()}`);
    expect(text).toContain('read file.js:1:2');
  });

  test('takes no frames of a stack that does not show where the message ends', () => {
    const error = new Error('one');
    void error.stack;
    error.message = 'another';
    expect(reportOf(error).errors).toEqual([{ name: 'Error', code: null, frames: [] }]);
  });

  test('is bounded, whatever was thrown', () => {
    const error = new Error('deep');
    error.cause = error;
    error.stack = `Error: deep\n${'    at f (node:fs:1:1)\n'.repeat(5000)}`;
    const report = reportOf(error);
    expect(report.errors).toHaveLength(5);
    expect(JSON.stringify(report).length).toBeLessThan(20_000);
  });
});

describe('a crash of the desktop application', () => {
  interface Crashed extends StartedConsole {
    readonly folder: string;
    readonly process: EventEmitter;
    readonly reports: () => readonly CrashReport[];
  }

  async function started(folder = temporaryDirectory(), electron = new FakeElectron()): Promise<Crashed> {
    const process = new EventEmitter();
    const consoleStarted = await startedConsole({ userDataFolder: folder, process }, electron);
    const directory = join(folder, 'crash-reports');
    const reports = (): readonly CrashReport[] =>
      readdirSync(directory)
        .toSorted()
        .map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as CrashReport);
    return { ...consoleStarted, folder, process, reports };
  }

  test('by an exception is told, reported and ends the process', async () => {
    const { electron, process, reports, folder } = await started();
    process.emit('uncaughtException', new RangeError(SECRETS.passphrase));
    expect(await electron.app.exited).toBe(1);
    expect(reports()).toMatchObject([{ part: 'main', reason: 'exception', errors: [{ name: 'RangeError' }] }]);
    expect(electron.errorBoxes).toEqual([expect.stringContaining(join(folder, 'crash-reports', 'crash-'))]);
    expect(electron.errorBoxes.join()).not.toContain(SECRETS.passphrase);
    // It is told once.
    expect((await started(folder)).electron.messageBoxes).toEqual([]);
  });

  test('of a page is told at once, and the page loaded again where the person wants that', async () => {
    const { electron, reports } = await started();
    const { webContents } = electron.window;
    webContents.mainFrame.url = 'about:crashed';
    electron.app.send('render-process-gone', {}, webContents, { reason: 'clean-exit', exitCode: 0 });
    electron.app.send('render-process-gone', {}, new FakeContents(), { reason: 'killed', exitCode: 9 });
    expect(electron.messageBoxes).toEqual([]);
    electron.answers = [1, 0];
    electron.app.send('render-process-gone', {}, webContents, { reason: 'oom', exitCode: 5 });
    await Promise.resolve();
    expect(webContents.mainFrame.url).toBe('about:crashed');
    electron.app.send('render-process-gone', {}, webContents, { reason: 'crashed', exitCode: 11 });
    await Promise.resolve();
    expect(webContents.mainFrame.url).toBe('quantum-lock://console/');
    expect(reports().map(({ part, reason, exit_code }) => [part, reason, exit_code])).toEqual(
      expect.arrayContaining([
        ['page', 'killed', 9],
        ['page', 'oom', 5],
        ['page', 'crashed', 11],
      ]),
    );
  });

  test('of a child, and what nobody waited for, are told at the next start, with the path', async () => {
    const first = await started();
    first.electron.app.send(
      'child-process-gone',
      {},
      { type: 'GPU', reason: 'crashed', exitCode: 1, name: SECRETS.folder },
    );
    first.electron.app.send('child-process-gone', {}, { type: 'Utility', reason: 'clean-exit', exitCode: 0 });
    first.process.emit('unhandledRejection', new Error('nobody waits'));
    expect(first.electron.messageBoxes).toEqual([]);
    expect(first.reports()).toHaveLength(2);
    expect(JSON.stringify(first.reports())).not.toContain(SECRETS.folder);

    const electron = new FakeElectron();
    electron.answers = [1];
    const second = await started(first.folder, electron);
    expect(second.electron.messageBoxes).toHaveLength(1);
    expect(second.electron.messageBoxes[0]?.detail).toContain(`2 reports; the newest: ${first.folder}`);
    expect(second.electron.shownItems).toEqual([expect.stringContaining(join(first.folder, 'crash-reports'))]);
    expect((await started(first.folder)).electron.messageBoxes).toEqual([]);
  });

  test('has a report among a number of the newest, and other files are left alone', async () => {
    const { folder, process, reports } = await started();
    mkdirSync(join(folder, 'crash-reports'));
    writeFileSync(join(folder, 'crash-reports', 'notes.txt'), 'null');
    for (let index = 0; index < CRASH_REPORTS_KEPT_MAX + 3; index++) process.emit('unhandledRejection', new Error(''));
    expect(reports()).toHaveLength(CRASH_REPORTS_KEPT_MAX + 1);
  });

  test('that leaves no report does no more harm', async () => {
    const { folder, process, electron, log } = await started();
    writeFileSync(join(folder, 'crash-reports'), '');
    process.emit('uncaughtException', new Error('x'));
    expect(await electron.app.exited).toBe(1);
    expect(log).toContainEqual(expect.stringContaining('a crash has no report'));
  });
});
